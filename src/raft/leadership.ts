/**
 * What a leader does apart from replicating: it begins with a no-op, accepts proposals, speaks at
 * least once a heartbeat interval, and steps down when it has lost its quorum.
 */

import { assert } from './assert.ts';
import { append, entriesBetween, lastIndex } from './log.ts';
import { refuse } from './outbox.ts';
import { createProgress } from './progress.ts';
import { trackProposal } from './proposals.ts';
import { hasQuorum } from './quorum.ts';
import { tickProgress } from './replication.ts';
import { becomeFollower, changeRole } from './roles.ts';
import { knownLeader, type Leader, type RaftState } from './state.ts';
import { asLogIndex, type Entry, type RequestId } from './types.ts';

/** A majority has voted for this node. */
export function startLeading(state: RaftState<unknown>): void {
  assert(state.votedFor === state.id, 'a leader has voted for itself');
  const last = lastIndex(state.log);
  const uncommitted = entriesBetween(state.log, asLogIndex(state.commitIndex + 1), last);
  const leader: Leader = {
    kind: 'leader',
    progress: state.membership.voters
      .filter((voter) => voter !== state.id)
      .map((voter) => createProgress(voter, asLogIndex(last + 1))),
    termStart: asLogIndex(last + 1),
    round: 0,
    broadcastDue: true,
    ticksSinceBroadcast: 0,
    reads: [],
    uncommittedBytes: uncommitted.reduce((sum, entry) => sum + entry.bytes, 0),
  };
  changeRole(state, leader, 'electionWon');
  // The first entry of the new term lets everything before it be committed. (Paper 8)
  appendOwn(state, leader, {
    kind: 'noop',
    index: leader.termStart,
    term: state.currentTerm,
    bytes: 0,
  });
}

function appendOwn<Command>(
  state: RaftState<Command>,
  leader: Leader,
  entry: Entry<Command>,
): void {
  append(state.log, [entry]);
  leader.uncommittedBytes += entry.bytes;
}

/** Appends a command to the log, or refuses it. */
export function propose<Command>(
  state: RaftState<Command>,
  requestId: RequestId,
  command: Command,
  bytes: number,
): void {
  assert(Number.isSafeInteger(bytes) && bytes >= 0, `bytes must be a whole number: ${bytes}`);
  const { role, settings } = state;
  if (role.kind !== 'leader') {
    refuse(state, requestId, { kind: 'notLeader', definite: true, leader: knownLeader(state) });
    return;
  }
  const last = lastIndex(state.log);
  const isFull =
    last - state.commitIndex >= settings.maxUncommittedEntries ||
    role.uncommittedBytes >= settings.maxUncommittedBytes;
  if (isFull) {
    refuse(state, requestId, { kind: 'overloaded', definite: true });
    return;
  }
  appendOwn(state, role, {
    kind: 'command',
    index: asLogIndex(last + 1),
    term: state.currentTerm,
    command,
    bytes,
  });
  trackProposal(state, requestId);
}

/** Time passes for a leader. */
export function tickLeader(state: RaftState<unknown>, leader: Leader): void {
  tickProgress(state, leader);
  if (!hasRecentQuorum(state, leader)) {
    becomeFollower(state, null, 'quorumLost');
    return;
  }
  leader.ticksSinceBroadcast++;
  if (leader.ticksSinceBroadcast >= state.settings.heartbeatTicks) leader.broadcastDue = true;
}

/**
 * A leader that has heard from no quorum for an election timeout cannot lead: others may have a
 * leader already, and clients that ask here would wait for nothing. (Dissertation 6.2)
 */
function hasRecentQuorum(state: RaftState<unknown>, leader: Leader): boolean {
  const { min } = state.settings.electionTimeoutTicks;
  return hasQuorum(
    state.membership,
    (voter) =>
      voter === state.id ||
      leader.progress.some(
        (progress) => progress.peer === voter && progress.ticksSinceContact < min,
      ),
  );
}

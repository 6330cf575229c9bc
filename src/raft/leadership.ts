/**
 * What a leader does apart from replicating: it begins with a no-op, accepts proposals, speaks at
 * least once a heartbeat interval, and steps down when it has lost its quorum.
 */

import { admit } from './admission.ts';
import { appendOwn } from './appending.ts';
import { assert, violated } from './assert.ts';
import { bytesBetween, lastIndex } from './log.ts';
import { latestMembership, membershipInEffect } from './membership.ts';
import { advanceChange, tickChange } from './membership-change.ts';
import { refuse, send } from './outbox.ts';
import { createProgress, progressOf } from './progress.ts';
import { trackProposal } from './proposals.ts';
import { hasQuorum, isVoter, membersOf } from './quorum.ts';
import { replicate, tickProgress } from './replication.ts';
import { becomeFollower, changeRole } from './roles.ts';
import type { Candidate, Leader, RaftState } from './state.ts';
import { adaptToNetwork, heartbeatInterval, quietTime, silenceLimit } from './timers.ts';
import { advanceTransfer, readySuccessor, tickTransfer } from './transfer.ts';
import { asLogIndex, type LogIndex, type NodeId, type RequestId } from './types.ts';

/**
 * A majority has voted for this node. It sends each voter what may be missing there, so that the
 * first append is accepted where something was lost with the last leader.
 */
export function startLeading(state: RaftState<unknown>, { reaches }: Candidate): void {
  assert(state.votedFor === state.id, 'a leader has voted for itself');
  assert(state.termLeader === null, 'a term has one leader');
  state.termLeader = state.id;
  const last = lastIndex(state.log);
  const reachOf = (member: NodeId): LogIndex =>
    reaches.find(({ peer }) => peer === member)?.index ?? last;
  const leader: Leader = {
    kind: 'leader',
    progress: membersOf(membershipInEffect(state))
      .filter((member) => member !== state.id)
      .map((member) => createProgress(member, asLogIndex(reachOf(member) + 1))),
    termStart: asLogIndex(last + 1),
    round: 0,
    broadcastDue: true,
    ticksSinceBroadcast: 0,
    roundStarts: [],
    hintDue: false,
    isAnnounced: false,
    hasTraffic: false,
    traffic: 0,
    intervalTicks: state.settings.heartbeatTicks,
    ticksSinceAdapted: 0,
    change: null,
    transfer: null,
    transferEndTicks: state.ticks,
    isLeaseVoid: false,
    reads: [],
    uncommittedBytes: bytesBetween(state.log, asLogIndex(state.commitIndex + 1), last),
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

/** Appends a command to the log, or refuses it. */
export function propose<Command>(
  state: RaftState<Command>,
  requestId: RequestId,
  command: Command,
  bytes: number,
): void {
  if (!Number.isSafeInteger(bytes) || bytes < 0) violated(`bytes must be a whole number: ${bytes}`);
  const leader = admit(state, requestId);
  if (leader === null) return;
  const { settings } = state;
  const last = lastIndex(state.log);
  const isFull =
    last - state.commitIndex >= settings.maxUncommittedEntries ||
    leader.uncommittedBytes >= settings.maxUncommittedBytes;
  if (isFull) {
    refuse(state, requestId, { kind: 'overloaded', definite: true });
    return;
  }
  appendOwn(state, leader, {
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
  tickChange(state, leader);
  tickTransfer(state, leader);
  leader.ticksSinceBroadcast++;
  const isAskingAlways = quietTime(state) === 0;
  if (isAskingAlways && leader.ticksSinceBroadcast >= heartbeatInterval(state)) {
    leader.broadcastDue = true;
  }
  adaptToNetwork(state, leader);
}

/** Does what has become possible, whatever it was that happened. */
export function advanceLeader(state: RaftState<unknown>, leader: Leader): void {
  advanceChange(state, leader);
  advanceTransfer(state, leader);
}

/**
 * Sends what is due. A leader whose removal is committed says so, hands over and steps down. A new
 * one sends nothing in the drain that tells of its election: what has waited for a leader can then
 * be in its first append.
 */
export function lead<Command>(state: RaftState<Command>, leader: Leader): void {
  if (!leader.isAnnounced) {
    leader.isAnnounced = true;
    return;
  }
  const { index, membership } = latestMembership(state);
  const isRemoved = index <= state.commitIndex && !isVoter(membership, state.id);
  if (isRemoved) leader.hintDue = true;
  replicate(state, leader);
  if (!isRemoved) return;
  const successor = readySuccessor(state, leader);
  if (successor !== null) {
    send(state, { kind: 'timeoutNow', from: state.id, to: successor, term: state.currentTerm });
  }
  becomeFollower(state, null, 'removed');
}

/**
 * A leader that has heard from no quorum for an election timeout, after it began to ask, cannot
 * lead: others may have a leader already, and clients that ask here would wait for nothing.
 * (Dissertation 6.2)
 */
function hasRecentQuorum(state: RaftState<unknown>, leader: Leader): boolean {
  const limit = silenceLimit(state);
  return hasQuorum(
    membershipInEffect(state),
    (voter) =>
      voter === state.id || (progressOf(leader, voter)?.ticksSinceContact ?? limit) < limit,
  );
}

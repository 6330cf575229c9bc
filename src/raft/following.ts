/**
 * The follower's side of replication: making its own log equal to the leader's. (Paper 5.3,
 * Figure 2, "AppendEntries RPC, receiver implementation")
 */

import { commitTo } from './commitment.ts';
import { sendWhenDurable, truncate } from './durability.ts';
import { append, countKnown, type Log, lastIndex, lastWithTermAtMost, termAt } from './log.ts';
import { adoptMemberships } from './membership.ts';
import type { AppendRequest, AppendResult, CommitHint, HeartbeatRequest } from './messages.ts';
import { drop } from './outbox.ts';
import { hearLeader } from './roles.ts';
import type { RaftState } from './state.ts';
import { followElectionTicks } from './timers.ts';
import { asLogIndex, type Entry, earlier, type LogIndex, later, type NodeId } from './types.ts';

/** Entries from the current term's leader, for a node that does not lead. */
export function acceptAppend<Command>(
  state: RaftState<Command>,
  message: AppendRequest<Command>,
): void {
  if (isSecondLeader(state, message.from)) return drop(state, message, 'impossible');
  const { log } = state;
  // What was compacted was committed, and this leader has every committed entry. (Paper 5.4)
  const isConsistent =
    message.prevIndex < log.baseIndex || termAt(log, message.prevIndex) === message.prevTerm;
  const news = isConsistent ? newsOf(log, message.entries) : [];
  const conflict = news[0];
  // What is committed stays, and a leader never replaces what it has sent. (Figure 3)
  const settled = later(state.commitIndex, state.verifiedIndex);
  const isRewriting = conflict !== undefined && conflict.index <= settled;
  if (isRewriting || deniesBase(log, message)) return drop(state, message, 'impossible');

  followElectionTicks(state, message.electionTicks);
  hearLeader(state, message.from);
  if (!isConsistent) {
    const hint = lastWithTermAtMost(log, message.prevIndex, message.prevTerm);
    answerAppend(state, message, {
      kind: 'inconsistent',
      prevIndex: message.prevIndex,
      hintIndex: hint.index,
      hintTerm: hint.term,
    });
    return;
  }
  // Only a real conflict deletes anything: entries beyond the message may have come with a later
  // one that overtook it. (Paper 5.3; Figure 2, step 3)
  if (conflict !== undefined && conflict.index <= lastIndex(log)) truncate(state, conflict.index);
  append(log, news);
  adoptMemberships(state, news);

  const matchIndex = asLogIndex(message.prevIndex + message.entries.length);
  verifyTo(state, matchIndex, message.commitIndex);
  answerAppend(state, message, { kind: 'accepted', matchIndex });
}

/** The entries from the first on that the log lacks, or has with another term. */
function newsOf<Command>(
  log: Log<Command>,
  entries: readonly Entry<Command>[],
): readonly Entry<Command>[] {
  const known = countKnown(log, entries);
  return known === 0 ? entries : entries.slice(known);
}

/** Whether an append has another entry at the log's base, which is committed. */
function deniesBase(log: Log<unknown>, { prevIndex, entries }: AppendRequest<unknown>): boolean {
  if (prevIndex >= log.baseIndex) return false;
  const atBase = entries[log.baseIndex - prevIndex - 1];
  return atBase !== undefined && atBase.term !== log.baseTerm;
}

/**
 * The log is known to equal the leader's up to `index`; so far a commit index can be believed. What
 * is announced beyond that is remembered, and believed as far as what comes later verifies.
 */
export function verifyTo(state: RaftState<unknown>, index: LogIndex, leaderCommit: LogIndex): void {
  state.leaderCommit = later(state.leaderCommit, leaderCommit);
  state.verifiedIndex = later(state.verifiedIndex, index);
  commitTo(state, earlier(state.leaderCommit, state.verifiedIndex));
}

function answerAppend(
  state: RaftState<unknown>,
  message: AppendRequest<unknown>,
  result: AppendResult,
): void {
  sendWhenDurable(
    state,
    {
      kind: 'appendResponse',
      from: state.id,
      to: message.from,
      term: state.currentTerm,
      round: message.round,
      result,
    },
    // Accepted entries are acknowledged when they are durable, not before. (Paper 5.3; 10.2.1)
    result.kind === 'accepted' ? result.matchIndex : asLogIndex(0),
  );
}

export function acceptHeartbeat(state: RaftState<unknown>, message: HeartbeatRequest): void {
  if (isSecondLeader(state, message.from)) return drop(state, message, 'impossible');
  followElectionTicks(state, message.electionTicks);
  hearLeader(state, message.from);
  verifyTo(state, state.verifiedIndex, message.commitIndex);
  sendWhenDurable(state, {
    kind: 'heartbeatResponse',
    from: state.id,
    to: message.from,
    term: state.currentTerm,
    round: message.round,
    matchIndex: earlier(state.verifiedIndex, state.durability.durableIndex),
    priority: state.settings.priority,
  });
}

/** The leader is alive, and says how far it has committed; nothing is answered. */
export function acceptCommitHint(state: RaftState<unknown>, message: CommitHint): void {
  if (isSecondLeader(state, message.from)) return drop(state, message, 'impossible');
  followElectionTicks(state, message.electionTicks);
  hearLeader(state, message.from);
  verifyTo(state, state.verifiedIndex, message.commitIndex);
}

/** Two leaders in one term cannot be: whoever speaks second is not believed. (Paper 5.2) */
export function isSecondLeader(state: RaftState<unknown>, from: NodeId): boolean {
  return state.termLeader !== null && state.termLeader !== from;
}

/**
 * Linearizable reads without a log entry. (Dissertation 6.4)
 *
 * By *read index*, a read may be answered once four things hold:
 *
 * 1. the leader has committed an entry of its own term, so that it knows what is committed;
 * 2. the commit index of a moment after the read arrived is saved: the read index;
 * 3. a quorum has answered a round that *began after the read arrived*: no other leader can have
 *    committed anything before that which this one does not know;
 * 4. the state machine has applied the read index. The driver sees to it: in each drain `apply`
 *    stands before `readReady`.
 *
 * One round confirms every read that waits for it. A follower asks the leader for a read index, one
 * question for all its reads, and waits until it has applied that.
 *
 * The question itself is its sender's word for the third. What an answer to a round shows is that
 * its sender was, at a moment after the read arrived, in a term not beyond the leader's: so it had
 * not voted for a later leader when the read arrived. If a majority shows that, and leaders of
 * later terms need a majority's votes, there was none, and nobody else has committed anything. A
 * question shows just that, for it was sent after the reads that it stands for had arrived, in the
 * leader's term. However late it comes, and however often, it shows the same, for it is about its
 * sending; and whoever asked it in an earlier life has not taken back a vote since, for votes
 * outlive a crash. So the asker counts as having answered, for its own question only, and only as a
 * voter: on each side of a joint membership on which it is one. Others must still be heard where the
 * leader and the asker make no quorum.
 *
 * By *lease*, the third is replaced by a clock: a quorum has answered a round that began less than
 * an election timeout ago, and whoever has answered elects nobody else for that long. The time
 * counts from when the round *began*, and the lease ends a little earlier than the timeout, for
 * clocks differ. It does not hold once somebody was told to campaign. (6.4.1)
 */

import type { ReadConsistency } from './contract.ts';
import { membershipInEffect } from './membership.ts';
import type { ReadIndexRequest } from './messages.ts';
import { refuse, send } from './outbox.ts';
import { progressOf } from './progress.ts';
import { quorumValue } from './quorum.ts';
import type { Follower, Leader, PendingRead, RaftState, ReadOrigin } from './state.ts';
import { roundStart } from './timers.ts';
import type { LogIndex, NodeId, RequestId } from './types.ts';

/** How much of the time for which a voter is bound a lease lasts: clocks differ. */
const leaseShare = 7 / 8;

/** A read of this node's driver. */
export function startRead(
  state: RaftState<unknown>,
  requestId: RequestId,
  consistency: ReadConsistency,
): void {
  const { role, settings } = state;
  switch (role.kind) {
    case 'leader':
      return startOwnRead(state, role, requestId, consistency);
    case 'follower':
      if (role.leader === null) break;
      if (role.reads.length >= settings.maxPendingReads) {
        return refuse(state, requestId, { kind: 'overloaded', definite: true });
      }
      role.reads.push({ requestId, sequence: null });
      return;
    case 'preCandidate':
    case 'candidate':
      break;
  }
  refuse(state, requestId, { kind: 'notLeader', definite: true, leader: null });
}

function startOwnRead(
  state: RaftState<unknown>,
  leader: Leader,
  requestId: RequestId,
  consistency: ReadConsistency,
): void {
  if (consistency === 'linearizableByLease' && hasLease(state, leader)) {
    state.outbox.readsReady.push({ requestId, index: state.commitIndex });
  } else if (leader.reads.length >= state.settings.maxPendingReads) {
    refuse(state, requestId, { kind: 'overloaded', definite: true });
  } else {
    lineUp(state, leader, { kind: 'own', requestId });
  }
}

/** Lines a read up for the next round, which begins for it unless it needs none. */
function lineUp(state: RaftState<unknown>, leader: Leader, origin: ReadOrigin): void {
  const read = {
    origin,
    index: knowsCommitted(state, leader) ? state.commitIndex : null,
    round: leader.round + 1,
  };
  leader.reads.push(read);
  if (read.round > confirmedRound(state, leader, askerOf(read))) leader.broadcastDue = true;
}

/** The follower whose question this is, or null. */
function askerOf({ origin }: PendingRead): NodeId | null {
  return origin.kind === 'follower' ? origin.peer : null;
}

/** Whether an entry of the leader's own term is committed. */
export function knowsCommitted(state: RaftState<unknown>, leader: Leader): boolean {
  return state.commitIndex >= leader.termStart;
}

/** Whether no other leader can have been elected yet, if clocks run at about the same speed. */
function hasLease(state: RaftState<unknown>, leader: Leader): boolean {
  const { leaseReads, electionTimeoutTicks } = state.settings;
  const isPossible = leaseReads && !leader.isLeaseVoid && leader.transfer === null;
  if (!isPossible || !knowsCommitted(state, leader)) return false;
  const start = roundStart(leader, confirmedRound(state, leader, null));
  if (start === null) return false;
  // Here part of another tick has gone by. A voter may have counted two that were over almost at
  // once: one that was late in being called, and the one that it heard the leader in.
  const mostPassed = state.ticks - start + 1;
  const leastBound = electionTimeoutTicks.min - 2;
  return mostPassed <= leaseShare * leastBound;
}

/** The commit index has advanced: reads that waited for the first commit get their index. */
export function indexWaitingReads(state: RaftState<unknown>, leader: Leader): void {
  if (!knowsCommitted(state, leader)) return;
  for (const read of leader.reads) read.index ??= state.commitIndex;
}

/**
 * The latest round that a quorum has answered. The leader, and whoever asked the question that this
 * is about, count as having answered even the next.
 */
function confirmedRound(state: RaftState<unknown>, leader: Leader, asker: NodeId | null): number {
  return quorumValue(membershipInEffect(state), (voter) =>
    voter === state.id || voter === asker
      ? leader.round + 1
      : (progressOf(leader, voter)?.ackedRound ?? 0),
  );
}

/** Lets go the reads that a quorum has confirmed. */
export function confirmReads(state: RaftState<unknown>, leader: Leader): void {
  const { reads } = leader;
  if (reads.length === 0) return;
  const rounds = new Map<NodeId | null, number>();
  let waiting = 0;
  for (const read of reads) {
    const asker = askerOf(read);
    const round = rounds.get(asker) ?? confirmedRound(state, leader, asker);
    rounds.set(asker, round);
    if (read.index !== null && read.round <= round) letGo(state, leader, read, read.index);
    else reads[waiting++] = read;
  }
  reads.length = waiting;
}

function letGo(
  state: RaftState<unknown>,
  leader: Leader,
  { origin }: PendingRead,
  index: LogIndex,
): void {
  if (origin.kind === 'own') {
    state.outbox.readsReady.push({ requestId: origin.requestId, index });
  } else {
    answer(state, leader, origin, index);
  }
}

function answer(
  state: RaftState<unknown>,
  leader: Leader,
  { peer, sequence }: Extract<ReadOrigin, { kind: 'follower' }>,
  index: LogIndex | null,
): void {
  const { id, currentTerm } = state;
  noteWord(leader, peer);
  send(state, {
    kind: 'readIndexResponse',
    from: id,
    to: peer,
    term: currentTerm,
    sequence,
    index,
  });
}

/** A follower that gets an answer has heard its leader. */
function noteWord(leader: Leader, peer: NodeId): void {
  const progress = progressOf(leader, peer);
  if (progress !== null) progress.ticksSinceSent = 0;
}

/** A leader that steps down cannot confirm its reads any more. Followers will ask the next. */
export function refusePendingReads(state: RaftState<unknown>, leader: Leader): void {
  for (const { origin } of leader.reads) {
    if (origin.kind !== 'own') continue;
    refuse(state, origin.requestId, { kind: 'leadershipLost', definite: true });
  }
}

/** A follower asks on behalf of its reads, and so shows that it follows this leader. */
export function answerReadIndex(
  state: RaftState<unknown>,
  leader: Leader,
  message: ReadIndexRequest,
): void {
  const { from: peer, sequence } = message;
  const progress = progressOf(leader, peer);
  if (progress !== null) progress.ticksSinceContact = 0;
  const origin = { kind: 'follower', peer, sequence } as const;
  const isKnown = leader.reads.some(
    (read) =>
      read.origin.kind === 'follower' &&
      read.origin.peer === peer &&
      read.origin.sequence === sequence,
  );
  if (isKnown) return;
  if (leader.reads.length >= state.settings.maxPendingReads) answer(state, leader, origin, null);
  else lineUp(state, leader, origin);
}

/** Whom this follower has asked is not its leader any more. */
export function refuseFollowerReads(state: RaftState<unknown>, follower: Follower): void {
  for (const { requestId } of follower.reads) {
    refuse(state, requestId, { kind: 'leadershipLost', definite: true });
  }
}

/** The reads whose index has been handed out to be applied. */
export function takeReadsReady(
  state: RaftState<unknown>,
): readonly { readonly requestId: RequestId; readonly index: LogIndex }[] {
  const { readsReady } = state.outbox;
  if (readsReady.length === 0) return [];
  const isReady = ({ index }: { readonly index: LogIndex }): boolean =>
    index <= state.applyingIndex;
  const ready = readsReady.filter(isReady);
  const waiting = readsReady.filter((read) => !isReady(read));
  readsReady.splice(0, readsReady.length, ...waiting);
  return ready;
}

/**
 * Linearizable reads without a log entry: the read index. (Dissertation 6.4)
 *
 * A read may be answered once four things hold:
 *
 * 1. the leader has committed an entry of its own term, so that it knows what is committed;
 * 2. the commit index of a moment after the read arrived is saved: the read index;
 * 3. a quorum has answered a round that *began after the read arrived*: no other leader can have
 *    committed anything before that which this one does not know;
 * 4. the state machine has applied the read index. The driver sees to it: in each drain `apply`
 *    stands before `readReady`.
 *
 * One round confirms every read that waits for it.
 */

import { assert } from './assert.ts';
import type { ReadConsistency } from './contract.ts';
import { refuse } from './outbox.ts';
import { quorumValue } from './quorum.ts';
import { knownLeader, type Leader, type RaftState } from './state.ts';
import type { RequestId } from './types.ts';

export function startRead(
  state: RaftState<unknown>,
  requestId: RequestId,
  consistency: ReadConsistency,
): void {
  assert(consistency === 'linearizable', `unknown read consistency: ${consistency}`);
  const { role } = state;
  if (role.kind !== 'leader') {
    refuse(state, requestId, {
      kind: 'notLeader',
      definite: true,
      leader: knownLeader(state),
    });
    return;
  }
  if (role.reads.length >= state.settings.maxPendingReads) {
    refuse(state, requestId, { kind: 'overloaded', definite: true });
    return;
  }
  role.reads.push({
    requestId,
    index: knowsCommitted(state, role) ? state.commitIndex : null,
    round: role.round + 1,
  });
  role.broadcastDue = true;
}

/** Whether an entry of the leader's own term is committed. */
export function knowsCommitted(state: RaftState<unknown>, leader: Leader): boolean {
  return state.commitIndex >= leader.termStart;
}

/** The commit index has advanced: reads that waited for the first commit get their index. */
export function indexWaitingReads(state: RaftState<unknown>, leader: Leader): void {
  if (!knowsCommitted(state, leader)) return;
  for (const read of leader.reads) read.index ??= state.commitIndex;
}

/** Lets go the reads that a quorum has confirmed. */
export function confirmReads(state: RaftState<unknown>, leader: Leader): void {
  if (leader.reads.length === 0) return;
  const confirmedRound = quorumValue(state.membership, (voter) =>
    voter === state.id
      ? leader.round
      : (leader.progress.find((progress) => progress.peer === voter)?.ackedRound ?? 0),
  );
  let ready = 0;
  for (const read of leader.reads) {
    if (read.index === null || read.round > confirmedRound) break;
    state.outbox.readsReady.push({ requestId: read.requestId, index: read.index });
    ready++;
  }
  leader.reads.splice(0, ready);
}

/** A leader that steps down cannot confirm its reads any more. */
export function refusePendingReads(state: RaftState<unknown>, leader: Leader): void {
  for (const read of leader.reads) {
    refuse(state, read.requestId, { kind: 'leadershipLost', definite: true });
  }
}

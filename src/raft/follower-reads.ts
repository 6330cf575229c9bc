/**
 * A follower's reads: it asks its leader for an index at which they are linearizable, and serves
 * them when it has applied that. (Dissertation 6.4; what the leader makes of it: reads.ts)
 */

import { isSecondLeader, verifyTo } from './following.ts';
import type { ReadIndexResponse } from './messages.ts';
import { drop, refuse, send } from './outbox.ts';
import { hearLeader } from './roles.ts';
import type { Follower, RaftState } from './state.ts';
import { questionInterval } from './timers.ts';

/** Asks the leader for an index, for all reads that have come since the last question. */
export function requestReadIndex(state: RaftState<unknown>, follower: Follower): void {
  const { leader, reads } = follower;
  if (leader === null || reads.at(-1)?.sequence !== null) return;
  state.readSequence++;
  for (const read of reads) read.sequence ??= state.readSequence;
  follower.ticksSinceReadRequest = 0;
  sendReadIndexRequest(state, leader);
}

function sendReadIndexRequest(state: RaftState<unknown>, leader: Follower['leader']): void {
  if (leader === null) return;
  send(state, {
    kind: 'readIndexRequest',
    from: state.id,
    to: leader,
    term: state.currentTerm,
    sequence: state.readSequence,
  });
}

/** Question or answer may have been lost: the latest question stands for all before it. */
export function tickFollowerReads(state: RaftState<unknown>, follower: Follower): void {
  if (follower.reads.length === 0) return;
  follower.ticksSinceReadRequest++;
  if (follower.ticksSinceReadRequest < questionInterval(state)) return;
  follower.ticksSinceReadRequest = 0;
  sendReadIndexRequest(state, follower.leader);
}

/** The leader has confirmed an index: it is good for every read asked about until then. */
export function acceptReadIndex(state: RaftState<unknown>, message: ReadIndexResponse): void {
  if (isSecondLeader(state, message.from)) return drop(state, message, 'impossible');
  const reads = state.role.kind === 'follower' ? state.role.reads : [];
  hearLeader(state, message.from);
  // A read index is committed: the read need not wait for other word of that.
  if (message.index !== null) verifyTo(state, state.verifiedIndex, message.index);
  const answered = reads.filter(
    ({ sequence }) => sequence !== null && sequence <= message.sequence,
  );
  // A question that was not asked yet is one of an earlier life of this node.
  const isStale = answered.length === 0 || message.sequence > state.readSequence;
  if (isStale) return drop(state, message, 'stale');
  // Reads are in the order of their questions.
  reads.splice(0, answered.length);
  for (const { requestId } of answered) {
    if (message.index === null) refuse(state, requestId, { kind: 'overloaded', definite: true });
    else state.outbox.readsReady.push({ requestId, index: message.index });
  }
}

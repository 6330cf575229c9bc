/**
 * What must hold in every state of one node, and over every step from one state to the next.
 * Checked after each step, in constant time, in production too: a node whose memory breaks a rule
 * of safety must stop before it tells others.
 */

import { assert } from './assert.ts';
import { lastIndex, lastTerm } from './log.ts';
import type { RaftState } from './state.ts';
import type { LogIndex, NodeId, Term } from './types.ts';

/** What a step may only move forward, or not change. */
export interface Marks {
  readonly currentTerm: Term;
  readonly votedFor: NodeId | null;
  readonly commitIndex: LogIndex;
  readonly applyingIndex: LogIndex;
  readonly appliedIndex: LogIndex;
}

export function takeMarks(state: RaftState<unknown>): Marks {
  const { currentTerm, votedFor, commitIndex, applyingIndex, appliedIndex } = state;
  return { currentTerm, votedFor, commitIndex, applyingIndex, appliedIndex };
}

/** @throws InvariantViolation naming the rule that does not hold. */
export function checkInvariants(state: RaftState<unknown>, before: Marks): void {
  const { currentTerm, votedFor, commitIndex, applyingIndex, appliedIndex } = state;
  const last = lastIndex(state.log);

  assert(currentTerm >= before.currentTerm, 'the term never decreases');
  assert(
    currentTerm > before.currentTerm || before.votedFor === null || votedFor === before.votedFor,
    'within a term the vote is given once',
  );
  assert(commitIndex >= before.commitIndex, 'the commit index never decreases');
  assert(applyingIndex >= before.applyingIndex, 'nothing is handed out to be applied twice');
  assert(appliedIndex >= before.appliedIndex, 'the applied index never decreases');

  assert(appliedIndex <= applyingIndex, 'only what was handed out is applied');
  assert(applyingIndex <= commitIndex, 'only what is committed is applied');
  assert(commitIndex <= last, 'only what is in the log is committed');
  assert(state.verifiedIndex <= last, 'only what is in the log is verified');
  assert(state.durability.durableIndex <= last, 'only what is in the log is durable');
  assert(state.durability.handedIndex <= last, 'only what is in the log is written');
  assert(lastTerm(state.log) <= currentTerm, 'no entry is of a later term than the current one');

  const { role } = state;
  if (role.kind === 'leader' || role.kind === 'candidate') {
    assert(votedFor === state.id, 'whoever campaigns has voted for itself');
  }
  if (role.kind === 'leader') {
    assert(lastTerm(state.log) === currentTerm, 'a leader has an entry of its own term');
    assert(role.termStart <= last, 'a leader never truncates its own log');
  }
}

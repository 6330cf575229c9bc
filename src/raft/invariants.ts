/**
 * What must hold in every state of one node, and over every step from one state to the next.
 * Checked after each step and drain, in constant time, in production too: a node whose memory
 * breaks a rule of safety must stop before it tells others.
 */

import { assert } from './assert.ts';
import { lastIndex, lastTerm } from './log.ts';
import { latestMembership } from './membership.ts';
import type { RaftState } from './state.ts';
import type { LogIndex, NodeId, Term } from './types.ts';

/** What a step may only move forward, or not change. */
export interface Marks {
  readonly currentTerm: Term;
  readonly votedFor: NodeId | null;
  readonly termLeader: NodeId | null;
  readonly commitIndex: LogIndex;
  readonly applyingIndex: LogIndex;
  readonly appliedIndex: LogIndex;
  readonly durableIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly isLeader: boolean;
}

export function takeMarks(state: RaftState<unknown>): Marks {
  const { currentTerm, votedFor, termLeader, commitIndex, applyingIndex, appliedIndex } = state;
  return {
    currentTerm,
    votedFor,
    termLeader,
    commitIndex,
    applyingIndex,
    appliedIndex,
    durableIndex: state.durability.durableIndex,
    lastIndex: lastIndex(state.log),
    isLeader: state.role.kind === 'leader',
  };
}

/** @throws InvariantViolation naming the rule that does not hold. */
export function checkInvariants(state: RaftState<unknown>, before: Marks): void {
  checkChange(state, before);
  checkOrder(state);
  checkSnapshots(state);
  checkRole(state);
}

/** What a step has done to the state before it. */
function checkChange(state: RaftState<unknown>, before: Marks): void {
  const { currentTerm, votedFor, termLeader, commitIndex, applyingIndex, appliedIndex } = state;
  const { durableIndex } = state.durability;
  assert(currentTerm >= before.currentTerm, 'the term never decreases');
  assert(
    currentTerm > before.currentTerm || before.votedFor === null || votedFor === before.votedFor,
    'within a term the vote is given once',
  );
  assert(
    currentTerm > before.currentTerm ||
      before.termLeader === null ||
      termLeader === before.termLeader,
    'within a term there is one leader',
  );
  assert(commitIndex >= before.commitIndex, 'the commit index never decreases');
  assert(applyingIndex >= before.applyingIndex, 'nothing is handed out to be applied twice');
  assert(appliedIndex >= before.appliedIndex, 'the applied index never decreases');
  assert(
    durableIndex >= Math.min(before.durableIndex, before.commitIndex),
    'what is committed and durable stays so',
  );
  assert(
    !before.isLeader ||
      lastIndex(state.log) >= before.lastIndex ||
      currentTerm > before.currentTerm,
    'a leader never deletes from its log',
  );
}

/** applied ≤ applying ≤ commit ≤ last, and the rest within the log. */
function checkOrder(state: RaftState<unknown>): void {
  const { commitIndex, applyingIndex, appliedIndex } = state;
  const last = lastIndex(state.log);
  assert(appliedIndex <= applyingIndex, 'only what was handed out is applied');
  assert(applyingIndex <= commitIndex, 'only what is committed is applied');
  assert(commitIndex <= last, 'only what is in the log is committed');
  assert(state.verifiedIndex <= last, 'only what is in the log is verified');
  assert(state.durability.durableIndex <= last, 'only what is in the log is durable');
  assert(state.durability.handedIndex <= last, 'only what is in the log is written');
  assert(
    lastTerm(state.log) <= state.currentTerm,
    'no entry is of a later term than the current one',
  );
  assert(latestMembership(state).index <= last, 'the membership in effect is in the log');
}

/** What the log lacks is in a snapshot, and no snapshot goes beyond what is committed. */
function checkSnapshots(state: RaftState<unknown>): void {
  const { latest, installing } = state.snapshots;
  const covered = installing?.snapshot.index ?? latest?.index ?? 0;
  assert(state.log.baseIndex <= covered, 'a snapshot covers what the log lacks');
  assert(
    latest === null || latest.index <= state.commitIndex,
    'a snapshot is of committed entries',
  );
}

function checkRole(state: RaftState<unknown>): void {
  const { role, currentTerm, votedFor } = state;
  const last = lastIndex(state.log);
  if (role.kind === 'leader' || role.kind === 'candidate') {
    assert(votedFor === state.id, 'whoever campaigns has voted for itself');
  }
  if (role.kind === 'leader') {
    assert(lastTerm(state.log) === currentTerm, 'a leader has an entry of its own term');
    assert(role.termStart <= last, 'a leader never truncates its own log');
  }
}

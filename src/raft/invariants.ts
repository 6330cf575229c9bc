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

/** What a step may only move forward, or not change. One object for all steps of a core. */
export interface Marks {
  currentTerm: Term;
  votedFor: NodeId | null;
  termLeader: NodeId | null;
  commitIndex: LogIndex;
  applyingIndex: LogIndex;
  appliedIndex: LogIndex;
  durableIndex: LogIndex;
  lastIndex: LogIndex;
  isLeader: boolean;
}

export function createMarks(state: RaftState<unknown>): Marks {
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

/**
 * Checks what a step has made of the state that was marked, and marks it anew.
 *
 * @throws InvariantViolation naming the rule that does not hold.
 */
export function checkStep(state: RaftState<unknown>, marks: Marks): void {
  checkInvariants(state, marks);
  marks.currentTerm = state.currentTerm;
  marks.votedFor = state.votedFor;
  marks.termLeader = state.termLeader;
  marks.commitIndex = state.commitIndex;
  marks.applyingIndex = state.applyingIndex;
  marks.appliedIndex = state.appliedIndex;
  marks.durableIndex = state.durability.durableIndex;
  marks.lastIndex = lastIndex(state.log);
  marks.isLeader = state.role.kind === 'leader';
}

/** In one piece, with each part of the state read once: this is a good part of a step. */
function checkInvariants(state: RaftState<unknown>, before: Marks): void {
  const { currentTerm, votedFor, termLeader, commitIndex, applyingIndex, appliedIndex } = state;
  const { durability, snapshots, role, log } = state;
  const { durableIndex } = durability;
  const last = lastIndex(log);
  const termOfLast = lastTerm(log);

  // What the step has done to the state before it.
  assert(currentTerm >= before.currentTerm, 'the term never decreases');
  if (currentTerm === before.currentTerm) {
    const isVoteKept = before.votedFor === null || votedFor === before.votedFor;
    assert(isVoteKept, 'within a term the vote is given once');
    const isLeaderKept = before.termLeader === null || termLeader === before.termLeader;
    assert(isLeaderKept, 'within a term there is one leader');
    const isLogKept = !before.isLeader || last >= before.lastIndex;
    assert(isLogKept, 'a leader never deletes from its log');
  }
  assert(commitIndex >= before.commitIndex, 'the commit index never decreases');
  assert(applyingIndex >= before.applyingIndex, 'nothing is handed out to be applied twice');
  assert(appliedIndex >= before.appliedIndex, 'the applied index never decreases');
  const isKept = durableIndex >= before.durableIndex || durableIndex >= before.commitIndex;
  assert(isKept, 'what is committed and durable stays so');

  // applied ≤ applying ≤ commit ≤ last, and the rest within the log.
  assert(appliedIndex <= applyingIndex, 'only what was handed out is applied');
  assert(applyingIndex <= commitIndex, 'only what is committed is applied');
  assert(commitIndex <= last, 'only what is in the log is committed');
  assert(state.verifiedIndex <= last, 'only what is in the log is verified');
  assert(durableIndex <= last, 'only what is in the log is durable');
  assert(durability.handedIndex <= last, 'only what is in the log is written');
  assert(termOfLast <= currentTerm, 'no entry is of a later term than the current one');
  assert(latestMembership(state).index <= last, 'the membership in effect is in the log');

  // What the log lacks is in a snapshot, and no snapshot goes beyond what is committed.
  const { latest, installing } = snapshots;
  const covered = installing?.snapshot.index ?? latest?.index ?? 0;
  assert(log.baseIndex <= covered, 'a snapshot covers what the log lacks');
  assert(latest === null || latest.index <= commitIndex, 'a snapshot is of committed entries');

  // What each role rests on.
  if (role.kind === 'leader' || role.kind === 'candidate') {
    assert(votedFor === state.id, 'whoever campaigns has voted for itself');
  }
  if (role.kind === 'leader') {
    assert(termOfLast === currentTerm, 'a leader has an entry of its own term');
    assert(role.termStart <= last, 'a leader never truncates its own log');
  }
}

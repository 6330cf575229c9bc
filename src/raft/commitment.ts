/**
 * When an entry is committed, and what follows from it. (Paper 5.3, 5.4.2)
 */

import { assert, violated } from './assert.ts';
import type { Effect } from './contract.ts';
import { bytesBetween, bytesOf, entriesBetween, lastIndex, termAt } from './log.ts';
import { membershipInEffect } from './membership.ts';
import { progressOf } from './progress.ts';
import { settleProposals } from './proposals.ts';
import { hasQuorum, quorumValue } from './quorum.ts';
import { indexWaitingReads } from './reads.ts';
import type { Leader, RaftState } from './state.ts';
import { asLogIndex, type LogIndex, type NodeId } from './types.ts';

/** Up to where a voter's log is durable and equal to the leader's, as far as the leader knows. */
export function matchIndexOf(state: RaftState<unknown>, leader: Leader, voter: NodeId): LogIndex {
  // The leader counts itself only for what its own disk has. (Dissertation 10.2.1)
  if (voter === state.id) return state.durability.durableIndex;
  return progressOf(leader, voter)?.matchIndex ?? asLogIndex(0);
}

/**
 * Commits what a majority of the voters has, if it is of the leader's own term. Entries of older
 * terms are never committed by counting, only together with a later one of the own term: a
 * majority may have them and yet lose them to a leader of a term between. (Paper 5.4.2, Figure 8)
 */
export function commitByQuorum(state: RaftState<unknown>, leader: Leader): void {
  if (state.commitIndex === lastIndex(state.log)) return;
  const membership = membershipInEffect(state);
  const matchIndex = (voter: NodeId): LogIndex => matchIndexOf(state, leader, voter);
  const index = asLogIndex(quorumValue(membership, matchIndex));
  if (index <= state.commitIndex || termAt(state.log, index) !== state.currentTerm) return;
  assert(
    hasQuorum(membership, (voter) => matchIndex(voter) >= index),
    'what is committed is durable at a quorum',
  );
  leader.uncommittedBytes -= bytesBetween(state.log, asLogIndex(state.commitIndex + 1), index);
  commitTo(state, index);
  indexWaitingReads(state, leader);
}

/** Moves the commit index forward; it never moves back. */
export function commitTo(state: RaftState<unknown>, index: LogIndex): void {
  if (index <= state.commitIndex) return;
  assert(index <= lastIndex(state.log), 'only what is in the log is committed');
  state.commitIndex = index;
}

/** What was committed since the last drain and is to be applied now, or null. */
export function takeApply<Command>(
  state: RaftState<Command>,
): Extract<Effect<Command>, { kind: 'apply' }> | null {
  // What follows a snapshot is applied after it.
  if (state.applyingIndex === state.commitIndex || state.snapshots.installing !== null) return null;
  const from = asLogIndex(state.applyingIndex + 1);
  const to = state.commitIndex;
  const entries = entriesBetween(state.log, from, to);
  state.applyingIndex = to;
  state.snapshots.bytesSince += bytesOf(entries);
  return {
    kind: 'apply',
    entries,
    requestIds: settleProposals(state, from, to),
  };
}

/** The driver's state machine has applied everything up to `index`. */
export function noteApplied(state: RaftState<unknown>, index: LogIndex): void {
  if (index < state.appliedIndex || index > state.applyingIndex) {
    violated(`applied ${index}, but only ${state.applyingIndex} was handed out`);
  }
  state.appliedIndex = index;
}

/**
 * Moving between terms and roles. (Paper 5.1, Figure 4)
 *
 * ```
 *   follower -> preCandidate -> candidate -> leader     heard nobody, could win, won
 *       ^------------+-------------+-----------+        a leader or a higher term appeared,
 *                                                       or the leader lost its quorum
 * ```
 */

import { assert } from './assert.ts';
import type { RoleChangeReason } from './contract.ts';
import { refuseChange } from './membership-change.ts';
import { refuseFollowerReads, refusePendingReads } from './reads.ts';
import { type Follower, knownLeader, type RaftState, type Role } from './state.ts';
import { resetElectionTimer } from './timers.ts';
import { settleTransfer } from './transfer.ts';
import { asLogIndex, type NodeId, type Term } from './types.ts';

/** Puts on a new role and says so. */
export function changeRole<Command>(
  state: RaftState<Command>,
  role: Role,
  reason: RoleChangeReason,
): void {
  const previousRole = state.role.kind;
  if (state.role.kind === 'follower') refuseFollowerReads(state, state.role);
  state.role = role;
  state.outbox.effects.push({
    kind: 'roleChange',
    role: role.kind,
    term: state.currentTerm,
    leader: knownLeader(state),
    previousRole,
    reason,
  });
}

/**
 * Whether this node has reason to believe that the term has a live leader. While it has, it helps
 * nobody to depose that leader. (Dissertation 4.2.3) A leader itself has reason to: it would have
 * stepped down had it not heard from a quorum.
 */
export function hearsLeader(state: RaftState<unknown>): boolean {
  const { role } = state;
  if (role.kind === 'leader') return true;
  return (
    role.kind === 'follower' &&
    role.leader !== null &&
    state.ticks - state.leaderHeardTicks < state.electionTicks
  );
}

/**
 * Whether a live leader would be deposed if `asker` won a later term. Who asks for that itself does
 * not lead this term any more, and never will again.
 */
export function protectsLeaderFrom(state: RaftState<unknown>, asker: NodeId): boolean {
  return hearsLeader(state) && knownLeader(state) !== asker;
}

/**
 * Whether a leader may hold a lease on this node's word: it has been heard so lately that it counts
 * on this node electing nobody else. That holds in whatever role and term this node is by now, and
 * after a restart, which may have made it forget. (Dissertation 6.4.1)
 */
export function isBoundByLease(state: RaftState<unknown>): boolean {
  const { leaseReads, electionTimeoutTicks } = state.settings;
  return leaseReads && state.ticks - state.leaderHeardTicks < electionTimeoutTicks.min;
}

/** Becomes a follower of the current term. The election timer runs on. */
export function becomeFollower(
  state: RaftState<unknown>,
  leader: NodeId | null,
  reason: RoleChangeReason,
): void {
  const previous = state.role;
  if (previous.kind === 'leader') {
    refusePendingReads(state, previous);
    refuseChange(state, previous);
    settleTransfer(state, previous, reason === 'higherTerm');
    resetElectionTimer(state);
  }
  changeRole(state, createFollower(leader), reason);
}

export function createFollower(leader: NodeId | null): Follower {
  return {
    kind: 'follower',
    leader,
    reads: [],
    ticksSinceReadRequest: 0,
  };
}

/** Any node that learns of a higher term adopts it and becomes a follower. (Paper 5.1) */
export function adoptTerm(state: RaftState<unknown>, term: Term): void {
  assert(term > state.currentTerm, 'terms never decrease');
  enterTerm(state, term, null);
  becomeFollower(state, null, 'higherTerm');
}

/** Enters a term with or without a vote in it; the caller puts on the role. */
export function enterTerm(state: RaftState<unknown>, term: Term, votedFor: NodeId | null): void {
  state.currentTerm = term;
  state.votedFor = votedFor;
  state.termLeader = null;
  state.verifiedIndex = asLogIndex(0);
  state.leaderCommit = asLogIndex(0);
  // Another leader's snapshot of the same entries may be of other bytes. (Figure 13, step 2)
  state.snapshots.receiving = null;
}

/** The leader of the current term has spoken. */
export function hearLeader(state: RaftState<unknown>, leader: NodeId): void {
  const { role } = state;
  const isFirst = state.termLeader === null;
  assert(
    role.kind !== 'leader' && (isFirst || state.termLeader === leader),
    'a term has one leader',
  );
  state.termLeader = leader;
  if (role.kind !== 'follower' || role.leader === null) {
    becomeFollower(state, leader, 'leaderFound');
  }
  state.leaderHeardTicks = state.ticks;
  resetElectionTimer(state);
}

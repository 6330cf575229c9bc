/**
 * Changing who takes part. (Paper 6, dissertation 4)
 *
 * A change of voters goes through a *joint* membership, in which the old and the new voters decide
 * together, so that at no time two majorities can decide apart:
 *
 * ```
 *   {a b c}  ->  {a b c d} learners d  ->  joint {a b d | a b c}  ->  {a b d}
 *            new voters receive the log    the change is decided     when the joint
 *            first, and do not count       when this is committed    one is committed
 * ```
 *
 * There is one change at a time, and none before the leader has committed an entry of its own term:
 * until then a change of an older leader may be under way that this one does not see. (Ongaro,
 * "bug in single-server membership changes", raft-dev, July 2015; it holds here just as well.)
 */

import { admit } from './admission.ts';
import { appendMembership } from './appending.ts';
import { lastIndex } from './log.ts';
import { latestMembership, membershipInEffect } from './membership.ts';
import { refuse } from './outbox.ts';
import { type Progress, progressOf } from './progress.ts';
import { trackProposal } from './proposals.ts';
import { isJoint, isSameGroup, membershipFault } from './quorum.ts';
import { knowsCommitted } from './reads.ts';
import type { CatchUp, Leader, MembershipChange, RaftState } from './state.ts';
import type { NodeId, RequestId } from './types.ts';

/** Starts a change, or refuses it. */
export function changeMembership(
  state: RaftState<unknown>,
  requestId: RequestId,
  voters: readonly NodeId[],
  learners: readonly NodeId[],
): void {
  const leader = admit(state, requestId);
  if (leader === null) return;
  const problem = membershipFault(voters, learners);
  if (problem !== null) {
    return refuse(state, requestId, { kind: 'invalid', definite: true, problem });
  }
  if (!knowsCommitted(state, leader)) {
    return refuse(state, requestId, { kind: 'termNotCommitted', definite: true });
  }
  if (leader.change !== null || !isSettled(state)) {
    return refuse(state, requestId, { kind: 'membershipChangeInProgress', definite: true });
  }
  const current = membershipInEffect(state);
  const joining = voters.filter((voter) => !current.voters.includes(voter));
  const strangers = joining.filter((voter) => !current.learners.includes(voter));
  const catchUps = joining.map((peer) => startCatchUp(state, peer));
  leader.change = { requestId, voters, learners, catchUps };
  if (strangers.length > 0) {
    appendMembership(state, leader, { ...current, learners: [...current.learners, ...strangers] });
  }
  advanceChange(state, leader);
}

/** Whether the membership in effect is committed, and not the middle of a change. */
function isSettled(state: RaftState<unknown>): boolean {
  const { index, membership } = latestMembership(state);
  return index <= state.commitIndex && !isJoint(membership);
}

function startCatchUp(state: RaftState<unknown>, peer: NodeId): CatchUp {
  const roundEnd = lastIndex(state.log);
  return { peer, round: 1, roundEnd, roundTicks: 0, reached: 0, idleTicks: 0 };
}

/** Does what can be done now: leaves a joint membership, or decides the change that waits. */
export function advanceChange(state: RaftState<unknown>, leader: Leader): void {
  const { index, membership } = latestMembership(state);
  if (isJoint(membership) && index <= state.commitIndex && knowsCommitted(state, leader)) {
    appendMembership(state, leader, { ...membership, outgoing: [] });
  }
  const { change } = leader;
  if (change === null) return;
  const waiting = change.catchUps.filter((catchUp) => !isCaughtUp(state, leader, catchUp));
  change.catchUps.splice(0, change.catchUps.length, ...waiting);
  if (waiting.length === 0 && isSettled(state)) decide(state, leader, change);
}

/** Appends what decides the change; its request is answered when that is committed. */
function decide(state: RaftState<unknown>, leader: Leader, change: MembershipChange): void {
  const { voters, learners, requestId } = change;
  const current = membershipInEffect(state);
  const outgoing = isSameGroup(voters, current.voters) ? [] : current.voters;
  leader.change = null;
  appendMembership(state, leader, { voters, outgoing, learners });
  trackProposal(state, requestId);
}

/**
 * A new voter is caught up when it has received, in less than an election timeout, all that was in
 * the log when the round began: so little is missing then that it will not hold up commitment.
 */
function isCaughtUp(state: RaftState<unknown>, leader: Leader, catchUp: CatchUp): boolean {
  const progress = progressOf(leader, catchUp.peer);
  if (progress === null || progress.matchIndex < catchUp.roundEnd) return false;
  if (catchUp.roundTicks < state.electionTicks) return true;
  catchUp.round++;
  catchUp.roundEnd = lastIndex(state.log);
  catchUp.roundTicks = 0;
  return false;
}

/** Time passes: a new voter that is not there, or cannot keep up, is given up. */
export function tickChange(state: RaftState<unknown>, leader: Leader): void {
  const { change } = leader;
  if (change === null) return;
  const { maxCatchUpRounds, electionTimeoutTicks } = state.settings;
  for (const catchUp of change.catchUps) {
    catchUp.roundTicks++;
    const progress = progressOf(leader, catchUp.peer);
    if (progress !== null) noteReached(catchUp, progress);
    const silence = progress?.ticksSinceContact ?? 0;
    const isAlive = silence < electionTimeoutTicks.max;
    const isMoving = catchUp.idleTicks < maxCatchUpRounds * electionTimeoutTicks.max;
    if (catchUp.round <= maxCatchUpRounds && isAlive && isMoving) continue;
    leader.change = null;
    const refusal = { kind: 'learnerTooSlow', definite: true, learner: catchUp.peer } as const;
    return refuse(state, change.requestId, refusal);
  }
}

/** A learner may be alive and yet get nowhere: its disk may be stuck. */
function noteReached(catchUp: CatchUp, { matchIndex, mode }: Progress): void {
  const reached = matchIndex + (mode.kind === 'snapshot' ? mode.offset : 0);
  catchUp.idleTicks = reached === catchUp.reached ? catchUp.idleTicks + 1 : 0;
  catchUp.reached = reached;
}

/** A leader that steps down has not decided the change that waited. */
export function refuseChange(state: RaftState<unknown>, leader: Leader): void {
  if (leader.change === null) return;
  refuse(state, leader.change.requestId, { kind: 'leadershipLost', definite: true });
}

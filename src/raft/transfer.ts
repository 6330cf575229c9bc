/**
 * Handing over leadership. (Dissertation 3.10)
 *
 * The leader stops taking proposals, brings the target's log up to its own, and tells it to
 * campaign at once, which its followers are allowed to support although they hear a leader. If the
 * target has not taken over within an election timeout, the leader goes on as before.
 */

import { admit } from './admission.ts';
import { lastIndex } from './log.ts';
import { membershipInEffect } from './membership.ts';
import type { TimeoutNow } from './messages.ts';
import { drop, refuse, send } from './outbox.ts';
import { type Progress, progressOf } from './progress.ts';
import type { Leader, RaftState, Transfer } from './state.ts';
import { silenceLimit } from './timers.ts';
import type { NodeId, RequestId } from './types.ts';

/** After a transfer has failed, or an election, so many T pass before the leader tries by itself. */
const timeoutsBetweenTransfers = 4;

/** Hands over to a voter, or to the best one; or refuses. */
export function transferLeadership(
  state: RaftState<unknown>,
  requestId: RequestId,
  wanted: NodeId | null,
): void {
  const leader = admit(state, requestId);
  if (leader === null) return;
  const target = wanted ?? bestSuccessor(state, leader);
  const problem = targetFault(state, target);
  if (target === null || problem !== null) {
    refuse(state, requestId, { kind: 'invalid', definite: true, problem: problem ?? 'nobody' });
    return;
  }
  startTransfer(leader, requestId, target);
}

function targetFault(state: RaftState<unknown>, target: NodeId | null): string | null {
  if (target === null) return 'there is no voter to hand over to';
  if (target === state.id) return `${target} is the leader already`;
  if (!membershipInEffect(state).voters.includes(target)) return `${target} is not a voter`;
  return null;
}

function startTransfer(leader: Leader, requestId: RequestId | null, target: NodeId): void {
  leader.transfer = { requestId, target, ticks: 0, ticksSinceTold: null };
}

/** The voters that are in touch, those of the highest priority first, then by their logs. */
function successors(state: RaftState<unknown>, leader: Leader): readonly Progress[] {
  const { voters } = membershipInEffect(state);
  return leader.progress
    .filter((it) => voters.includes(it.peer) && it.ticksSinceContact < silenceLimit(state))
    .sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0) || b.matchIndex - a.matchIndex);
}

/** The best of the voters that could win at once: they have everything. */
export function readySuccessor(state: RaftState<unknown>, leader: Leader): NodeId | null {
  const last = lastIndex(state.log);
  return successors(state, leader).find(({ matchIndex }) => matchIndex === last)?.peer ?? null;
}

/** The voter that could take over soonest. */
function bestSuccessor(state: RaftState<unknown>, leader: Leader): NodeId | null {
  const lag = ({ matchIndex }: Progress): number => lastIndex(state.log) - matchIndex;
  const [closest] = successors(state, leader).toSorted((a, b) => lag(a) - lag(b));
  return readySuccessor(state, leader) ?? closest?.peer ?? null;
}

/** Tells the target to campaign as soon as it has everything; nobody else could win. */
export function advanceTransfer(state: RaftState<unknown>, leader: Leader): void {
  const { transfer } = leader;
  if (transfer === null || transfer.ticksSinceTold !== null) return;
  const progress = progressOf(leader, transfer.target);
  if (progress?.matchIndex === lastIndex(state.log)) tellTarget(state, leader, transfer);
}

function tellTarget(state: RaftState<unknown>, leader: Leader, transfer: Transfer): void {
  transfer.ticksSinceTold = 0;
  // The word may arrive at any later time, and whoever has it need not wait out a lease. (6.4.1)
  leader.isLeaseVoid = true;
  send(state, {
    kind: 'timeoutNow',
    from: state.id,
    to: transfer.target,
    term: state.currentTerm,
  });
}

/** Time passes: the word is repeated, and given up after an election timeout. */
export function tickTransfer(state: RaftState<unknown>, leader: Leader): void {
  const { transfer } = leader;
  if (transfer === null) return preferSuccessor(state, leader);
  transfer.ticks++;
  const isGone = !membershipInEffect(state).voters.includes(transfer.target);
  if (isGone || transfer.ticks >= state.electionTicks) {
    endTransfer(state, leader);
  } else if (transfer.ticksSinceTold !== null) {
    transfer.ticksSinceTold++;
    if (transfer.ticksSinceTold >= state.settings.heartbeatTicks) {
      tellTarget(state, leader, transfer);
    }
  }
}

function endTransfer(state: RaftState<unknown>, leader: Leader): void {
  const requestId = leader.transfer?.requestId ?? null;
  leader.transfer = null;
  leader.transferEndTicks = state.ticks;
  if (requestId === null) return;
  refuse(state, requestId, { kind: 'transferTimedOut', definite: false });
}

/** The leader steps down: for a later term, which is what it wanted, or for want of a quorum. */
export function settleTransfer(
  state: RaftState<unknown>,
  leader: Leader,
  isForLaterTerm: boolean,
): void {
  const requestId = leader.transfer?.requestId ?? null;
  if (requestId === null) return;
  if (isForLaterTerm) state.outbox.effects.push({ kind: 'transferred', requestId });
  else refuse(state, requestId, { kind: 'transferTimedOut', definite: false });
}

/**
 * A healthy voter of higher priority gets the leadership back. Only one that is in touch and has
 * everything committed is tried, and seldom, so that a preference never costs availability.
 */
function preferSuccessor(state: RaftState<unknown>, leader: Leader): void {
  const pauseTicks = timeoutsBetweenTransfers * state.electionTicks;
  if (state.ticks - leader.transferEndTicks < pauseTicks || leader.change !== null) return;
  const preferred = successors(state, leader).find((it) => isPreferable(state, it));
  if (preferred !== undefined) startTransfer(leader, null, preferred.peer);
}

function isPreferable(state: RaftState<unknown>, progress: Progress): boolean {
  return (
    (progress.priority ?? 0) > state.settings.priority &&
    progress.mode.kind === 'replicate' &&
    progress.matchIndex >= state.commitIndex
  );
}

/** Whether a message to campaign is one that this node may follow. */
export function mayTakeOver(state: RaftState<unknown>, message: TimeoutNow): boolean {
  const { voters } = membershipInEffect(state);
  const isLeaders = state.role.kind === 'follower' && state.role.leader === message.from;
  if (isLeaders && voters.includes(state.id)) return true;
  drop(state, message, 'stale');
  return false;
}

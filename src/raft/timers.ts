/**
 * Timeouts that follow the network. (Dissertation 9.1–9.3 on what they must be longer than)
 *
 * The leader measures how long its rounds take to be answered, and derives from that the shortest
 * wait T that rarely takes delay for failure. Its heartbeats carry T, and its followers use it. A
 * node that knows no leader measures how long its pre-votes take to be answered, also those that
 * came too late to count: on a network slower than it thought its campaigns would fail for ever.
 *
 * T moves within the configured range only. Waits are drawn from [T, 2T).
 */

import { membershipInEffect } from './membership.ts';
import type { Progress } from './progress.ts';
import { isVoter } from './quorum.ts';
import { nextInteger } from './random.ts';
import type { Leader, RaftState, RoundStart } from './state.ts';

/** How many round trips, with an allowance for their spread, T lasts: one may be lost, or two. */
const roundTripsPerTimeout = 3;

/** How much T may grow from one heartbeat to the next, so that followers hear of it in time. */
const growthPerRound = 1.25;

/** How many beginnings of rounds are remembered, one for each tick in which there were some. */
const maxRoundStarts = 512;

/** Brings T into the configured range: 2T is at most the longest wait. */
function clampElectionTicks(state: RaftState<unknown>, ticks: number): number {
  const { min, max } = state.settings.electionTimeoutTicks;
  return Math.max(min, Math.min(Math.ceil(ticks), Math.floor(max / 2)));
}

/** Starts a new wait for a leader, of a length drawn anew from [T, 2T). (Paper 5.2) */
export function resetElectionTimer(state: RaftState<unknown>): void {
  const longest = Math.min(2 * state.electionTicks, state.settings.electionTimeoutTicks.max);
  state.electionElapsedTicks = 0;
  state.electionTimeoutTicks = nextInteger(state.random, state.electionTicks, longest);
}

/** How often the leader speaks: as many times within T as the settings say. */
export function heartbeatInterval(state: RaftState<unknown>): number {
  const { heartbeatTicks, electionTimeoutTicks } = state.settings;
  return Math.floor((heartbeatTicks * state.electionTicks) / electionTimeoutTicks.min);
}

/** The request for pre-votes is sent, or sent again: what is answered must be told apart. */
export function startPreVoteRound(state: RaftState<unknown>): void {
  state.preVoteRound++;
  rememberStart(state.preVoteStarts, { round: state.preVoteRound, ticks: state.ticks });
}

/** A pre-vote is answered, in time or not: the wait must be longer than that took. */
export function notePreVoteAnswered(state: RaftState<unknown>, round: number): void {
  const start = startOf(state.preVoteStarts, round);
  if (start === null) return;
  const wanted = roundTripsPerTimeout * (state.ticks - start);
  if (wanted > state.electionTicks) state.electionTicks = clampElectionTicks(state, wanted);
}

function rememberStart(starts: RoundStart[], start: RoundStart): void {
  if (starts.at(-1)?.ticks === start.ticks) return;
  starts.push(start);
  if (starts.length > maxRoundStarts) starts.shift();
}

/** Rounds that begin in one tick are remembered by the first of them. */
function startOf(starts: readonly RoundStart[], round: number): number | null {
  return starts.findLast((start) => start.round <= round)?.ticks ?? null;
}

/** The leader has said which T it uses. */
export function followElectionTicks(state: RaftState<unknown>, ticks: number): void {
  state.electionTicks = clampElectionTicks(state, ticks);
}

/** A new round begins. */
export function noteRoundStart(state: RaftState<unknown>, leader: Leader): void {
  rememberStart(leader.roundStarts, { round: leader.round, ticks: state.ticks });
}

/** When a round began, or null if that was too long ago. */
export function roundStart(leader: Leader, round: number): number | null {
  return startOf(leader.roundStarts, round);
}

/**
 * A follower has answered a round for the first time. Mean and deviation are smoothed as TCP
 * smooths them (RFC 6298, section 2).
 */
export function noteRoundTrip(
  state: RaftState<unknown>,
  leader: Leader,
  progress: Progress,
  round: number,
): void {
  const start = roundStart(leader, round);
  if (start === null) return;
  const sample = state.ticks - start;
  if (progress.roundTrip === null) {
    progress.roundTrip = { mean: sample, deviation: sample / 2 };
    return;
  }
  const { mean, deviation } = progress.roundTrip;
  progress.roundTrip = {
    mean: mean + (sample - mean) / 8,
    deviation: deviation + (Math.abs(sample - mean) - deviation) / 4,
  };
}

/** Derives T from the slowest voter that answers; before each broadcast. */
export function adaptElectionTicks(state: RaftState<unknown>, leader: Leader): void {
  let slowest: number | null = null;
  const membership = membershipInEffect(state);
  for (const { peer, roundTrip, ticksSinceContact } of leader.progress) {
    if (roundTrip === null || ticksSinceContact >= state.electionTicks) continue;
    if (!isVoter(membership, peer)) continue;
    slowest = Math.max(slowest ?? 0, roundTrip.mean + 4 * roundTrip.deviation);
  }
  if (slowest === null) return;
  const wanted = roundTripsPerTimeout * slowest;
  const most = growthPerRound * state.electionTicks;
  state.electionTicks = clampElectionTicks(state, Math.min(wanted, most));
}

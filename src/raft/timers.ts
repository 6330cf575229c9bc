/**
 * Timeouts that follow the network. (Dissertation 9.1–9.3 on what they must be longer than)
 *
 * The leader measures how long its rounds and appends take to be answered, and derives from that
 * the shortest wait T that rarely takes delay for failure. Whatever it sends carries T, and its
 * followers use it. A node that knows no leader measures how long its pre-votes take to be
 * answered, also those that came too late to count: on a network slower than it thought its
 * campaigns would fail for ever.
 *
 * A leader that has little to say speaks less often, and asks for a longer T before it does: what a
 * follower was told last is a promise of when it hears the next word, with an allowance for a
 * process that is held up. So whoever is idle needs few messages, and whoever is busy, whose
 * messages cost nothing more, is missed sooner.
 *
 * T moves within the configured range only. Waits are drawn from [T, 4/3 T).
 */

import { membershipInEffect } from './membership.ts';
import { hasUnanswered, type Progress, progressOf } from './progress.ts';
import { hasQuorum, membersThatDecide } from './quorum.ts';
import { nextInteger } from './random.ts';
import type { Leader, RaftState, RoundStart } from './state.ts';
import type { LogIndex, NodeId } from './types.ts';

/** How many round trips T lasts, where that is longer than what the intervals need. */
const roundTripsPerTimeout = 2.75;

/** Waits are drawn from [T, (1 + spread) T). */
const waitSpread = 1 / 3;

/** How many of a leader's intervals T lasts on a slow network: all but one may be lost or late. */
const intervalsPerTimeout = 5;

/** A leader with little to say speaks so many times less often than a busy one. */
const idleFactor = 3.25;

/** A leader is busy that has something to say so many times an interval. */
const busyWords = 2.5;

/** Over how many ticks it is averaged how often a leader has something to say. */
const trafficTicks = 100;

/** Somebody who is heard, but answers nothing, is asked after so many times the quiet time. */
const quietTimesUnanswered = 4;

/** How much T may grow in one interval, so that followers hear of it in time. */
const growthPerRound = 1.25;

/** And how much beyond the present wait, while a node that knows no leader asks for pre-votes. */
const growthPerCampaign = 1.5;

/** How many beginnings of rounds are remembered, one for each tick in which there were some. */
const maxRoundStarts = 512;

/** Brings T into the configured range: 2T is at most the longest wait. */
function clampElectionTicks(state: RaftState<unknown>, ticks: number): number {
  const { min, max } = state.settings.electionTimeoutTicks;
  return Math.max(min, Math.min(Math.ceil(ticks), Math.floor(max / 2)));
}

/** Starts a new wait for a leader, of a length drawn anew from [T, 4/3 T). (Paper 5.2) */
export function resetElectionTimer(state: RaftState<unknown>): void {
  const longest = Math.ceil((1 + waitSpread) * state.electionTicks);
  state.electionElapsedTicks = 0;
  state.electionTimeoutTicks = nextInteger(state.random, state.electionTicks, longest);
}

/** A number of ticks that the settings give for the least T, for the present T. */
function scaled(state: RaftState<unknown>, ticks: number): number {
  return Math.floor((ticks * state.electionTicks) / state.settings.electionTimeoutTicks.min);
}

/** How often a leader asks for an answer when it wants one. */
export function heartbeatInterval(state: RaftState<unknown>): number {
  return scaled(state, state.settings.heartbeatTicks);
}

/** How often a follower repeats a question, a round trip apart at least. */
export function questionInterval({ settings, electionTicks }: RaftState<unknown>): number {
  return Math.max(settings.heartbeatTicks, Math.ceil(electionTicks / roundTripsPerTimeout));
}

/** How long a follower may be silent until it is asked for a word; 0: it is asked always. */
export function quietTime(state: RaftState<unknown>): number {
  return state.settings.leaseReads ? 0 : scaled(state, state.settings.quietTicks);
}

/**
 * Whoever is silent for longer is not there: it was asked for a word after the quiet time, and again
 * and again. One answer that is long on its way holds up all that come after it.
 */
export function silenceLimit(state: RaftState<unknown>): number {
  const { quietTicks } = state.settings;
  return quietTicks === 0 ? state.electionTicks : 2 * state.electionTicks + quietTime(state);
}

/**
 * Whether a heartbeat is due for an answer: the follower was not heard for long, or has not answered
 * an append that it should have got, or it answers nothing (it may have been restarted), or has not
 * said its priority.
 */
export function isAnswerDue(state: RaftState<unknown>, progress: Progress): boolean {
  // No interval is shorter than the settings say; mostly there is no more to be looked at.
  if (progress.ticksSinceAsked < state.settings.heartbeatTicks) return false;
  const quiet = quietTime(state);
  if (quiet === 0 || progress.ticksSinceAsked < heartbeatInterval(state)) return false;
  return (
    progress.ticksSinceContact >= quiet ||
    progress.ticksSinceAnswer >= quietTimesUnanswered * quiet ||
    (hasUnanswered(progress) && progress.ticksSinceAccept >= state.electionTicks / 2) ||
    progress.priority === null
  );
}

/**
 * Whether a follower waits for a word of its leader: by the T that it was told, less what it allows
 * for a word that is held up.
 */
export function isWordDue(
  state: RaftState<unknown>,
  leader: Leader,
  { ticksSinceSent, toldElectionTicks }: Progress,
): boolean {
  if (quietTime(state) === 0) return false;
  const promised = toldElectionTicks - allowance(state);
  return ticksSinceSent >= Math.min(leader.intervalTicks, promised);
}

/** How much longer than its leader's interval a follower waits at least. */
function allowance({ settings }: RaftState<unknown>): number {
  return settings.electionTimeoutTicks.min - settings.heartbeatTicks;
}

/** The request for pre-votes is sent, or sent again: what is answered must be told apart. */
export function startPreVoteRound(state: RaftState<unknown>): void {
  state.preVoteRound++;
  rememberStart(state.preVoteStarts, { round: state.preVoteRound, ticks: state.ticks });
}

/**
 * A pre-vote is answered, in time or not: the wait must be longer than that took. But it grows by
 * so much in a campaign only, for whoever answers late may have been away, and not slow.
 */
export function notePreVoteAnswered(state: RaftState<unknown>, round: number): void {
  const start = startOf(state.preVoteStarts, round);
  if (start === null) return;
  const most = growthPerCampaign * state.electionTimeoutTicks;
  const wanted = Math.min(roundTripsPerTimeout * (state.ticks - start), most);
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
  if (ticks !== state.electionTicks) state.electionTicks = clampElectionTicks(state, ticks);
}

/** A new round begins. */
export function noteRoundStart(state: RaftState<unknown>, leader: Leader): void {
  rememberStart(leader.roundStarts, { round: leader.round, ticks: state.ticks });
}

/** When a round began, or null if that was too long ago. */
export function roundStart(leader: Leader, round: number): number | null {
  return startOf(leader.roundStarts, round);
}

/** A follower has answered a round for the first time. */
export function noteRoundTrip(
  state: RaftState<unknown>,
  leader: Leader,
  progress: Progress,
  round: number,
): void {
  const start = roundStart(leader, round);
  if (start !== null) addSample(progress, state.ticks - start);
}

/** A follower has what an append has brought it. One that was sent again is not timed. */
export function noteAppendAnswered(
  state: RaftState<unknown>,
  progress: Progress,
  matchIndex: LogIndex,
): void {
  const { timedAppend } = progress;
  if (timedAppend === null || matchIndex < timedAppend.lastIndex) return;
  progress.timedAppend = null;
  addSample(progress, state.ticks - timedAppend.ticks);
}

/** The mean is smoothed as TCP smooths it (RFC 6298, section 2). */
function addSample(progress: Progress, sample: number): void {
  const { roundTrip } = progress;
  progress.roundTrip = roundTrip === null ? sample : roundTrip + (sample - roundTrip) / 8;
}

/**
 * Time passes for a leader: T and its interval follow the time in which a quorum answers, and how
 * much there is to say.
 */
export function adaptToNetwork(state: RaftState<unknown>, leader: Leader): void {
  leader.traffic += ((leader.hasTraffic ? 1 : 0) - leader.traffic) / trafficTicks;
  leader.hasTraffic = false;
  leader.ticksSinceAdapted++;
  if (leader.ticksSinceAdapted < heartbeatInterval(state)) return;
  leader.ticksSinceAdapted = 0;
  const roundTrip = quorumRoundTrip(state, leader);
  if (roundTrip === null) return;
  const byNetwork = roundTripsPerTimeout * roundTrip;
  leader.intervalTicks = intervalFor(state, leader, roundTrip);
  const wanted = Math.max(byNetwork, leader.intervalTicks + allowance(state));
  const most = growthPerRound * state.electionTicks;
  state.electionTicks = clampElectionTicks(state, Math.min(wanted, most));
}

/**
 * Within which time a quorum answers, or null. Whoever is slower, or was away for a while, is not
 * waited for in an election either.
 */
function quorumRoundTrip(state: RaftState<unknown>, leader: Leader): number | null {
  const limit = silenceLimit(state);
  const roundTripTo = (voter: NodeId): number => {
    if (voter === state.id) return 0;
    const progress = progressOf(leader, voter);
    const isHeard = progress !== null && progress.ticksSinceContact < limit;
    return (isHeard ? progress.roundTrip : null) ?? Number.POSITIVE_INFINITY;
  };
  const membership = membershipInEffect(state);
  let shortest = Number.POSITIVE_INFINITY;
  for (const member of membersThatDecide(membership)) {
    const time = roundTripTo(member);
    if (time < shortest && hasQuorum(membership, (voter) => roundTripTo(voter) <= time)) {
      shortest = time;
    }
  }
  return Number.isFinite(shortest) ? shortest : null;
}

/**
 * How long a leader may leave a follower without a word. The idle time that it takes has to be
 * made up for by T, and on a network whose round trips take up the time there is none to spare.
 */
function intervalFor(
  { settings }: RaftState<unknown>,
  { traffic }: Leader,
  roundTrip: number,
): number {
  const { heartbeatTicks } = settings;
  if (settings.quietTicks === 0 || settings.leaseReads) return heartbeatTicks;
  const idle = idleFactor * heartbeatTicks - (heartbeatTicks * roundTrip * 2) / 3;
  const onSlowNetwork = (roundTripsPerTimeout * roundTrip) / intervalsPerTimeout;
  const most = Math.max(heartbeatTicks, idle, onSlowNetwork);
  const byTraffic = traffic > 0 ? busyWords / traffic : most;
  return Math.floor(Math.max(heartbeatTicks, Math.min(byTraffic, most)));
}

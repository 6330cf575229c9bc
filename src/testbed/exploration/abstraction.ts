/**
 * What of a core's memory is not told apart, because nothing that a world can show depends on it.
 *
 * Time. A real clock would make each state many, one for each reading of each timer. Here clocks
 * have no speed: a timer is either running or runs out, and runs out when the exploration says so.
 * Every such moment can come in a real cluster, for nobody promises how fast nodes tick, so what is
 * found is no false alarm. In return, leases, which rest on clocks, cannot be explored.
 *
 * - `leaderHeardTicks` is always long ago: nobody is bound to a leader by having heard it just now.
 *   A node that is bound drops a request for a vote, as if it had come later; so this leaves out
 *   refusals only, no vote.
 * - Counters of ticks since something stand at 0; an action that is the passing of time sets what
 *   it is about to its limit, and ticks once. (node.ts)
 * - Measured round trips are forgotten: the settings leave them nothing to decide.
 *
 * Chance. It decides how long waits are, which have no length here, and where the numbering of
 * questions for read indices begins, for which the count of restarts stands in.
 *
 * Names. Tokens of writes count from the oldest that is in flight: nothing else is ever reported.
 */

import { asWriteToken, type RaftState, type RaftView, type Settings } from '../../raft/index.ts';

/** Plain data for `load`, after the settings have been put back. */
export type AbstractCore = Omit<RaftState<number>, 'settings'>;

export function abstractCore(view: RaftView): unknown {
  const { settings, durability, snapshots, ...rest } = view;
  const { min } = settings.electionTimeoutTicks;
  const done = (durability.inFlight[0]?.token ?? durability.nextToken) - 1;
  return {
    ...rest,
    durability: {
      ...durability,
      nextToken: durability.nextToken - done,
      inFlight: durability.inFlight.map((write) => ({ ...write, token: write.token - done })),
    },
    snapshots: { ...snapshots, bytesSince: 0 },
    role: abstractRole(view.role),
    electionElapsedTicks: 0,
    electionTimeoutTicks: 2 * min - 1,
    preVoteStarts: [],
    ticks: 0,
    leaderHeardTicks: -min,
    random: { state: 0 },
  };
}

function abstractRole(role: RaftView['role']): unknown {
  switch (role.kind) {
    case 'follower':
      return { ...role, ticksSinceReadRequest: 0 };
    case 'preCandidate':
    case 'candidate':
      return { ...role, ticksSinceRequest: 0 };
    case 'leader':
      return {
        ...role,
        progress: role.progress.map(abstractProgress),
        roundStarts: [],
        hasTraffic: false,
        traffic: 0,
        ticksSinceAdapted: 0,
        transferEndTicks: 0,
        transfer: role.transfer && {
          ...role.transfer,
          ticks: 0,
          ticksSinceTold: role.transfer.ticksSinceTold === null ? null : 0,
        },
        change: role.change && {
          ...role.change,
          catchUps: role.change.catchUps.map((it) => ({
            ...it,
            roundTicks: 0,
            idleTicks: 0,
            reached: 0,
          })),
        },
      };
  }
}

type LeaderView = Extract<RaftView['role'], { kind: 'leader' }>;

function abstractProgress(progress: LeaderView['progress'][number]): unknown {
  const { mode } = progress;
  return {
    ...progress,
    mode: mode.kind === 'snapshot' ? { ...mode, ticks: 0 } : mode,
    ticksSinceContact: 0,
    ticksSinceAnswer: 0,
    ticksSinceSent: 0,
    ticksSinceAsked: 0,
    ticksSinceAccept: 0,
    timedAppend: null,
    roundTrip: null,
  };
}

/** Sets the timers of a node that is not leader to their end. */
export function expireElectionTimer(core: AbstractCore): void {
  core.electionElapsedTicks = core.electionTimeoutTicks - 1;
}

/** No follower has been heard for an election timeout. */
export function expireContacts(core: AbstractCore, settings: Settings): void {
  if (core.role.kind !== 'leader') return;
  for (const progress of core.role.progress) {
    progress.ticksSinceContact = settings.electionTimeoutTicks.min;
  }
}

/** Nothing that is in flight has been answered for an election timeout. */
export function expireAppends(core: AbstractCore, settings: Settings): void {
  if (core.role.kind !== 'leader') return;
  for (const progress of core.role.progress) {
    progress.ticksSinceAccept = settings.electionTimeoutTicks.min;
    if (progress.mode.kind === 'snapshot') progress.mode.ticks = settings.electionTimeoutTicks.min;
  }
}

export function expireTransfer(core: AbstractCore, settings: Settings): void {
  if (core.role.kind !== 'leader' || core.role.transfer === null) return;
  core.role.transfer.ticks = settings.electionTimeoutTicks.min;
}

/** The tokens of the writes in flight count from 1, as `abstractCore` counts them. */
export function renumbered<Write extends { readonly token: number }>(
  writes: readonly Write[],
): readonly Write[] {
  const done = (writes[0]?.token ?? 1) - 1;
  return writes.map((write) => ({ ...write, token: asWriteToken(write.token - done) }));
}

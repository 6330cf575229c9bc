/**
 * Cuts the steps of a register into turns: one for each completion, the only events that can
 * contradict an order.
 */

import { isPending, type State, type Step } from './register.ts';

/** A step with its place in sets of steps in flight. */
export interface Flight {
  readonly step: Step;
  /** One bit. Steps that are never in flight together may share a bit. */
  readonly bit: bigint;
}

/** One completion, and what has happened since the one before. */
export interface Turn {
  /** Rank of the completion. */
  readonly rank: number;
  /** Steps invoked since the turn before, in order. */
  readonly arrivals: readonly Flight[];
  readonly completes: Flight;
  /** Pending steps whose effect nobody can see after this turn. */
  readonly expired: readonly Flight[];
}

/** The turns of a register, in order. */
export interface Schedule {
  readonly turns: readonly Turn[];
  /**
   * Pending steps whose effect nobody can have seen. A linearization with such a step is one
   * without it as well, so the search never meets them.
   */
  readonly unseen: readonly Step[];
}

/** Cuts steps, in order of invocation, into turns. */
export function scheduleOf(steps: readonly Step[]): Schedule {
  const lastSightOf = lastSights(steps);
  const places = new Places();
  const flights = new Map<Step, Flight>();
  const expiring = new Map<number, Flight[]>();
  const unseen: Step[] = [];
  const turns: Turn[] = [];
  let arrivals: Flight[] = [];
  for (const { step, rank } of eventsOf(steps)) {
    if (rank === step.completed) {
      const completes = flights.get(step);
      if (completes === undefined) throw new Error(`completed at ${rank}, but never invoked`);
      const expired = expiring.get(rank) ?? [];
      turns.push({ rank, arrivals, completes, expired });
      arrivals = [];
      for (const flight of [completes, ...expired]) places.give(flight.bit);
      continue;
    }
    const lastSight = isPending(step) ? lastSightOf(step) : step.completed;
    if (lastSight < rank) {
      unseen.push(step);
      continue;
    }
    const flight = { step, bit: places.take() };
    flights.set(step, flight);
    arrivals.push(flight);
    if (!isPending(step)) continue;
    const others = expiring.get(lastSight);
    if (others === undefined) expiring.set(lastSight, [flight]);
    else others.push(flight);
  }
  return { turns, unseen };
}

/** The steps in flight before a turn, in order of invocation. */
export function inFlightAt(turns: readonly Turn[], at: number): ReadonlySet<Flight> {
  const flights = new Set<Flight>();
  for (const { arrivals, completes, expired } of turns.slice(0, at)) {
    for (const flight of arrivals) flights.add(flight);
    for (const flight of [completes, ...expired]) flights.delete(flight);
  }
  return flights;
}

function eventsOf(steps: readonly Step[]): readonly { step: Step; rank: number }[] {
  const events = steps.map((step) => ({ step, rank: step.invoked }));
  for (const step of steps) if (!isPending(step)) events.push({ step, rank: step.completed });
  return events.sort((a, b) => a.rank - b.rank);
}

/**
 * Finds, for a step, the last rank at which its effect can have been seen: by a step that is known
 * to have happened, or by way of pending cas steps that build on it and are seen in turn. It may be
 * too late, never too early; -1 is never.
 */
function lastSights(steps: readonly Step[]): (step: Step) => number {
  const sights = new Map<State, number>();
  const sightOf = ({ result }: Step): number =>
    result === undefined ? -1 : (sights.get(result) ?? -1);
  const see = (states: Iterable<State>, rank: number): boolean => {
    let news = false;
    for (const state of states) {
      if ((sights.get(state) ?? -1) >= rank) continue;
      sights.set(state, rank);
      news = true;
    }
    return news;
  };
  let sightOfAny = -1;
  for (const { sees, completed } of steps.filter((it) => !isPending(it))) {
    if (sees === 'any') sightOfAny = Math.max(sightOfAny, completed);
    else see(sees, completed);
  }
  const chain = steps.filter((it) => isPending(it) && it.kind === 'cas');
  see(
    chain.flatMap(({ result }) => result ?? []),
    sightOfAny,
  );
  for (let news = true; news; ) {
    news = false;
    for (const step of chain) {
      if (step.sees !== 'any') news = see(step.sees, sightOf(step)) || news;
    }
  }
  return (step) => Math.max(sightOf(step), sightOfAny);
}

/** Hands out bits, and those given back again first, so that sets stay small. */
class Places {
  private readonly free: bigint[] = [];
  private next = 1n;

  take(): bigint {
    const bit = this.free.pop();
    if (bit !== undefined) return bit;
    const fresh = this.next;
    this.next <<= 1n;
    return fresh;
  }

  give(bit: bigint): void {
    this.free.push(bit);
  }
}

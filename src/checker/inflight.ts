/** The steps in flight at one time of a search: invoked, and neither completed nor expired. */

import { isPending, type State, type Step } from './register.ts';
import type { Flight } from './turns.ts';

/**
 * Steps with the same effect: first those that complete first, then the pending ones in order of
 * invocation.
 */
export interface Group {
  readonly step: Step;
  readonly result: State;
  readonly flights: readonly Flight[];
}

export class InFlight {
  private readonly due = new Set<Flight>();
  private readonly pending = new Set<Flight>();
  private readonly writesByGroup = new Map<number, Group>();
  private readonly casByGroup = new Map<number, Group>();
  /** What each state settles, until a step enters or leaves. */
  private readonly settledBy = new Map<State, bigint>();
  private writeBits = 0n;

  /** The steps that will complete, in order of invocation. */
  get completing(): Iterable<Flight> {
    return this.due;
  }

  get hasPending(): boolean {
    return this.pending.size > 0;
  }

  /** The bits of the writes that are not pending. */
  get dueWrites(): bigint {
    return this.writeBits;
  }

  get writes(): Iterable<Group> {
    return this.writesByGroup.values();
  }

  get cas(): Iterable<Group> {
    return this.casByGroup.values();
  }

  enter(flight: Flight): void {
    const { step, bit } = flight;
    this.settledBy.clear();
    (isPending(step) ? this.pending : this.due).add(flight);
    if (step.kind === 'write' && !isPending(step)) this.writeBits |= bit;
    const { result } = step;
    if (result === undefined) return;
    const groups = this.groupsOf(step);
    const flights = groups.get(step.group)?.flights ?? [];
    // Steps enter in order of invocation, so this one comes after all that complete no later than
    // it does.
    const later = flights.findIndex((it) => it.step.completed > step.completed);
    const at = later === -1 ? flights.length : later;
    groups.set(step.group, { step, result, flights: flights.toSpliced(at, 0, flight) });
  }

  leave(flight: Flight): void {
    const { step, bit } = flight;
    this.settledBy.clear();
    this.due.delete(flight);
    this.pending.delete(flight);
    if (step.kind === 'write' && !isPending(step)) this.writeBits &= ~bit;
    const groups = this.groupsOf(step);
    const group = groups.get(step.group);
    if (group === undefined) return;
    const flights = group.flights.filter((it) => it !== flight);
    const { result } = group;
    if (flights.length > 0) groups.set(step.group, { step: group.step, result, flights });
    else groups.delete(step.group);
  }

  /**
   * The bits of the steps that the register settles by being in a state, among those invoked before
   * a rank.
   */
  settled(state: State, before: number): bigint {
    if (before !== Number.POSITIVE_INFINITY) return settledAmong(this.due, state, before);
    let bits = this.settledBy.get(state);
    if (bits === undefined) {
      bits = settledAmong(this.due, state, before);
      this.settledBy.set(state, bits);
    }
    return bits;
  }

  /**
   * The least rank that separates the same steps in flight as a given one. Of two ranks that make
   * no difference any more, none must keep configurations apart.
   */
  leastRank(rank: number): number {
    let least = 0;
    for (const flights of [this.due, this.pending]) {
      for (const { step } of flights) {
        if (step.invoked < rank) least = Math.max(least, step.invoked + 1);
      }
    }
    return least;
  }

  /** The states from which cas steps in flight may lead to one of some states, those included. */
  leadingTo(goals: readonly State[]): ReadonlySet<State> {
    const states = new Set(goals);
    // A set that grows while it is iterated over has its new members visited too.
    for (const state of states) {
      for (const { step, result } of this.cas) {
        if (result === state && step.sees !== 'any') for (const it of step.sees) states.add(it);
      }
    }
    return states;
  }

  /**
   * The states to which steps in flight lead from some states, if they may be used again and again.
   */
  reachable(starts: Iterable<State>): ReadonlySet<State> {
    return reachable(starts, [...this.writes], [...this.cas]);
  }

  /**
   * The states to which pending steps alone lead and lead back, if they may be used again and
   * again.
   */
  loop(state: State): ReadonlySet<State> {
    const writes = [...this.writes].filter(hasPending);
    const cas = [...this.cas].filter(hasPending);
    const leadsBack = (it: State): boolean => reachable([it], writes, cas).has(state);
    return new Set([...reachable([state], writes, cas)].filter(leadsBack));
  }

  private groupsOf(step: Step): Map<number, Group> {
    return step.kind === 'write' ? this.writesByGroup : this.casByGroup;
  }
}

function hasPending({ flights }: Group): boolean {
  return flights.some(({ step }) => isPending(step));
}

function reachable(
  starts: Iterable<State>,
  writes: readonly Group[],
  cas: readonly Group[],
): ReadonlySet<State> {
  const states = new Set(starts);
  for (const { result } of writes) states.add(result);
  for (const state of states) {
    for (const { step, result } of cas) if (step.admits(state)) states.add(result);
  }
  return states;
}

/**
 * The bits of those flights that a state settles, among those invoked before a rank. An observation
 * that admits the state can happen there and then, for it changes nothing; so can a write of what
 * is there already. A cas changes the state, and a pending step owes nothing.
 */
export function settledAmong(flights: Iterable<Flight>, state: State, before: number): bigint {
  let bits = 0n;
  for (const { step, bit } of flights) {
    if (step.invoked >= before || isPending(step)) continue;
    const settles =
      step.kind === 'write'
        ? step.result === state
        : step.kind === 'observation' && step.admits(state);
    if (settles) bits |= bit;
  }
  return bits;
}

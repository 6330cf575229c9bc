/**
 * How far one way of ordering a history has come, and when one way is at least as good as another.
 */

import { absentState, type State } from './register.ts';
import type { Flight } from './turns.ts';

/** The writes and cas steps that an order consists of, last one first. */
export interface Trail {
  readonly before: Trail | undefined;
  readonly flight: Flight;
  /**
   * Whether the step followed all others at the time, or was slipped in before the latest write:
   * see `explore.ts`.
   */
  readonly place: 'open' | 'shadow';
  /** Rank of the completion at which the step was put in order. */
  readonly rank: number;
}

/**
 * All that the rest of a search needs to know of an order. What completed before the present turn
 * is in the order, and what will be invoked after it is not, so the sets are of steps in flight
 * only, not of the whole history; two orders with the same configuration have the same future. Lowe
 * (2017) keeps such pairs of set and state to try none twice.
 */
export interface Configuration {
  /** What the register holds. */
  readonly state: State;
  /**
   * Steps in flight that are free to complete: they can have happened at some time within their
   * interval.
   */
  readonly done: bigint;
  /**
   * Writes and cas steps in flight that have been put in order, and so can have no effect any more.
   */
  readonly spent: bigint;
  /** Steps invoked before this rank can still be slipped in before the latest write. */
  readonly shadow: number;
  /**
   * How many pending steps the order takes to have happened: a measure of how far-fetched it is,
   * and nothing else.
   */
  readonly cost: number;
  /**
   * Within a turn: whether nothing has come of the last step yet, and it could as well have been
   * left out.
   */
  readonly idle: boolean;
  readonly trail: Trail | undefined;
}

/** Nothing has happened. */
export const initialConfiguration: Configuration = {
  state: absentState,
  done: 0n,
  spent: 0n,
  shadow: 0,
  cost: 0,
  idle: false,
  trail: undefined,
};

/**
 * Whether every future of `b` is one of `a` too. For two configurations of the same turn and state
 * it is enough that `a` owes no step that `b` does not owe, has all steps left that `b` has left,
 * and can slip in all that `b` can: whatever `b` does next, `a` can do, and still covers `b`
 * afterwards.
 */
export function covers(a: Configuration, b: Configuration): boolean {
  return (a.done & b.done) === b.done && (a.spent & b.spent) === a.spent && a.shadow >= b.shadow;
}

/** The same with more done. Written out, for it is made again and again, and a spread is slow. */
export function withDone(it: Configuration, done: bigint): Configuration {
  const { state, spent, shadow, cost, idle, trail } = it;
  return { state, done, spent, shadow, cost, idle, trail };
}

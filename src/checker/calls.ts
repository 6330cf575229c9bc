/** Calls: what a client asked, from its invocation to its end, as the checkers of weaker promises read them. */

import type { Moment, Outcome } from './history.ts';

/** One call of a client, whatever was asked. */
export interface Call {
  readonly process: number;
  readonly outcome: Outcome;
  /** Asked when all faults had ended and a quiet time had passed. */
  readonly isFinal: boolean;
  readonly invoked: Moment;
  /** When its client was answered or gave up; undefined while `open`. */
  readonly completed: Moment | undefined;
}

/** A call that was answered. */
export interface AnsweredCall extends Call {
  readonly completed: Moment;
}

/** Whether one had ended before the other began. An end that nobody was told of is none. */
export function isBefore(first: Call, second: Call): boolean {
  return first.outcome === 'ok' && endRank(first) < second.invoked.rank;
}

/** Ranks count events; what has no certain end may take effect at any later time. */
export function endRank({ outcome, completed }: Call): number {
  return outcome === 'ok' && completed !== undefined ? completed.rank : Number.POSITIVE_INFINITY;
}

/**
 * Looks for what no linearizable counter can have returned.
 *
 * - A read must be the sum of all adds that were acknowledged before it began, and of some of those
 *   that may have taken effect before it ended. Where these are few, every such sum is tried; where
 *   they are many, only bounds are.
 * - From one read to a later one the counter changes by all adds that began after the first had ended
 *   and were acknowledged before the second began, and by some of those that may have come between.
 *   By bounds; and each read is compared with the last few that had ended before it began.
 *
 * What passes need not be linearizable: several reads can each be possible, and not all together. But
 * a read that is missing an acknowledged add, or goes back, is found wherever the bounds show it: for
 * a counter that only grows, always when no add's end is unknown.
 */

import { AddSums } from './add-sums.ts';
import type { CounterHistory, CounterRead } from './counter.ts';
import { isReachable, type Range, reachableSums } from './reachable-sums.ts';

/** What no linearizable counter can have returned. */
export type CounterDisorder =
  /** The sum of acknowledged adds, and what the value can have been. */
  | {
      readonly kind: 'stale';
      readonly read: CounterRead;
      readonly acknowledged: number;
      readonly possible: Range;
    }
  /** From the first to the second the value changed by what it cannot have changed by. */
  | {
      readonly kind: 'back';
      readonly reads: readonly [CounterRead, CounterRead];
      readonly possible: Range;
    }
  /** The value is within bounds, and no sum. */
  | { readonly kind: 'no-sum'; readonly read: CounterRead; readonly possible: Range };

/** A read is compared with so many before it. */
const maxCompared = 16;

/** With more adds that may be in it than this, only bounds are looked at. */
const maxExact = 48;

/** Null when none is found. */
export function findCounterDisorder(history: CounterHistory): CounterDisorder | null {
  const adds = new AddSums(history.adds.filter(({ outcome }) => outcome !== 'fail'));
  for (const read of history.reads) {
    const wrong = findWrongValue(read, adds);
    if (wrong !== null) return wrong;
  }
  const ended = history.reads.toSorted((a, b) => a.completed.rank - b.completed.rank);
  let before = 0;
  for (const read of history.reads) {
    while ((ended[before]?.completed.rank ?? Number.POSITIVE_INFINITY) < read.invoked.rank) {
      before++;
    }
    for (const earlier of ended.slice(Math.max(0, before - maxCompared), before)) {
      const possible = changeBetween(earlier, read, adds);
      const change = read.value - earlier.value;
      if (change < possible.from || change > possible.to) {
        return { kind: 'back', reads: [earlier, read], possible };
      }
    }
  }
  return null;
}

function findWrongValue(read: CounterRead, adds: AddSums): CounterDisorder | null {
  const { invoked, completed, value } = read;
  const asked = adds.invokedBefore(completed.rank);
  const certain = adds.endedBefore(invoked.rank);
  const acknowledged = certain.sum;
  const possible = {
    from: acknowledged + asked.negative - certain.negative,
    to: acknowledged + asked.positive - certain.positive,
  };
  if (value < possible.from || value > possible.to) {
    return { kind: 'stale', read, acknowledged, possible };
  }
  const open = adds.open(completed.rank, invoked.rank, maxExact);
  if (open === null) return null;
  const sums = reachableSums(
    acknowledged,
    open.map(({ delta }) => delta),
  );
  return isReachable(sums, value) ? null : { kind: 'no-sum', read, possible };
}

/** By how much the value can have changed from one read to a later one. */
function changeBetween(first: CounterRead, second: CounterRead, adds: AddSums): Range {
  const asked = adds.invokedBefore(second.completed.rank);
  const over = adds.endedBefore(first.invoked.rank);
  const certain = adds.within(first.completed.rank, second.invoked.rank);
  return {
    from: certain.sum + asked.negative - over.negative - certain.negative,
    to: certain.sum + asked.positive - over.positive - certain.positive,
  };
}

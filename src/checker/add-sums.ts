/** Sums of a counter's adds up to a moment, found without going through all adds each time. */

import { endRank } from './calls.ts';
import type { CounterAdd } from './counter.ts';

/** Of some adds: their sum, and that of the negative and of the positive ones. */
export interface Sums {
  readonly count: number;
  readonly sum: number;
  readonly negative: number;
  readonly positive: number;
}

const nothing: Sums = { count: 0, sum: 0, negative: 0, positive: 0 };

export class AddSums {
  /** In the order of invocations. */
  readonly #adds: readonly CounterAdd[];
  readonly #untilInvoked: readonly Sums[];
  /** Acknowledged ones, in the order of their ends. */
  readonly #ended: readonly CounterAdd[];
  readonly #untilEnded: readonly Sums[];
  /** Those that nobody knows the end of, in the order of invocations. */
  readonly #uncertain: readonly CounterAdd[];

  /** @param adds in the order of invocations, without those that failed */
  constructor(adds: readonly CounterAdd[]) {
    this.#adds = adds;
    this.#untilInvoked = running(adds);
    const isCertain = (add: CounterAdd): boolean => endRank(add) < Number.POSITIVE_INFINITY;
    this.#ended = adds.filter(isCertain).sort((a, b) => endRank(a) - endRank(b));
    this.#untilEnded = running(this.#ended);
    this.#uncertain = adds.filter((add) => !isCertain(add));
  }

  /** Of those that were invoked before this rank. */
  invokedBefore(rank: number): Sums {
    return this.#untilInvoked[this.#placeInvoked(rank)] ?? nothing;
  }

  /** Of those that were acknowledged before this rank. */
  endedBefore(rank: number): Sums {
    return this.#untilEnded[this.#placeEnded(rank)] ?? nothing;
  }

  /** Of those that were invoked after one rank and acknowledged before another. */
  within(after: number, before: number): Sums {
    const invoked = this.#adds.slice(this.#placeInvoked(after), this.#placeInvoked(before));
    return running(invoked.filter((add) => endRank(add) < before)).at(-1) ?? nothing;
  }

  /**
   * The adds that were invoked before one rank and not acknowledged before another; null when there
   * are more than so many.
   */
  open(invokedBefore: number, notEndedBefore: number, most: number): readonly CounterAdd[] | null {
    const all = this.invokedBefore(invokedBefore).count - this.endedBefore(notEndedBefore).count;
    if (all > most) return null;
    const open = this.#uncertain.filter(({ invoked }) => invoked.rank < invokedBefore);
    for (let at = this.#placeEnded(notEndedBefore); open.length < all; at++) {
      const add = this.#ended[at];
      if (add === undefined) break;
      if (add.invoked.rank < invokedBefore) open.push(add);
    }
    return open;
  }

  #placeInvoked(rank: number): number {
    return placeOf(this.#adds, ({ invoked }) => invoked.rank < rank);
  }

  #placeEnded(rank: number): number {
    return placeOf(this.#ended, (add) => endRank(add) < rank);
  }
}

/** Sums of the first 0, 1, 2, … adds. */
function running(adds: readonly CounterAdd[]): Sums[] {
  const sums = [nothing];
  let last = nothing;
  for (const { delta } of adds) {
    last = {
      count: last.count + 1,
      sum: last.sum + delta,
      negative: last.negative + Math.min(0, delta),
      positive: last.positive + Math.max(0, delta),
    };
    sums.push(last);
  }
  return sums;
}

/** How many of the first ones are so; those that are come first. */
function placeOf(adds: readonly CounterAdd[], isSo: (add: CounterAdd) => boolean): number {
  let [low, high] = [0, adds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const add = adds[middle];
    if (add !== undefined && isSo(add)) low = middle + 1;
    else high = middle;
  }
  return low;
}

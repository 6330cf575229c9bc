/**
 * Counts observations in buckets: durations, sizes. An observation lies in a bucket when it is <=
 * its upper bound.
 */
export class Histogram {
  readonly #family: string;
  readonly #upperBounds: readonly number[];
  /** Observations in each bucket, not cumulative; the last one is `+Inf`. */
  readonly #counts: number[];
  #sum = 0;

  constructor(family: string, upperBounds: readonly number[]) {
    this.#family = family;
    this.#upperBounds = upperBounds;
    this.#counts = new Array<number>(upperBounds.length + 1).fill(0);
  }

  /**
   * @throws RangeError when the value is NaN or infinite: one such value would spoil the sum for
   *   good.
   */
  observe(value: number): void {
    if (!Number.isFinite(value)) {
      throw new RangeError(`${this.#family}: an observation is a finite number, not ${value}`);
    }
    const bucket = this.#bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** What was observed so far; see `HistogramSample`. */
  read(): { cumulativeCounts: readonly number[]; count: number; sum: number } {
    let count = 0;
    const cumulative = this.#counts.map((inBucket) => {
      count += inBucket;
      return count;
    });
    return { cumulativeCounts: cumulative.slice(0, -1), count, sum: this.#sum };
  }

  /** The first bucket whose upper bound is at or above the value. */
  #bucketOf(value: number): number {
    let low = 0;
    let high = this.#upperBounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (this.#upperBounds[middle] ?? Infinity)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * Upper bounds `start`, `start * factor`, `start * factor²`, ..., rounded to 12 digits so that they
 * read well (`0.003`, not `0.0030000000000000005`).
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, n) => Number((start * factor ** n).toPrecision(12)));
}

import type { Exemplar, HistogramSample } from './family.ts';

/** One observation that a bucket remembers. */
interface Noted {
  readonly reference: string | number;
  readonly value: number;
  readonly timestampSeconds: number;
}

export interface HistogramOptions {
  readonly family: string;
  readonly upperBounds: readonly number[];
  /** What the references of observations are called, if they have any. */
  readonly exemplarLabel: string | undefined;
  /** In seconds since the Unix epoch. */
  readonly nowSeconds: () => number;
}

/**
 * Counts observations in buckets: durations, sizes. An observation lies in a bucket when it is <=
 * its upper bound. Of those that say what they are about, each bucket remembers the latest.
 */
export class Histogram {
  readonly #options: HistogramOptions;
  /** Observations in each bucket, not cumulative; the last one is `+Inf`. */
  readonly #counts: number[];
  readonly #noted: (Noted | undefined)[] = [];
  #sum = 0;

  /** @internal A registry makes it. */
  constructor(options: HistogramOptions) {
    this.#options = options;
    this.#counts = new Array<number>(options.upperBounds.length + 1).fill(0);
  }

  /**
   * @param reference where to look for what was observed, such as an index in the log; for families
   *   that are registered with an `exemplarLabel`
   * @throws RangeError when the value is NaN or infinite: one such value would spoil the sum for
   *   good.
   */
  observe(value: number, reference?: string | number): void {
    if (!Number.isFinite(value)) {
      throw new RangeError(
        `${this.#options.family}: an observation is a finite number, not ${value}`,
      );
    }
    const bucket = this.#bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    if (reference === undefined) return;
    this.#noted[bucket] = { reference, value, timestampSeconds: this.#options.nowSeconds() };
  }

  /** What was observed so far. */
  read(): Omit<HistogramSample, 'labels'> {
    let count = 0;
    const cumulative = this.#counts.map((inBucket) => {
      count += inBucket;
      return count;
    });
    return {
      cumulativeCounts: cumulative.slice(0, -1),
      count,
      sum: this.#sum,
      exemplars: this.#exemplars(),
    };
  }

  #exemplars(): (Exemplar | undefined)[] {
    const { exemplarLabel: label } = this.#options;
    if (label === undefined) return [];
    return this.#noted.map((noted) =>
      noted === undefined ? undefined : { ...noted, label, reference: String(noted.reference) },
    );
  }

  /** The first bucket whose upper bound is at or above the value. */
  #bucketOf(value: number): number {
    const { upperBounds } = this.#options;
    let low = 0;
    let high = upperBounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (upperBounds[middle] ?? Infinity)) high = middle;
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

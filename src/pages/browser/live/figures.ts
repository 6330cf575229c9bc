/**
 * Figures of the last minutes from one scrape after the other: rates from differences of counters,
 * quantiles from differences of histograms. What is kept is bounded.
 */

import type { Sample, Scrape } from './prometheus-text.ts';

/** At one scrape a second, five minutes. */
export const keptMax = 300;

/** Quantiles are of what was observed in so many of the latest scrapes. */
const windowScrapes = 10;

/** What a line of a plot shows. */
export type Source =
  /** The sum of a gauge's samples. */
  | { readonly kind: 'value'; readonly family: string }
  /** How much the sum of a counter's samples grows in a second. */
  | {
      readonly kind: 'rate';
      readonly family: string;
      readonly where?: (labels: Sample['labels']) => boolean;
    }
  /** A quantile, from 0 to 1, of a histogram's observations lately, all labels together. */
  | { readonly kind: 'quantile'; readonly family: string; readonly quantile: number };

/** Cumulative counts by upper bounds, ascending; the last is +Inf. */
export type Buckets = readonly (readonly [bound: number, count: number])[];

export interface Point {
  readonly atMs: number;
  /** Null where there is nothing to say: nothing was observed, or a counter has begun anew. */
  readonly value: number | null;
}

/** One source through time. */
export class Line {
  readonly #source: Source;
  readonly #points: Point[] = [];
  #before: { readonly atMs: number; readonly total: number } | null = null;
  readonly #buckets: Buckets[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  add(scrape: Scrape, atMs: number): void {
    this.#points.push({ atMs, value: this.#read(scrape, atMs) });
    if (this.#points.length > keptMax) this.#points.shift();
  }

  #read(scrape: Scrape, atMs: number): number | null {
    const source = this.#source;
    switch (source.kind) {
      case 'value':
        return sumOf(scrape.get(source.family));
      case 'rate':
        return this.#rate(sumOf(scrape.get(source.family), source.where), atMs);
      case 'quantile':
        return this.#quantile(bucketsOf(scrape.get(`${source.family}_bucket`)), source.quantile);
    }
  }

  #rate(total: number | null, atMs: number): number | null {
    const before = this.#before;
    this.#before = total === null ? null : { atMs, total };
    if (total === null || before === null || total < before.total) return null;
    return atMs > before.atMs ? ((total - before.total) * 1000) / (atMs - before.atMs) : null;
  }

  #quantile(buckets: Buckets, quantile: number): number | null {
    const previous = this.#buckets.at(-1);
    const hasBegunAnew = (previous?.at(-1)?.[1] ?? 0) > (buckets.at(-1)?.[1] ?? 0);
    if (hasBegunAnew) this.#buckets.length = 0;
    this.#buckets.push(buckets);
    if (this.#buckets.length > windowScrapes + 1) this.#buckets.shift();
    if (this.#buckets.length < 2) return null;
    const [oldest = []] = this.#buckets;
    const countBefore = new Map(oldest);
    return quantileOf(
      buckets.map(([bound, count]) => [bound, count - (countBefore.get(bound) ?? 0)]),
      quantile,
    );
  }
}

/** Null when there is no sample: what a node does not tell is not 0. */
function sumOf(
  samples: readonly Sample[] | undefined,
  isMeant: (labels: Sample['labels']) => boolean = () => true,
): number | null {
  if (samples === undefined) return null;
  return samples.reduce((sum, { labels, value }) => (isMeant(labels) ? sum + value : sum), 0);
}

function bucketsOf(samples: readonly Sample[] = []): Buckets {
  const counts = new Map<number, number>();
  for (const { labels, value } of samples) {
    const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/**
 * As Prometheus' histogram_quantile does it: observations are taken to lie evenly in their bucket,
 * and those beyond the last bound at that bound. Null when there is none.
 */
export function quantileOf(buckets: Buckets, quantile: number): number | null {
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all <= 0) return null;
  const rank = quantile * all;
  let [boundBefore, countBefore] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank && count > countBefore) {
      if (bound === Number.POSITIVE_INFINITY) return boundBefore;
      return boundBefore + ((bound - boundBefore) * (rank - countBefore)) / (count - countBefore);
    }
    [boundBefore, countBefore] = [bound, count];
  }
  return boundBefore;
}

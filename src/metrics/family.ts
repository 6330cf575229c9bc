/**
 * What a registry hands to an encoder: families of samples, already validated, ordered and free of
 * duplicates.
 *
 * A family is everything that shares one name, one type and one help text; a sample is one
 * combination of label values within it. An encoder turns families into text and knows nothing of
 * instruments; instruments know nothing of text.
 */

/** The types of family that exist here, named as in the exposition formats. */
export type FamilyType = 'counter' | 'gauge' | 'histogram';

/** What is fixed about a family when it is registered; documentation is generated from it. */
export interface Family {
  /** As it was registered. */
  readonly name: string;
  readonly type: FamilyType;
  /** What it measures, in a sentence. */
  readonly help: string;
  /**
   * Names of the labels, in the order in which label values are given everywhere; empty when there
   * are none.
   */
  readonly labels: readonly string[];
  /**
   * Base unit (`seconds`, `bytes`, ...), which is also the suffix of the name, if one was declared.
   */
  readonly unit: string | undefined;
  /** What exemplars of a histogram are labelled with, if it has any. */
  readonly exemplarLabel: string | undefined;
}

/** One value of a counter or gauge. */
export interface Sample {
  /** Values of the family's labels, in their order. */
  readonly labels: readonly string[];
  readonly value: number;
}

/** One histogram: all that was observed under one combination of label values. */
export interface HistogramSample {
  /** Values of the family's labels, in their order. */
  readonly labels: readonly string[];
  /** Observations at or below each of the family's upper bounds, in their order. */
  readonly cumulativeCounts: readonly number[];
  /** All observations: what lies below `+Inf`. */
  readonly count: number;
  /** Of all observations. */
  readonly sum: number;
  /** By bucket, the last one is `+Inf`; those that have none are undefined or missing. */
  readonly exemplars: readonly (Exemplar | undefined)[];
}

/** One observation, and where to look for what was observed. */
export interface Exemplar {
  /** What the reference is called. */
  readonly label: string;
  /** Where to look, such as an index in the log. */
  readonly reference: string;
  /** What was observed. */
  readonly value: number;
  /** When it was observed, in seconds since the Unix epoch. */
  readonly timestampSeconds: number;
}

/** A counter or gauge family with its samples at one moment. */
export interface ScalarFamily extends Family {
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

/** A histogram family with its samples at one moment. */
export interface HistogramFamily extends Family {
  readonly type: 'histogram';
  /** Inclusive upper bounds of the buckets, ascending, without `+Inf`. */
  readonly upperBounds: readonly number[];
  readonly samples: readonly HistogramSample[];
}

/** A family with its samples; samples are sorted by label values. */
export type CollectedFamily = ScalarFamily | HistogramFamily;

/** A way to write families down. */
export interface Encoding {
  /** What clients ask for in their `Accept` header, and are told in `Content-Type`. */
  readonly mediaType: string;
  /** Of the format; a part of `Content-Type`. */
  readonly version: string;
  /** The text for families as `Registry.collect` gives them. */
  readonly encode: (families: readonly CollectedFamily[]) => string;
}

/** Value of the `Content-Type` header. */
export function contentTypeOf({ mediaType, version }: Encoding): string {
  return `${mediaType}; version=${version}; charset=utf-8`;
}

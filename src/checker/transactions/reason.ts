/** Why one transaction must come before another. Edges of real time alone need no reason. */

/** Versions are what was written; null is the key before anything was. */
export interface Reason {
  readonly kind: 'ww' | 'wr' | 'rw';
  readonly key: string;
  /** The version that the first wrote or read. */
  readonly before: string | null;
  /** The version that the second wrote or read. */
  readonly after: string | null;
  /** What puts the one version before the other, where it is more than the edge itself. */
  readonly order?: VersionReason;
}

/** What puts one version of a register before another. Transactions are given by position. */
export type VersionReason =
  /** One transaction read the first version and wrote the second. */
  | { readonly kind: 'written-after-read'; readonly by: number }
  /** Nothing comes before the key's beginning. */
  | { readonly kind: 'initial' }
  /** `by` read a version and wrote the first: nothing else comes between, so all others are later. */
  | { readonly kind: 'nothing-between'; readonly by: number }
  /**
   * `earlier` read or wrote the first version and `later` the second; and `later` read what `earlier`
   * wrote to some key, or began after `earlier` had ended.
   */
  | {
      readonly kind: 'read-from' | 'real-time';
      readonly earlier: number;
      readonly later: number;
      readonly hasEarlierWritten: boolean;
      readonly hasLaterRead: boolean;
    };

/** What came of a run. */

import type { Warning } from './log-warnings.ts';

export type Verdict =
  | 'valid'
  | 'invalid'
  | 'unknown'
  /** It has left no results. */
  | 'broke off'
  | 'interrupted'
  /** This Maelstrom does not know the workload, or the fault. */
  | 'not known here';

/** What the results of a run say, be they of Maelstrom or of the bench. */
export interface Results {
  readonly verdict: Verdict;
  /** Why it is not valid, for people. */
  readonly reasons: readonly string[];
  readonly operations: {
    readonly count: number;
    readonly ok: number;
    readonly fail: number;
    readonly info: number;
  } | null;
  /** Ok among all, 0 to 1. */
  readonly okShare: number | null;
  /** Of operations that ended ok. */
  readonly latencyMs: { readonly median: number; readonly p99: number } | null;
  /** Between servers. */
  readonly messagesPerOperation: number | null;
  /** How often each shape of partition was drawn, by its name. */
  readonly partitions: ReadonlyMap<string, number>;
}

export const noResults: Results = {
  verdict: 'broke off',
  reasons: [],
  operations: null,
  okShare: null,
  latencyMs: null,
  messagesPerOperation: null,
  partitions: new Map(),
};

export function countByName(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export interface Outcome extends Results {
  readonly preset: string;
  readonly workload: string;
  readonly nodes: string;
  readonly faults: string;
  readonly nodeWarnings: readonly Warning[];
  readonly otherWarnings: readonly Warning[];
  readonly isBench: boolean;
  /** It came with a group, and this Maelstrom does not know what it asks for. */
  readonly isSkipped: boolean;
  /** Null when it has left none. */
  readonly directory: string | null;
}

/** A warning that names a node makes a run bad, whatever its verdict. */
export function isGood({ verdict, nodeWarnings }: Outcome): boolean {
  return verdict === 'valid' && nodeWarnings.length === 0;
}

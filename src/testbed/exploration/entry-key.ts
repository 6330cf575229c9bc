/** What makes two entries at the same index the same entry, and what a node's logs look like. */

import type { Entry, Membership } from '../../raft/index.ts';
import { canonical } from './canonical.ts';

/** The term and what the entry carries. */
export type EntryKey = readonly [term: number, payload: number | 'noop' | Membership];

export function entryKey(entry: Entry<unknown>): EntryKey {
  switch (entry.kind) {
    case 'command':
      return [entry.term, entry.command as number];
    case 'noop':
      return [entry.term, 'noop'];
    case 'membership':
      return [entry.term, canonical(entry.membership, null) as Membership];
  }
}

/** A log as far as entries are told apart: `codes[i]` and `terms[i]` are of index base + 1 + i. */
export interface LogFacts {
  readonly base: number;
  readonly codes: readonly string[];
  readonly keys: readonly EntryKey[];
}

export function logFacts(base: number, entries: readonly Entry<unknown>[]): LogFacts {
  const keys = entries.map(entryKey);
  return { base, keys, codes: keys.map((key) => JSON.stringify(key)) };
}

export function lastOf(log: LogFacts): number {
  return log.base + log.codes.length;
}

/** The text of the entry at an index, or null when the log does not have it (any more). */
export function codeAt(log: LogFacts, index: number): string | null {
  return log.codes[index - log.base - 1] ?? null;
}

/** The first index up to `last` at which both logs have an entry, and not the same; or null. */
export function firstDifference(x: LogFacts, y: LogFacts, last: number): number | null {
  const end = Math.min(last, lastOf(x), lastOf(y));
  for (let index = Math.max(x.base, y.base) + 1; index <= end; index++) {
    if (codeAt(x, index) !== codeAt(y, index)) return index;
  }
  return null;
}

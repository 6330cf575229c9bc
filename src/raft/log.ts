/**
 * The replicated log, in memory. (Paper 5.3)
 *
 * What always holds:
 *
 * - entries stand without gaps: `entries[i].index === baseIndex + 1 + i`;
 * - terms never decrease from one entry to the next, and are never below `baseTerm`;
 * - an entry never changes in place: it is appended, and it goes only by `truncateFrom`.
 *
 * The base is the position just before the first entry: (0, 0) for a log that has all its entries,
 * and within a snapshot for one that was compacted. What is before it was committed.
 */

import { assert } from './assert.ts';
import { asLogIndex, asTerm, type Entry, earlier, type LogIndex, type Term } from './types.ts';

/** The log in memory: entries without gaps, the first at `baseIndex` + 1. (Paper 5.3) */
export interface Log<Command> {
  readonly entries: Entry<Command>[];
  /** The position before the first entry; 0 for a log that has all its entries. */
  baseIndex: LogIndex;
  /** The term of the entry there. */
  baseTerm: Term;
}

/** @throws InvariantViolation when the entries do not form a log that follows the base. */
export function createLog<Command>(
  entries: readonly Entry<Command>[],
  base: { readonly index: LogIndex; readonly term: Term } = {
    index: asLogIndex(0),
    term: asTerm(0),
  },
): Log<Command> {
  const log: Log<Command> = { entries: [], baseIndex: base.index, baseTerm: base.term };
  append(log, entries);
  return log;
}

export function firstIndex(log: Log<unknown>): LogIndex {
  return asLogIndex(log.baseIndex + 1);
}

export function lastIndex(log: Log<unknown>): LogIndex {
  return asLogIndex(log.baseIndex + log.entries.length);
}

export function lastTerm(log: Log<unknown>): Term {
  const { length } = log.entries;
  return length === 0 ? log.baseTerm : (log.entries[length - 1]?.term ?? log.baseTerm);
}

/** The term of the entry at `index`, or null when the log does not know it. */
export function termAt(log: Log<unknown>, index: LogIndex): Term | null {
  if (index === log.baseIndex) return log.baseTerm;
  if (index < log.baseIndex) return null;
  return log.entries[index - log.baseIndex - 1]?.term ?? null;
}

/** The entries from `from` to `to`, both included. */
export function entriesBetween<Command>(
  log: Log<Command>,
  from: LogIndex,
  to: LogIndex,
): Entry<Command>[] {
  assert(from > log.baseIndex && to <= lastIndex(log), 'only entries that exist can be read');
  return stretch(log, from - log.baseIndex - 1, to - log.baseIndex);
}

/** A copy of a part. One entry alone is the most usual, and `slice` is slow for it. */
function stretch<Command>({ entries }: Log<Command>, start: number, end: number): Entry<Command>[] {
  const first = entries[start];
  return end - start === 1 && first !== undefined ? [first] : entries.slice(start, end);
}

/**
 * Entries from `from` on, at most `maxEntries` of them and `maxBytes` in all, but at least one when
 * there is one: an entry that is larger than the limit still has to travel.
 */
export function entriesFrom<Command>(
  log: Log<Command>,
  from: LogIndex,
  maxEntries: number,
  maxBytes: number,
): Entry<Command>[] {
  assert(from > log.baseIndex, 'only entries that exist can be sent');
  const start = from - log.baseIndex - 1;
  const limit = Math.min(log.entries.length, start + maxEntries);
  let end = start;
  let bytes = 0;
  for (; end < limit; end++) {
    bytes += log.entries[end]?.bytes ?? 0;
    if (bytes > maxBytes && end > start) break;
  }
  return stretch(log, start, end);
}

export function appendOne<Command>(log: Log<Command>, entry: Entry<Command>): void {
  assert(entry.index === lastIndex(log) + 1, 'a log has no gaps');
  assert(entry.term >= lastTerm(log), 'terms in a log never decrease');
  log.entries.push(entry);
}

export function append<Command>(log: Log<Command>, entries: readonly Entry<Command>[]): void {
  for (const entry of entries) appendOne(log, entry);
}

/** What entries weigh together. */
export function bytesOf(entries: readonly Entry<unknown>[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes;
  return bytes;
}

/** What the entries from `from` to `to`, both included, weigh together. */
export function bytesBetween(log: Log<unknown>, from: LogIndex, to: LogIndex): number {
  assert(from > log.baseIndex && to <= lastIndex(log), 'only entries that exist are weighed');
  let bytes = 0;
  for (let index = from - log.baseIndex - 1; index < to - log.baseIndex; index++) {
    bytes += log.entries[index]?.bytes ?? 0;
  }
  return bytes;
}

/** Deletes the entry at `index` and all after it. */
export function truncateFrom(log: Log<unknown>, index: LogIndex): void {
  assert(index > log.baseIndex && index <= lastIndex(log), 'only what exists is truncated');
  log.entries.length = index - log.baseIndex - 1;
}

/** Forgets the entries up to and including `index`. */
export function compactTo(log: Log<unknown>, index: LogIndex): void {
  if (index <= log.baseIndex) return;
  const term = termAt(log, index);
  assert(term !== null, 'only what exists is compacted');
  log.entries.splice(0, index - log.baseIndex);
  log.baseIndex = index;
  log.baseTerm = term;
}

/** Begins anew after a snapshot that ends at this position. */
export function replaceBySnapshot(log: Log<unknown>, index: LogIndex, term: Term): void {
  assert(index > log.baseIndex, 'a snapshot never rewinds a log');
  log.entries.length = 0;
  log.baseIndex = index;
  log.baseTerm = term;
}

/**
 * Whether a log that ends in (otherTerm, otherIndex) has at least all that this one could have
 * committed: the later last term wins, and of equal terms the longer log. (Paper 5.4.1)
 */
export function isUpToDate(log: Log<unknown>, otherTerm: Term, otherIndex: LogIndex): boolean {
  const ownTerm = lastTerm(log);
  return otherTerm !== ownTerm ? otherTerm > ownTerm : otherIndex >= lastIndex(log);
}

/**
 * How many of `entries` the log has already: the first that it lacks, or has with another term, is
 * `entries[n]`. What was compacted is committed, so the log has had it.
 */
export function countKnown<Command>(log: Log<Command>, entries: readonly Entry<Command>[]): number {
  let known = 0;
  for (const entry of entries) {
    if (entry.index > log.baseIndex && termAt(log, entry.index) !== entry.term) break;
    known++;
  }
  return known;
}

/**
 * The last position at or before `index` whose term is at most `term`. Used by both sides to find
 * where two logs may agree, a whole term at a time: (paper 5.3, its last paragraphs)
 *
 * ```
 *             index  1  2  3  4  5  6  7  8
 * leader      term   1  1  1  4  4  5  5  6     asks about (8, 6); the follower has (8, 3)
 * follower    term   1  1  1  2  2  2  3  3     hint: (8, 3), its last term that is at most 6
 *                          ^                    the leader's last term that is at most 3: (3, 1)
 * ```
 *
 * One exchange has skipped the leader's terms 4, 5, 6 and the follower's 2, 3: where the follower
 * has terms of at most 3, the leader's entries of later terms cannot be found.
 */
export function lastWithTermAtMost(
  log: Log<unknown>,
  index: LogIndex,
  term: Term,
): { readonly index: LogIndex; readonly term: Term } {
  let low = log.baseIndex;
  let high = earlier(index, lastIndex(log));
  // Terms do not decrease along the log, so the boundary can be searched by halves.
  while (low < high) {
    const middle = asLogIndex(Math.ceil((low + high) / 2));
    const middleTerm = termAt(log, middle);
    assert(middleTerm !== null, 'a position inside the log has a term');
    if (middleTerm <= term) low = middle;
    else high = asLogIndex(middle - 1);
  }
  const found = termAt(log, low);
  assert(found !== null, 'a position inside the log has a term');
  return { index: low, term: found };
}

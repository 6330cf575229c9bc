/**
 * Decides exactly whether a grow-only set is linearizable, when each element is added at most once.
 *
 * Reads of one order of everything can only grow, so what they returned must be a chain: of any two,
 * one has all that the other has. That gives every call a level: a read the place of what it returned
 * in the chain; an add that of the first read that has its element; an acknowledged add that no read
 * has comes last of all; an add that nobody has seen and nobody has acknowledged need not have
 * happened. Calls of one level can stand in any order, adds before reads. So there is an order of
 * everything exactly if no call that had ended before another began has a higher level than it.
 */

import { type Call, endRank, isBefore } from './calls.ts';
import type { SetAdd, SetHistory, SetRead } from './grow-only-set.ts';

/** Why there is no order. */
export type SetDisorder =
  /** Each of two reads has an element that the other has not. */
  | {
      readonly kind: 'apart';
      readonly reads: readonly [SetRead, SetRead];
      /** What only the first has, and what only the second has: one each. */
      readonly elements: readonly [string, string];
    }
  /** The add was acknowledged before the read began, and the read does not have the element. */
  | { readonly kind: 'stale'; readonly add: SetAdd; readonly read: SetRead }
  /** The first read had ended before the second began, which does not have this element of it. */
  | {
      readonly kind: 'back';
      readonly reads: readonly [SetRead, SetRead];
      readonly element: string;
    }
  /** One add was acknowledged before the other began; the read has the other's element only. */
  | {
      readonly kind: 'overtaken';
      readonly adds: readonly [SetAdd, SetAdd];
      readonly read: SetRead;
    }
  /** The add began only when the read had ended that has its element. */
  | { readonly kind: 'early'; readonly add: SetAdd; readonly read: SetRead };

interface Levelled {
  readonly call: Call;
  readonly level: number;
  readonly what:
    | { readonly kind: 'add'; readonly add: SetAdd }
    | { readonly kind: 'read'; readonly read: SetRead };
}

/**
 * Null when it is linearizable. Adds that failed are taken not to have happened; that a read has
 * their element, or one that nobody added, is not found here.
 */
export function findSetDisorder({ adds, reads }: SetHistory): SetDisorder | null {
  const chain = reads
    .map((read) => ({ read, size: new Set(read.elements).size }))
    .sort((a, b) => a.size - b.size);
  const apart = findApart(chain.map(({ read }) => read));
  if (apart !== null) return apart;
  const firstWith = new Map<string, SetRead>();
  const levelOf = new Map<SetRead, number>();
  let level = 0;
  let sizeBefore = -1;
  for (const { read, size } of chain) {
    // Of two reads of one size, in a chain, both have the same.
    if (size > sizeBefore) level += 2;
    sizeBefore = size;
    levelOf.set(read, level);
    for (const element of read.elements) {
      if (!firstWith.has(element)) firstWith.set(element, read);
    }
  }
  const calls: Levelled[] = reads.map((read) => ({
    call: read,
    level: levelOf.get(read) ?? 0,
    what: { kind: 'read', read },
  }));
  for (const add of adds) {
    const read = firstWith.get(add.element);
    if (add.outcome === 'fail' || (read === undefined && add.outcome !== 'ok')) continue;
    const first = read === undefined ? undefined : levelOf.get(read);
    const level = first === undefined ? Number.POSITIVE_INFINITY : first - 1;
    calls.push({ call: add, level, what: { kind: 'add', add } });
  }
  return findTurned(calls, firstWith);
}

/** @param chain reads from the smallest to the largest */
function findApart(chain: readonly SetRead[]): SetDisorder | null {
  for (const [place, larger] of chain.entries()) {
    const smaller = chain[place - 1];
    if (smaller === undefined) continue;
    const has = new Set(larger.elements);
    const missing = smaller.elements.find((element) => !has.has(element));
    if (missing === undefined) continue;
    if (isBefore(smaller, larger)) {
      return { kind: 'back', reads: [smaller, larger], element: missing };
    }
    const had = new Set(smaller.elements);
    // It is as large at least, and so has one that the smaller has not.
    const other = larger.elements.find((element) => !had.has(element)) ?? '';
    return isBefore(larger, smaller)
      ? { kind: 'back', reads: [larger, smaller], element: other }
      : { kind: 'apart', reads: [smaller, larger], elements: [missing, other] };
  }
  return null;
}

/** A call that had ended before another of a lower level began. */
function findTurned(
  calls: readonly Levelled[],
  firstWith: ReadonlyMap<string, SetRead>,
): SetDisorder | null {
  const ends = calls
    .filter(({ call }) => endRank(call) < Number.POSITIVE_INFINITY)
    .sort((a, b) => endRank(a.call) - endRank(b.call));
  let ended = 0;
  let highest: Levelled | undefined;
  for (const it of calls.toSorted((a, b) => a.call.invoked.rank - b.call.invoked.rank)) {
    for (let end = ends[ended]; end !== undefined; end = ends[ended]) {
      if (endRank(end.call) > it.call.invoked.rank) break;
      if (highest === undefined || end.level > highest.level) highest = end;
      ended++;
    }
    if (highest !== undefined && highest.level > it.level) return explain(highest, it, firstWith);
  }
  return null;
}

function explain(
  { what: before }: Levelled,
  { what: after }: Levelled,
  firstWith: ReadonlyMap<string, SetRead>,
): SetDisorder {
  if (before.kind === 'add' && after.kind === 'read') {
    return { kind: 'stale', add: before.add, read: after.read };
  }
  if (before.kind === 'read' && after.kind === 'read') {
    const has = new Set(after.read.elements);
    const element = before.read.elements.find((it) => !has.has(it)) ?? '';
    return { kind: 'back', reads: [before.read, after.read], element };
  }
  const add = after.kind === 'add' ? after.add : undefined;
  const read = add === undefined ? undefined : firstWith.get(add.element);
  if (add === undefined || read === undefined) throw new Error('a call of a lower level was seen');
  return before.kind === 'read'
    ? { kind: 'early', add, read: before.read }
    : { kind: 'overtaken', adds: [before.add, add], read };
}

/**
 * Judges a set to which elements are added and never taken away, by what its reads returned. Nothing
 * is promised of when an added element becomes visible, but that it does in the end: so the final
 * reads decide, after all faults have ended and a quiet time has passed.
 *
 * An element is *known* from when its add was acknowledged, or a read that has it was answered. It is
 *
 * - *lost* when a final read that began after that does not have it;
 * - *stale* when some earlier read that began after that did not have it, however late: that is
 *   allowed, and how long it took until every read had it is told (Jepsen's `set-full` calls this
 *   the stable latency);
 * - *never read* when no read began after that: nobody can say;
 * - *unexpected* when a read has it, and nobody had asked for it until then, or all who had were told
 *   that it did not happen;
 * - *duplicated* when one read has it more than once;
 * - *disputed* when no final read can be blamed for its absence, since nobody knows when its add took
 *   effect, if ever; and yet some final reads have it and others do not.
 */

import type { AnsweredCall, Call } from './calls.ts';

/** Elements are compared as texts: equal elements are equal texts. */
export interface SetAdd extends Call {
  readonly element: string;
}

/** Was answered with all elements. */
export interface SetRead extends AnsweredCall {
  /** As they were returned. */
  readonly elements: readonly string[];
}

/** All that clients asked of one set. */
export interface SetHistory {
  /** In the order of invocations, whatever became of them. */
  readonly adds: readonly SetAdd[];
  /** Those that were answered, in the order of invocations. */
  readonly reads: readonly SetRead[];
}

/** Was acknowledged, or seen, and is missing in the end. */
export interface LostElement {
  readonly element: string;
  readonly adds: readonly SetAdd[];
  /** The read that was the first to have it; null when none did. */
  readonly firstSeen: SetRead | null;
  /** The final reads that began when it was known, and do not have it. */
  readonly missingIn: readonly SetRead[];
  /** The final reads that have it. */
  readonly presentIn: readonly SetRead[];
}

/** Was known, and a later read did not have it. */
export interface StaleElement {
  readonly element: string;
  readonly adds: readonly SetAdd[];
  /** From when it was known until the last read without it began. */
  readonly latencyMs: number;
  readonly lastWithout: SetRead;
}

/** Was read, and cannot have been there. */
export interface UnexpectedElement {
  readonly element: string;
  /** `failed`: all adds were refused for good; `early`: the first add was asked for later. */
  readonly why: 'never-added' | 'failed' | 'early';
  readonly adds: readonly SetAdd[];
  readonly read: SetRead;
}

/** Stood several times in one read. */
export interface DuplicatedElement {
  readonly element: string;
  readonly times: number;
  readonly read: SetRead;
}

/** Some final reads have it and others do not, and nobody knows how its add ended. */
export interface DisputedElement {
  readonly element: string;
  readonly adds: readonly SetAdd[];
  readonly missingIn: readonly SetRead[];
  readonly presentIn: readonly SetRead[];
}

/** What is wrong with a set that only grows, and how long it took until elements were seen. */
export interface SetFindings {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly finalReads: number;
  readonly lost: readonly LostElement[];
  /** The slowest first. */
  readonly stale: readonly StaleElement[];
  /** Known elements, and no read began afterwards. */
  readonly neverRead: readonly string[];
  readonly unexpected: readonly UnexpectedElement[];
  readonly duplicated: readonly DuplicatedElement[];
  readonly disputed: readonly DisputedElement[];
  /** Of each known element that was read: how long it was stale, or 0. In order. */
  readonly visibleAfterMs: readonly number[];
}

interface Element {
  readonly element: string;
  readonly adds: SetAdd[];
  /** When it became known: rank and nanoseconds. */
  knownRank: number;
  knownNs: number;
  firstSeen: SetRead | null;
  /** The last read that began when it was known, and lacks it. */
  lastWithout: SetRead | null;
  isRead: boolean;
  unexpectedIn: SetRead | null;
  missingIn: SetRead[];
  presentIn: SetRead[];
}

/** Judges by what is promised in the end; `findSetDisorder` also by the order in time. */
export function checkGrowOnlySet({ adds, reads }: SetHistory): SetFindings {
  const elements = new Map<string, Element>();
  for (const add of adds) noteAdd(elementOf(elements, add.element), add);
  const duplicated: DuplicatedElement[] = [];
  for (const read of reads) {
    for (const [element, times] of countsOf(read.elements)) {
      noteSeen(elementOf(elements, element), read);
      if (times > 1) duplicated.push({ element, times, read });
    }
  }
  const all = [...elements.values()];
  for (const read of reads) noteRead(all, read);
  // What is not even to be there cannot be lost.
  const expected = all.filter(({ unexpectedIn }) => unexpectedIn === null);
  return {
    attempted: new Set(adds.map(({ element }) => element)).size,
    acknowledged: all.filter((it) => it.adds.some(({ outcome }) => outcome === 'ok')).length,
    finalReads: reads.filter(({ isFinal }) => isFinal).length,
    lost: expected.filter(isLost),
    stale: expected.flatMap(staleness).sort((a, b) => b.latencyMs - a.latencyMs),
    neverRead: all.filter(isNeverRead).map(({ element }) => element),
    unexpected: all.flatMap(unexpectedness),
    duplicated: onePerElement(duplicated),
    disputed: expected.filter((it) => !isLost(it) && isDisputed(it, reads)).map(disputeOf(reads)),
    visibleAfterMs: expected
      .filter((it) => it.isRead && it.missingIn.length === 0)
      .map((it) => latencyMsOf(it))
      .sort((a, b) => a - b),
  };
}

function elementOf(elements: Map<string, Element>, element: string): Element {
  const there = elements.get(element);
  if (there !== undefined) return there;
  const made: Element = {
    element,
    adds: [],
    knownRank: Number.POSITIVE_INFINITY,
    knownNs: 0,
    firstSeen: null,
    lastWithout: null,
    isRead: false,
    unexpectedIn: null,
    missingIn: [],
    presentIn: [],
  };
  elements.set(element, made);
  return made;
}

function noteAdd(it: Element, add: SetAdd): void {
  it.adds.push(add);
  if (add.outcome === 'ok' && add.completed !== undefined) noteKnown(it, add as AnsweredCall);
}

function noteKnown(it: Element, { completed }: AnsweredCall): void {
  if (completed.rank >= it.knownRank) return;
  it.knownRank = completed.rank;
  it.knownNs = completed.timeNs ?? 0;
}

function noteSeen(it: Element, read: SetRead): void {
  noteKnown(it, read);
  if (it.firstSeen === null || read.completed.rank < it.firstSeen.completed.rank) {
    it.firstSeen = read;
  }
  if (read.isFinal) it.presentIn.push(read);
  // Whoever may have added it must have asked before the read was over.
  const isPossible = it.adds.some(
    ({ outcome, invoked }) => outcome !== 'fail' && invoked.rank < read.completed.rank,
  );
  if (!isPossible) it.unexpectedIn ??= read;
}

function noteRead(all: readonly Element[], read: SetRead): void {
  const has = new Set(read.elements);
  for (const it of all) {
    if (it.knownRank >= read.invoked.rank) continue;
    it.isRead = true;
    if (has.has(it.element)) continue;
    if (read.isFinal) it.missingIn.push(read);
    // Reads come in the order of their invocations.
    it.lastWithout = read;
  }
}

function isLost({ missingIn }: Element): boolean {
  return missingIn.length > 0;
}

function isNeverRead({ knownRank, isRead, firstSeen }: Element): boolean {
  return knownRank < Number.POSITIVE_INFINITY && !isRead && firstSeen === null;
}

function staleness(it: Element): StaleElement[] {
  const { element, adds, lastWithout } = it;
  if (lastWithout === null || isLost(it)) return [];
  return [{ element, adds, latencyMs: latencyMsOf(it), lastWithout }];
}

function latencyMsOf({ lastWithout, knownNs }: Element): number {
  return lastWithout === null ? 0 : Math.max(0, (lastWithout.invoked.timeNs ?? 0) - knownNs) / 1e6;
}

function unexpectedness({ element, adds, unexpectedIn: read }: Element): UnexpectedElement[] {
  if (read === null) return [];
  if (adds.length === 0) return [{ element, why: 'never-added', adds, read }];
  const haveFailed = adds.every(({ outcome }) => outcome === 'fail');
  return [{ element, why: haveFailed ? 'failed' : 'early', adds, read }];
}

function isDisputed({ presentIn }: Element, reads: readonly SetRead[]): boolean {
  if (presentIn.length === 0) return false;
  return presentIn.length < reads.filter(({ isFinal }) => isFinal).length;
}

function disputeOf(reads: readonly SetRead[]): (it: Element) => DisputedElement {
  return ({ element, adds, presentIn }) => {
    const has = new Set(presentIn);
    const missingIn = reads.filter((read) => read.isFinal && !has.has(read));
    return { element, adds, missingIn, presentIn };
  };
}

function countsOf(elements: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  return counts;
}

/** The worst of each. */
function onePerElement(duplicated: readonly DuplicatedElement[]): DuplicatedElement[] {
  const worst = new Map<string, DuplicatedElement>();
  for (const it of duplicated) {
    if (it.times > (worst.get(it.element)?.times ?? 1)) worst.set(it.element, it);
  }
  return [...worst.values()];
}

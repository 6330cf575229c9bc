/**
 * Makes a counterexample small: leaves out operations for as long as the rest alone is still not
 * linearizable.
 *
 * To leave out any operation at all would be wrong: without a write, a read of its value cannot be
 * explained, which says nothing of the whole history. So only such are left out that take no
 * explanation with them; whatever the rest then contradicts, the whole history contradicts as well.
 * Let L be any right order of the whole:
 *
 * - **What comes later.** What was invoked after the impossible operation had completed, and what
 *   failed, is not in question. What had not completed by then may have happened, or not.
 * - **What only looks.** L without an observation is a right order of what is left.
 * - **What nobody saw.** When no operation that is left sees the value that another one leaves
 *   behind, L without that one is a right order: between it and the next change nobody looks. The
 *   same holds of operations that may not have happened and are seen by each other alone.
 * - **What was overwritten.** Let a write have ended ok. L without all that had completed before the
 *   write was invoked, and without what stands before it in L, is a right order that begins with the
 *   write. Which of the operations that overlap with it stand before it is not known: those that
 *   look are left out, and the others may have happened or not.
 */

import { type Counterexample, checkHistory } from './check.ts';
import type { KeyHistory, Operation, Value } from './history.ts';

/** How the history was judged, and how much work making it small may be. */
export interface MinimizeOptions {
  /** As in the check. */
  readonly strict: boolean;
  /** How many operations may be checked, over all parts of the history that are. */
  readonly maxWork?: number;
}

/** A part of a history that is not linearizable by itself. */
export interface MinimalPart {
  /** In order of invocation. Ids and ranks are those of the whole history. */
  readonly history: KeyHistory;
  /** Why the part is not linearizable. */
  readonly counterexample: Counterexample;
  /** How many operations are not in it. */
  readonly leftOut: number;
  /** The write before which everything was left out; null when there is none. */
  readonly overwrites: Operation | null;
  /** Operations that were answered, of which the part says only that they may have happened. */
  readonly loosened: ReadonlySet<Operation>;
  /** Whether all that can be left out was. */
  readonly isMinimal: boolean;
}

/** Some seconds at most, and mostly some milliseconds. */
const defaultMaxWork = 400_000;

/** For each operation of a part. One that takes more is not worth its while: most take one or two. */
const configurationsPerOperation = 100;

/** How many writes are tried to begin with. */
const maxBeginnings = 200;

/** @param counterexample of `history` */
export function minimize(
  history: KeyHistory,
  counterexample: Counterexample,
  { strict, maxWork = defaultMaxWork }: MinimizeOptions,
): MinimalPart {
  return new Minimizer(history, counterexample, strict, maxWork).run();
}

class Minimizer {
  readonly #whole: KeyHistory;
  readonly #original: Counterexample;
  readonly #strict: boolean;
  #workLeft: number;
  #counterexample: Counterexample;
  #part: readonly Operation[];
  #overwrites: Operation | null = null;

  constructor(whole: KeyHistory, original: Counterexample, strict: boolean, maxWork: number) {
    this.#whole = whole;
    this.#original = original;
    this.#counterexample = original;
    this.#strict = strict;
    this.#workLeft = maxWork;
    this.#part = whole.operations;
  }

  run(): MinimalPart {
    const inQuestion = this.#inQuestion();
    if (this.#begins(inQuestion) || this.#accepts(inQuestion)) {
      for (let before = -1; before !== this.#part.length && this.#workLeft > 0; ) {
        before = this.#part.length;
        this.#leaveOut((it) => isObservation(it));
        this.#leaveOut((it, rest) => !isObservation(it) && !isSeen(it, rest));
        this.#leaveOut((it, rest) => isPending(it) && !mayMatter(rest).has(it));
      }
      this.#showOverwritten();
    }
    const part = this.#part;
    const byId = new Map(this.#whole.operations.map((it) => [it.id, it]));
    const wasOk = ({ id }: Operation): boolean => byId.get(id)?.outcome === 'ok';
    return {
      history: { ...this.#whole, operations: part },
      counterexample: this.#counterexample,
      leftOut: this.#whole.operations.length - part.length,
      overwrites: this.#overwrites,
      loosened: new Set(part.filter((it) => it.outcome === 'info' && wasOk(it))),
      isMinimal: this.#workLeft > 0 && part !== this.#whole.operations,
    };
  }

  /** What was invoked before the impossible operation completed, as it was known then. */
  #inQuestion(): readonly Operation[] {
    const endRank = this.#endRank;
    return this.#whole.operations.flatMap((it): Operation[] => {
      if (it.invoked.rank > endRank) return [];
      const isOver = it.completed !== undefined && it.completed.rank <= endRank;
      if (it.outcome === 'fail') {
        return isOver && this.#strict && it.observation !== undefined ? [it] : [];
      }
      if (isOver && it.outcome !== 'info') return [it];
      // A read that was not answered says nothing.
      return it.f === 'read' ? [] : [asPending(it)];
    });
  }

  get #endRank(): number {
    return this.#original.operation.completed?.rank ?? Number.POSITIVE_INFINITY;
  }

  /** Looks for the last write with which the part can begin, and says whether there is one. */
  #begins(inQuestion: readonly Operation[]): boolean {
    const { operation } = this.#original;
    const writes = inQuestion.filter(
      ({ f, outcome, completed }) =>
        f === 'write' && outcome === 'ok' && (completed?.rank ?? 0) < operation.invoked.rank,
    );
    for (const write of writes.slice(-maxBeginnings).reverse()) {
      if (!this.#accepts(beginningWith(write, inQuestion))) continue;
      this.#overwrites = write;
      return true;
    }
    return false;
  }

  /**
   * Puts back, for people, the last write of what the impossible operation saw, when that was before
   * the write with which the part begins. A write asks nothing of what is before it, so with it the
   * rest is as impossible as without.
   */
  #showOverwritten(): void {
    const from = this.#overwrites?.invoked.rank;
    const { operation } = this.#original;
    if (from === undefined || operation.outcome !== 'ok' || operation.f === 'write') return;
    const seen = operation.f === 'read' ? operation.value : operation.from;
    const source = this.#whole.operations.findLast(
      (it) =>
        it.f === 'write' &&
        it.value === seen &&
        it.outcome === 'ok' &&
        it.completed !== undefined &&
        it.completed.rank < from,
    );
    const isThere = this.#part.some((it) => leavesBehind(it) === seen);
    if (source === undefined || isThere) return;
    const more = [source, ...this.#part].sort((a, b) => a.invoked.rank - b.invoked.rank);
    this.#accepts(more);
  }

  /** Leaves out operations in large pieces first, then one by one. */
  #leaveOut(mayGo: (it: Operation, rest: readonly Operation[]) => boolean): void {
    const spared = [this.#original.operation.id, this.#overwrites?.id];
    const isSpared = ({ id }: Operation): boolean => spared.includes(id);
    const candidates = (): readonly Operation[] =>
      this.#part.filter((it) => !isSpared(it) && mayGo(it, this.#part));
    for (let size = Math.ceil(candidates().length / 2); size >= 1; size = Math.floor(size / 2)) {
      let at = 0;
      for (;;) {
        const piece = new Set(candidates().slice(at, at + size));
        if (piece.size === 0 || this.#workLeft <= 0) break;
        const rest = this.#part.filter((it) => !piece.has(it));
        if (!this.#accepts(rest)) at += size;
      }
    }
  }

  /** Takes a smaller part, if that alone is still not linearizable. */
  #accepts(operations: readonly Operation[]): boolean {
    if (this.#workLeft <= 0 || operations.length === 0) return false;
    this.#workLeft -= operations.length;
    const maxConfigurations = configurationsPerOperation * operations.length + 1000;
    const history = { keys: [{ ...this.#whole, operations }] };
    const [result] = checkHistory(history, { strict: this.#strict, maxConfigurations }).keys;
    if (result?.verdict !== 'invalid') return false;
    this.#part = operations;
    this.#counterexample = result.counterexample;
    return true;
  }
}

/** A read, a compare-and-set that changes nothing, and a failure that tells what it found. */
function isObservation(it: Operation): boolean {
  if (it.f === 'read' || it.outcome === 'fail') return true;
  return it.f === 'cas' && it.from === it.to && it.from !== null;
}

function isPending({ outcome }: Operation): boolean {
  return outcome === 'info' || outcome === 'open';
}

/** What the register holds after an operation that changes it. */
function leavesBehind(it: Operation): Value | undefined {
  return it.f === 'write' ? it.value : it.f === 'cas' ? it.to : undefined;
}

/** Whether an operation can have found a value that was written. */
function sees(it: Operation, value: Value | undefined): boolean {
  if (it.outcome === 'fail') return it.observation !== 'key-does-not-exist';
  if (it.f === 'write') return false;
  return (it.f === 'read' ? it.value : it.from) === value;
}

/** Whether another operation may have seen what this one leaves behind. */
function isSeen(it: Operation, rest: readonly Operation[]): boolean {
  const left = leavesBehind(it);
  return rest.some((other) => other !== it && sees(other, left));
}

/**
 * The operations that may explain one that has happened, be it by way of others that may have.
 * Pending ones that are not among them see only each other, if anything: L without them is right.
 */
function mayMatter(operations: readonly Operation[]): ReadonlySet<Operation> {
  const found = new Set<Operation>();
  const next = operations.filter((it) => !isPending(it));
  for (let it = next.pop(); it !== undefined; it = next.pop()) {
    for (const other of operations) {
      if (found.has(other) || isObservation(other) || !sees(it, leavesBehind(other))) continue;
      found.add(other);
      next.push(other);
    }
  }
  return found;
}

/** A write, what overlaps with it as far as that may count, and all that was invoked later. */
function beginningWith(write: Operation, operations: readonly Operation[]): readonly Operation[] {
  const from = write.invoked.rank;
  const to = write.completed?.rank ?? 0;
  return operations.flatMap((it): Operation[] => {
    if (it === write || it.invoked.rank > to) return [it];
    const ended = it.outcome === 'ok' ? it.completed?.rank : Number.POSITIVE_INFINITY;
    if (ended === undefined || ended < from || isObservation(it)) return [];
    return [asPending(it)];
  });
}

/** It may have happened at any time from its invocation on, or never. */
function asPending(operation: Operation): Operation {
  return operation.outcome === 'ok' ? { ...operation, outcome: 'info' } : operation;
}

/**
 * The search that known checkers do: Wing and Gong's (1993), with the sets of operations put in
 * order remembered, each with what the register then held (Lowe 2017; Porcupine and Knossos do the
 * same). It knows nothing of registers but how to apply an operation, and shares no code with
 * src/checker.
 */

import type { Contents, Operation } from '../../src/checker/index.ts';
import { apply, endOf, mustHappen } from './oracle.ts';

/** An invocation or a completion, in a list from which what is in order is taken out. */
interface Entry {
  readonly operation: Operation | undefined;
  readonly bit: bigint;
  /** Of an invocation that is completed. */
  readonly completion: Entry | undefined;
  readonly isInvocation: boolean;
  before: Entry | undefined;
  next: Entry | undefined;
}

/**
 * Whether the operations on one key are linearizable; undefined if that was not decided before
 * `isLate` said that it is time to give up. Failed operations are left out.
 */
export function plainSearch(
  operations: readonly Operation[],
  isLate: () => boolean,
): boolean | undefined {
  const happened = operations.filter((it) => it.outcome !== 'fail');
  const head = listOf(happened);
  const seen = new Map<string, Set<bigint>>();
  const placed: { readonly entry: Entry; readonly held: Contents }[] = [];
  let owed = happened.filter(mustHappen).length;
  let done = 0n;
  let held: Contents = { kind: 'absent' };
  let entry = head.next;
  for (let steps = 1; owed > 0; steps += 1) {
    if (steps % 1024 === 0 && isLate()) return undefined;
    if (entry?.isInvocation && entry.operation !== undefined) {
      const after = apply(entry.operation, held);
      if (after === undefined || !remember(seen, after, done | entry.bit)) {
        entry = entry.next;
        continue;
      }
      placed.push({ entry, held });
      held = after;
      done |= entry.bit;
      if (entry.completion !== undefined) owed -= 1;
      takeOut(entry);
      entry = head.next;
      continue;
    }
    // Something completes, or the list ends, and nothing before it could come next: go back.
    const last = placed.pop();
    if (last === undefined) return false;
    held = last.held;
    done ^= last.entry.bit;
    if (last.entry.completion !== undefined) owed += 1;
    putBack(last.entry);
    entry = last.entry.next;
  }
  return true;
}

/** False if the pair has been met before. */
function remember(seen: Map<string, Set<bigint>>, held: Contents, done: bigint): boolean {
  const name = held.kind === 'absent' ? 'absent' : `value ${held.value}`;
  const sets = seen.get(name) ?? new Set<bigint>();
  if (sets.has(done)) return false;
  seen.set(name, sets.add(done));
  return true;
}

/** The events in order, after an entry that stands for none. */
function listOf(operations: readonly Operation[]): Entry {
  const none = { before: undefined, next: undefined, completion: undefined };
  const ranked = operations.flatMap((operation, at) => {
    const bit = 1n << BigInt(at);
    const { rank } = operation.invoked;
    const invocation: Entry = { operation, bit, isInvocation: true, ...none };
    if (!mustHappen(operation)) return [{ entry: invocation, rank }];
    const completion: Entry = { operation, bit, isInvocation: false, ...none };
    return [
      { entry: { ...invocation, completion }, rank },
      { entry: completion, rank: endOf(operation) },
    ];
  });
  ranked.sort((a, b) => a.rank - b.rank);
  const head: Entry = { operation: undefined, bit: 0n, isInvocation: false, ...none };
  let last = head;
  for (const { entry } of ranked) {
    entry.before = last;
    last.next = entry;
    last = entry;
  }
  return head;
}

function takeOut(entry: Entry): void {
  for (const it of [entry, entry.completion]) {
    if (it?.before !== undefined) it.before.next = it.next;
    if (it?.next !== undefined) it.next.before = it.before;
  }
}

/** Undoes the last `takeOut`. */
function putBack(entry: Entry): void {
  for (const it of [entry.completion, entry]) {
    if (it?.before !== undefined) it.before.next = it;
    if (it?.next !== undefined) it.next.before = it;
  }
}

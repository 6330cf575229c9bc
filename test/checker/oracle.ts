/**
 * A judge that knows nothing but the definition: it tries every order. For histories of a few
 * operations.
 */

import type { Contents, Operation } from '../../src/checker/index.ts';

/**
 * Whether some order of the operations obeys both real time and the rules of a register (Herlihy &
 * Wing 1990): every operation that happened is in it, one that may have happened may be, one that
 * failed is not.
 */
export function isLinearizable(operations: readonly Operation[], strict: boolean): boolean {
  const relevant = operations.filter(
    (it) => it.outcome !== 'fail' || (strict && it.observation !== undefined),
  );
  return extend(relevant, { kind: 'absent' });
}

function extend(left: readonly Operation[], held: Contents): boolean {
  if (left.every((it) => !mustHappen(it))) return true;
  return left.some((next) => {
    const isLate = left.some((it) => mustHappen(it) && endOf(it) < next.invoked.rank);
    if (isLate) return false;
    const after = apply(next, held);
    const others = left.filter((it) => it !== next);
    return after !== undefined && extend(others, after);
  });
}

/** What the register holds after an operation; undefined if it cannot happen. */
export function apply(operation: Operation, held: Contents): Contents | undefined {
  const value = held.kind === 'absent' ? null : held.value;
  if (operation.outcome === 'fail') return sees(operation, held) ? held : undefined;
  switch (operation.f) {
    case 'read':
      return operation.outcome !== 'ok' || operation.value === value ? held : undefined;
    case 'write':
      return { kind: 'value', value: operation.value };
    case 'cas':
      return operation.from === value ? { kind: 'value', value: operation.to } : undefined;
  }
}

/** Whether a failed operation tells the truth. */
function sees(operation: Operation, held: Contents): boolean {
  if (operation.f === 'write') return true;
  if (operation.observation === 'key-does-not-exist') return held.kind === 'absent';
  return operation.f === 'read' || (held.kind === 'value' && held.value !== operation.from);
}

/**
 * The history up to a rank: what was invoked later is not in it, what completes later is still
 * open.
 */
export function upTo(operations: readonly Operation[], rank: number): readonly Operation[] {
  return operations.flatMap((it) => {
    if (it.invoked.rank > rank) return [];
    if (it.completed === undefined || it.completed.rank <= rank) return [it];
    // What will fail does not happen before either.
    if (it.outcome === 'fail') return [];
    return [{ ...it, completed: undefined, outcome: 'open' as const }];
  });
}

export function mustHappen(operation: Operation): boolean {
  return operation.outcome === 'ok' || operation.outcome === 'fail';
}

export function endOf(operation: Operation): number {
  const end = mustHappen(operation) ? operation.completed?.rank : undefined;
  return end ?? Number.POSITIVE_INFINITY;
}

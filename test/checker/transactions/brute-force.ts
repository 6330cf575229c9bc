/** Strict serializability by trying every order. For a handful of transactions only. */

import { endOf, type Transaction } from '../../../src/checker/transactions/transaction.ts';

type State = ReadonlyMap<string, readonly string[]>;

/**
 * Whether some order of all that ended ok, and of any that ended info, keeps to real time and
 * explains every read. A register is a list of which reads see the last element only.
 */
export function hasStrictOrder(
  kind: 'list' | 'register',
  transactions: readonly Transaction<unknown>[],
): boolean {
  const mayHappen = transactions.filter((it) => it.outcome !== 'fail');
  const isBefore = (a: Transaction<unknown>, b: Transaction<unknown>): boolean =>
    endOf(a) < b.invoked.rank;

  const goOn = (rest: readonly Transaction<unknown>[], state: State): boolean => {
    if (rest.every((it) => it.outcome === 'info')) return true;
    return rest.some((next) => {
      if (rest.some((it) => isBefore(it, next))) return false;
      const after = carriedOut(kind, next, state);
      return (
        after !== undefined &&
        goOn(
          rest.filter((it) => it !== next),
          after,
        )
      );
    });
  };
  return goOn(mayHappen, new Map());
}

function carriedOut(
  kind: 'list' | 'register',
  { outcome, operations }: Transaction<unknown>,
  before: State,
): State | undefined {
  const state = new Map(before);
  for (const { kind: verb, key, value } of operations) {
    const held = state.get(key) ?? [];
    if (verb === 'write') {
      state.set(key, [...held, value]);
    } else if (outcome === 'ok') {
      const sees = kind === 'list' ? held : (held.at(-1) ?? null);
      if (JSON.stringify(sees) !== JSON.stringify(value)) return undefined;
    }
  }
  return state;
}

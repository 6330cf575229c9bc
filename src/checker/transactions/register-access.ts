/** What transactions did with one register, as others can see it. */

import type { RegisterTransaction } from './transaction.ts';

/**
 * What of a transaction's steps on one key touches others. `read` is what it saw before it wrote;
 * undefined when it did not read, or its client was not told. `written` is the last that it wrote;
 * undefined when it did not write.
 */
export interface Access {
  readonly transaction: number;
  readonly read: string | null | undefined;
  readonly written: string | undefined;
}

/** By key, the accesses of these transactions, in the order of their invocations. */
export function accessesOf(
  transactions: readonly RegisterTransaction[],
  committed: readonly number[],
): ReadonlyMap<string, readonly Access[]> {
  const accesses = new Map<string, Access[]>();
  for (const transaction of committed) {
    for (const [key, access] of accessesIn(transactions, transaction)) {
      const ofKey = accesses.get(key);
      if (ofKey === undefined) accesses.set(key, [access]);
      else ofKey.push(access);
    }
  }
  return accesses;
}

function accessesIn(
  transactions: readonly RegisterTransaction[],
  transaction: number,
): ReadonlyMap<string, Access> {
  const accesses = new Map<string, Access>();
  for (const { kind, key, value } of transactions[transaction]?.operations ?? []) {
    if (value === undefined) continue;
    const before = accesses.get(key);
    if (kind === 'write') {
      accesses.set(key, { transaction, read: before?.read, written: value });
    } else if (before === undefined) {
      accesses.set(key, { transaction, read: value, written: undefined });
    }
  }
  return accesses;
}

/** The version of the key when the transaction begins to touch it, or the first that it makes. */
export function firstVersion({ read, written }: Access): string | null {
  return read !== undefined ? read : (written ?? null);
}

/** The version of the key that the transaction leaves behind. */
export function lastVersion({ read, written }: Access): string | null {
  return written ?? read ?? null;
}

/** Who wrote what. Each value is written at most once to a key: else reads would not tell by whom. */

import { MalformedHistory } from '../history.ts';
import type { Transaction } from './transaction.ts';

export interface Writer {
  /** Position of the transaction. */
  readonly transaction: number;
  /** Whether it is the last thing that its transaction wrote to the key. */
  readonly isFinal: boolean;
}

/** By key, then by value. */
export type Writers = ReadonlyMap<string, ReadonlyMap<string, Writer>>;

/** @throws MalformedHistory when a value is written to a key twice */
export function writersOf(transactions: readonly Transaction<unknown>[]): Writers {
  const writers = new Map<string, Map<string, Writer>>();
  for (const [transaction, { operations, invoked }] of transactions.entries()) {
    const written = new Set<string>();
    for (const operation of [...operations].reverse()) {
      if (operation.kind === 'read') continue;
      const { key, value } = operation;
      const ofKey = writers.get(key) ?? new Map<string, Writer>();
      writers.set(key, ofKey);
      if (ofKey.has(value)) {
        throw new MalformedHistory(
          invoked.line,
          `${value} is written to key ${key} a second time; a value must be written once to a key, so that a read tells who wrote it`,
        );
      }
      ofKey.set(value, { transaction, isFinal: !written.has(key) });
      written.add(key);
    }
  }
  return writers;
}

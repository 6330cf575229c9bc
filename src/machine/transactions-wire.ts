/** Transactions, their results and snapshots as others send them. */

import { arrayOf, countOf, objectOf, required, weightOf } from './fields.ts';
import type { Json } from './json.ts';
import { linesFormat } from './lines-format.ts';
import type { MachineKit } from './machine-kit.ts';
import {
  contentOf,
  type Item,
  type MicroOperation,
  type Transaction,
  type TransactionResult,
  TransactionsMachine,
  type TransactionsSnapshot,
} from './transactions.ts';

/** All that it takes to replicate transactions. */
export const transactionsKit: MachineKit<
  Transaction,
  Transaction,
  TransactionResult,
  TransactionsSnapshot,
  TransactionsMachine
> = {
  create: () => new TransactionsMachine(),
  parseCommand: (value) => arrayOf(value, 'a transaction').map(parseOperation),
  parseResult,
  sizeOfResult: (result) =>
    result.kind === 'committed'
      ? result.reads.reduce<number>((sum, read) => sum + weightOf(read), 0)
      : 0,
  snapshots: linesFormat(itemsOf, (items) => items.map(parseItem)),
};

function parseOperation(value: Json): MicroOperation {
  const fields = objectOf(value, 'a micro-operation');
  const { kind } = fields;
  const key = required(fields, 'key');
  if (kind === 'read') return { kind, key };
  if (kind !== 'append' && kind !== 'write') {
    throw new TypeError('a micro-operation has an unknown kind');
  }
  return { kind, key, value: required(fields, 'value') };
}

function parseResult(value: unknown): TransactionResult {
  const { kind, reads, reason } = objectOf(value, 'a result');
  if (kind === 'committed') return { kind, reads: arrayOf(reads, 'reads') };
  if (kind !== 'aborted') throw new TypeError('a result has an unknown kind');
  if (reason !== 'notAList' && reason !== 'tooLarge') {
    throw new TypeError('a transaction was aborted for no known reason');
  }
  return { kind, reason };
}

/** Each as `{"key":K,"value":V,"weight":W}`. A value that is a list may be grown like one. */
function* itemsOf(snapshot: TransactionsSnapshot): Iterable<unknown> {
  for (const item of snapshot) yield { key: item.key, value: contentOf(item), weight: item.weight };
}

function parseItem(item: Json): Item {
  const fields = objectOf(item, 'an item of a snapshot');
  const [key, value] = [required(fields, 'key'), required(fields, 'value')];
  return { kind: 'value', key, value, weight: countOf(fields['weight'], 'weight') };
}

/**
 * Transactions over keys that hold a value or a list. Each is carried out whole, at one place in the
 * order of all, or not at all: that is strict serializability.
 */

import { weightOf } from './fields.ts';
import { canonicalJson, type Json } from './json.ts';
import type { StateMachine } from './machine.ts';

/** One step of a transaction: reads a key, adds to its list, or sets it. */
export type MicroOperation =
  | { readonly kind: 'read'; readonly key: Json }
  /** Adds to the end of the key's list; a key that does not exist has an empty one. */
  | { readonly kind: 'append'; readonly key: Json; readonly value: Json }
  | { readonly kind: 'write'; readonly key: Json; readonly value: Json };

/** Steps that are carried out together, or not at all. */
export type Transaction = readonly MicroOperation[];

/** What came of a transaction. */
export type TransactionResult =
  /** What the reads found, in their order; null for a key that does not exist. */
  | { readonly kind: 'committed'; readonly reads: readonly Json[] }
  /** Nothing was changed. An append found a value that is no list, or something is too large. */
  | { readonly kind: 'aborted'; readonly reason: 'notAList' | 'tooLarge' };

/** All keys, and what they hold. */
export type TransactionsSnapshot = readonly Item[];

/** Never changed, only replaced. */
export type Item = {
  readonly key: Json;
  /** In bytes, about. */
  readonly weight: number;
} & (
  | { readonly kind: 'value'; readonly value: Json }
  /** So many of the elements. What stands beyond is of later items, or of no one. */
  | {
      readonly kind: 'list';
      readonly elements: Json[];
      /** How many items of `elements` are the list. */
      readonly length: number;
    }
);

/**
 * What the reads of one transaction may weigh, whose result is remembered, and sent between nodes;
 * and so what any key may: what was written can be read.
 */
export const maxReadBytes: number = 2 * 1024 * 1024;

/**
 * Transactions over keys that hold a value or a list. Each is carried out whole, at one place in the
 * order of all, or not at all: that is strict serializability.
 */
export class TransactionsMachine
  implements StateMachine<Transaction, Transaction, TransactionResult, TransactionsSnapshot>
{
  /** By the canonical text of the key, so that 1, "1", [1] and null are different keys. */
  readonly #items = new Map<string, Item>();

  apply(transaction: Transaction): TransactionResult {
    const written = new Map<string, Item>();
    const result = this.#run(transaction, written);
    if (result.kind === 'aborted') return result;
    for (const [name, item] of written) this.#items.set(name, item);
    return result;
  }

  /** What `apply` would say, with nothing changed: all that matters of one that only reads. */
  query(transaction: Transaction): TransactionResult {
    return this.#run(transaction, new Map());
  }

  #run(transaction: Transaction, written: Map<string, Item>): TransactionResult {
    const reads: Json[] = [];
    let readBytes = 0;
    for (const operation of transaction) {
      const name = canonicalJson(operation.key);
      const item = written.get(name) ?? this.#items.get(name);
      if (operation.kind === 'read') {
        readBytes += item?.weight ?? 8;
        if (readBytes > maxReadBytes) return { kind: 'aborted', reason: 'tooLarge' };
        reads.push(item === undefined ? null : contentOf(item));
      } else {
        const next = operation.kind === 'write' ? write(operation) : append(item, operation);
        if (next === null) return { kind: 'aborted', reason: 'notAList' };
        if (next.weight > maxReadBytes) return { kind: 'aborted', reason: 'tooLarge' };
        written.set(name, next);
      }
    }
    return { kind: 'committed', reads };
  }

  snapshot(): TransactionsSnapshot {
    return [...this.#items.values()];
  }

  restore(snapshot: TransactionsSnapshot): void {
    this.#items.clear();
    for (const item of snapshot) {
      const own = item.kind === 'list' ? { ...item, elements: elementsOf(item) } : item;
      this.#items.set(canonicalJson(item.key), own);
    }
  }
}

type Writing = Exclude<MicroOperation, { readonly kind: 'read' }>;

function write({ key, value }: Writing): Item {
  return { kind: 'value', key, value, weight: 8 + weightOf(value) };
}

/** No list is copied: it grows where it is, beyond what those who know it have of it. */
function append(item: Item | undefined, { key, value }: Writing): Item | null {
  if (item?.kind === 'value' && !Array.isArray(item.value)) return null;
  const elements = item?.kind === 'list' ? item.elements : [...((item?.value ?? []) as Json[])];
  const length = item?.kind === 'list' ? item.length : elements.length;
  elements.length = length; // without what a transaction has left that was aborted
  elements.push(value);
  const weight = (item?.weight ?? 8) + 8 + weightOf(value);
  return { kind: 'list', key, elements, length: length + 1, weight };
}

export function contentOf(item: Item): Json {
  return item.kind === 'value' ? item.value : elementsOf(item);
}

function elementsOf({ elements, length }: Extract<Item, { readonly kind: 'list' }>): Json[] {
  return elements.slice(0, length);
}

/** A key-value store with compare-and-set. Keys and values are any JSON. */

import { canonicalJson, type Json, stringifyJson } from './json.ts';
import type { StateMachine } from './machine.ts';

/** What changes a key-value store: a write, or a compare-and-set. */
export type KeyValueCommand =
  | { readonly kind: 'write'; readonly key: Json; readonly value: Json }
  /** Sets `key` to `to` if it holds `from`; or if it is absent and `createIfNotExists` is true. */
  | {
      readonly kind: 'cas';
      readonly key: Json;
      readonly from: Json;
      readonly to: Json;
      readonly createIfNotExists: boolean;
    };

/** What is asked of a key-value store: the value of a key. */
export interface KeyValueQuery {
  readonly kind: 'read';
  readonly key: Json;
}

/** What came of a command or a query. */
export type KeyValueResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'value'; readonly value: Json }
  /** A read or a compare-and-set of a key that does not exist. */
  | { readonly kind: 'absent' }
  /** The key holds `actual`, not what the compare-and-set expected. */
  | { readonly kind: 'mismatch'; readonly actual: Json };

/** All keys and their values, in no particular order. */
export type KeyValueSnapshot = readonly Item[];

type Item = readonly [key: Json, value: Json];

/**
 * A key-value store with compare-and-set, as Maelstrom's lin-kv workload asks for. Keys and values are
 * any JSON, compared as JSON values: 1 and 1.0 are equal, 1 and "1" are not.
 */
export class KeyValueMachine
  implements StateMachine<KeyValueCommand, KeyValueQuery, KeyValueResult, KeyValueSnapshot>
{
  /** By the canonical text of the key, so that 1, "1", [1] and null are different keys. */
  readonly #items = new Map<string, Item>();
  /** What the items weigh, from when somebody first asks. */
  #weight: number | null = null;

  /** How many keys exist. */
  get size(): number {
    return this.#items.size;
  }

  /**
   * About how many bytes the keys and values have, as JSON. The first to ask waits until all are
   * weighed; from then on each change is.
   */
  get weight(): number {
    this.#weight ??= [...this.#items].reduce((sum, [name, item]) => sum + weigh(name, item), 0);
    return this.#weight;
  }

  apply(command: KeyValueCommand): KeyValueResult {
    const name = canonicalJson(command.key);
    if (command.kind === 'write') {
      this.#set(name, [command.key, command.value]);
      return { kind: 'written' };
    }
    const item = this.#items.get(name);
    if (item === undefined && !command.createIfNotExists) return { kind: 'absent' };
    if (item !== undefined && canonicalJson(item[1]) !== canonicalJson(command.from)) {
      return { kind: 'mismatch', actual: item[1] };
    }
    this.#set(name, [command.key, command.to]);
    return { kind: 'written' };
  }

  #set(name: string, item: Item): void {
    if (this.#weight !== null) {
      const before = this.#items.get(name);
      this.#weight += weigh(name, item) - (before === undefined ? 0 : weigh(name, before));
    }
    this.#items.set(name, item);
  }

  query(query: KeyValueQuery): KeyValueResult {
    const item = this.#items.get(canonicalJson(query.key));
    return item === undefined ? { kind: 'absent' } : { kind: 'value', value: item[1] };
  }

  snapshot(): KeyValueSnapshot {
    // Items are replaced, not changed: this is all that takes time in proportion to the state.
    return [...this.#items.values()];
  }

  restore(snapshot: KeyValueSnapshot): void {
    this.#items.clear();
    this.#weight = null;
    for (const item of snapshot) this.#items.set(canonicalJson(item[0]), item);
  }
}

function weigh(name: string, [, value]: Item): number {
  return name.length + (typeof value === 'number' ? String(value) : stringifyJson(value)).length;
}

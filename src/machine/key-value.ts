/** A key-value store with compare-and-set. Keys and values are any JSON. */

import { canonicalJson, type Json } from './json.ts';
import type { StateMachine } from './machine.ts';

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

export interface KeyValueQuery {
  readonly kind: 'read';
  readonly key: Json;
}

export type KeyValueResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'value'; readonly value: Json }
  /** A read or a compare-and-set of a key that does not exist. */
  | { readonly kind: 'absent' }
  /** The key holds `actual`, not what the compare-and-set expected. */
  | { readonly kind: 'mismatch'; readonly actual: Json };

export type KeyValueSnapshot = readonly Item[];

type Item = readonly [key: Json, value: Json];

export class KeyValueMachine
  implements StateMachine<KeyValueCommand, KeyValueQuery, KeyValueResult, KeyValueSnapshot>
{
  /** By the canonical text of the key, so that 1, "1", [1] and null are different keys. */
  readonly #items = new Map<string, Item>();

  /** How many keys exist. */
  get size(): number {
    return this.#items.size;
  }

  apply(command: KeyValueCommand): KeyValueResult {
    const name = canonicalJson(command.key);
    if (command.kind === 'write') {
      this.#items.set(name, [command.key, command.value]);
      return { kind: 'written' };
    }
    const item = this.#items.get(name);
    if (item === undefined && !command.createIfNotExists) return { kind: 'absent' };
    if (item !== undefined && canonicalJson(item[1]) !== canonicalJson(command.from)) {
      return { kind: 'mismatch', actual: item[1] };
    }
    this.#items.set(name, [command.key, command.to]);
    return { kind: 'written' };
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
    for (const item of snapshot) this.#items.set(canonicalJson(item[0]), item);
  }
}

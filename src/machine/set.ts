/** A set that only grows. Its elements are any JSON, and stay in the order in which they came. */

import { objectOf, required } from './fields.ts';
import { canonicalJson, type Json } from './json.ts';
import { linesFormat } from './lines-format.ts';
import type { StateMachine } from './machine.ts';
import type { MachineKit } from './machine-kit.ts';

/** Adds an element, unless it is there. */
export interface AddElement {
  readonly kind: 'add';
  readonly element: Json;
}

/** Asks for all elements. */
export interface ReadSet {
  readonly kind: 'read';
}

/** To add does not tell the set: results of commands are remembered, and must be small. */
export type SetResult =
  | { readonly kind: 'added' }
  | { readonly kind: 'elements'; readonly elements: readonly Json[] };

/** A set that only grows. Its elements are any JSON, in the order in which they came. */
export class SetMachine implements StateMachine<AddElement, ReadSet, SetResult, readonly Json[]> {
  /** By their canonical text: 1 and 1.0 are the same element, 1 and "1" are not. */
  readonly #elements = new Map<string, Json>();

  apply({ element }: AddElement): SetResult {
    const name = canonicalJson(element);
    if (!this.#elements.has(name)) this.#elements.set(name, element);
    return { kind: 'added' };
  }

  query(_query: ReadSet): SetResult {
    return { kind: 'elements', elements: [...this.#elements.values()] };
  }

  snapshot(): readonly Json[] {
    return [...this.#elements.values()];
  }

  restore(elements: readonly Json[]): void {
    this.#elements.clear();
    for (const element of elements) this.#elements.set(canonicalJson(element), element);
  }
}

/** All that it takes to replicate a set. */
export const setKit: MachineKit<AddElement, ReadSet, SetResult, readonly Json[], SetMachine> = {
  create: () => new SetMachine(),
  parseCommand(value) {
    const fields = objectOf(value, 'a command');
    if (fields['kind'] !== 'add') throw new TypeError('a command has an unknown kind');
    return { kind: 'add', element: required(fields, 'element') };
  },
  parseResult(value) {
    const { kind } = objectOf(value, 'a result');
    if (kind !== 'added') throw new TypeError('a result of a command is only "added"');
    return { kind };
  },
  sizeOfResult: () => 0,
  snapshots: linesFormat(
    (elements) => elements,
    (elements) => elements,
  ),
};

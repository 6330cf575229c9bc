/**
 * A counter. Its value is exact: what would lead beyond the whole numbers that a double holds, up to
 * 2^53 - 1 on either side of 0, is refused and changes nothing.
 */

import { integerOf, objectOf } from './fields.ts';
import { jsonFormat } from './json-format.ts';
import type { StateMachine } from './machine.ts';
import type { MachineKit } from './machine-kit.ts';

/** Adds a whole number, which may be below 0. */
export interface AddDelta {
  readonly kind: 'add';
  readonly delta: number;
}

/** Asks for the value. */
export interface ReadCounter {
  readonly kind: 'read';
}

/** What came of a command or a query of a counter. */
export type CounterResult =
  | { readonly kind: 'added' }
  /** The sum would not be exact any more. Nothing was added. */
  | { readonly kind: 'outOfRange' }
  | { readonly kind: 'value'; readonly value: number };

/** A counter whose value is exact: what would lead beyond what a double holds is refused. */
export class CounterMachine implements StateMachine<AddDelta, ReadCounter, CounterResult, number> {
  #value = 0;

  apply({ delta }: AddDelta): CounterResult {
    const sum = this.#value + delta;
    if (!Number.isSafeInteger(sum)) return { kind: 'outOfRange' };
    this.#value = sum;
    return { kind: 'added' };
  }

  query(_query: ReadCounter): CounterResult {
    return { kind: 'value', value: this.#value };
  }

  snapshot(): number {
    return this.#value;
  }

  restore(value: number): void {
    this.#value = value;
  }
}

/** All that it takes to replicate a counter. */
export const counterKit: MachineKit<AddDelta, ReadCounter, CounterResult, number, CounterMachine> =
  {
    create: () => new CounterMachine(),
    parseCommand(value) {
      const { kind, delta } = objectOf(value, 'a command');
      if (kind !== 'add') throw new TypeError('a command has an unknown kind');
      return { kind, delta: integerOf(delta, 'delta') };
    },
    parseResult(value) {
      const { kind } = objectOf(value, 'a result');
      if (kind === 'added' || kind === 'outOfRange') return { kind };
      throw new TypeError('a result has an unknown kind');
    },
    sizeOfResult: () => 0,
    snapshots: jsonFormat((value) => integerOf(value, 'the value')),
  };

/** Ids that are never given out twice: 1, 2, 3, and so on. */

import { countOf, objectOf } from './fields.ts';
import { jsonFormat } from './json-format.ts';
import type { StateMachine } from './machine.ts';
import type { MachineKit } from './machine-kit.ts';

/** Asks for an id. It is a command: it changes the state. */
export interface GenerateId {
  readonly kind: 'generate';
}

/** The new id. An id whose asker never hears of it is given to nobody else. */
export type GeneratedId = number;

/** Ids that are never given out twice: 1, 2, 3, and so on. */
export class UniqueIdsMachine implements StateMachine<GenerateId, never, GeneratedId, number> {
  #last = 0;

  apply(_command: GenerateId): GeneratedId {
    // A billion in each second reach the last exact number after a hundred days.
    return ++this.#last;
  }

  query(query: never): never {
    return query;
  }

  snapshot(): number {
    return this.#last;
  }

  restore(last: number): void {
    this.#last = last;
  }
}

/** All that it takes to replicate it. */
export const uniqueIdsKit: MachineKit<GenerateId, never, GeneratedId, number, UniqueIdsMachine> = {
  create: () => new UniqueIdsMachine(),
  parseCommand(value) {
    if (objectOf(value, 'a command')['kind'] !== 'generate') {
      throw new TypeError('a command has an unknown kind');
    }
    return { kind: 'generate' };
  },
  parseResult: (value) => countOf(value, 'an id'),
  sizeOfResult: () => 8,
  snapshots: jsonFormat((value) => countOf(value, 'the last id')),
};

#!/usr/bin/env node
import { randomInt } from 'node:crypto';
import { integerOf } from '../../../src/machine/fields.ts';
import { jsonFormat } from '../../../src/machine/json-format.ts';
import type { StateMachine } from '../../../src/machine/machine.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';
import { integerField } from '../../../src/maelstrom/request-fields.ts';
import { serveWorkload } from '../../../src/maelstrom/serve-workload.ts';
import type { Workload } from '../../../src/maelstrom/workload.ts';
import { MemoryStore } from '../../../src/storage/memory.ts';

/** The greatest number that anybody has told. */
class MaxMachine implements StateMachine<number, null, number, number> {
  #max = 0;
  apply = (told: number): number => (this.#max = Math.max(this.#max, told));
  query = (): number => this.#max;
  snapshot = (): number => this.#max;
  restore(max: number): void {
    this.#max = max;
  }
}

const parse = (value: unknown): number => integerOf(value, 'a number');

const max: Workload<number, null, number, number> = {
  name: 'max',
  machine: {
    create: () => new MaxMachine(),
    parseCommand: parse,
    parseResult: parse,
    sizeOfResult: () => 8,
    snapshots: jsonFormat(parse),
  },
  requests: {
    tell: {
      toOperation: (body) => ({ kind: 'command', command: integerField(body, 'number') }),
      toReply: (result) => ({ type: 'tell_ok', max: result }),
    },
    read: {
      toOperation: () => ({ kind: 'query', query: null }),
      toReply: (result) => ({ type: 'read_ok', max: result }),
    },
  },
};

const node = new MaelstromNode();
serveWorkload(node, max, { createStore: () => new MemoryStore(), seed: randomInt(2 ** 32) });
await node.run();

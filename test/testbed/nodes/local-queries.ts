#!/usr/bin/env node
/**
 * Wrong: a Raft, of the workload that the argument names, on which every node answers what only
 * reads from its own state, without asking anybody.
 */

import { MaelstromNode } from '../../../src/maelstrom/node.ts';
import { serveWorkload } from '../../../src/maelstrom/serve-workload.ts';
import type { AnyWorkload } from '../../../src/maelstrom/workload.ts';
import { workloads } from '../../../src/maelstrom/workloads/index.ts';
import { MemoryStore } from '../../../src/storage/memory.ts';

const right = workloads.find(({ name }) => name === process.argv[2]);
if (right === undefined) throw new Error('the argument is no workload');
let machine = right.machine.create();

const wrong: AnyWorkload = {
  ...right,
  requests: Object.fromEntries(
    Object.entries(right.requests).map(([type, request]) => [
      type,
      {
        ...request,
        toOperation(body) {
          const asked = request.toOperation(body);
          if (asked.kind !== 'query') return asked;
          return { kind: 'nothing', reply: request.toReply(machine.query(asked.query), body) };
        },
      },
    ]),
  ),
};

const node = new MaelstromNode();
serveWorkload(node, wrong, {
  createStore: () => new MemoryStore(),
  seed: 1,
  observer: {
    onStart: (_replica, started) => {
      machine = started;
    },
  },
});
await node.run();

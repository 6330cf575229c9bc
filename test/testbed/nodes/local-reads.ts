#!/usr/bin/env node
/**
 * Wrong: a Raft that answers reads from its own state without asking anybody. With `--who all`
 * every node does so; with `--who leader` only one that was the leader when it last knew of one.
 */

import { KeyValueMachine } from '../../../src/machine/key-value.ts';
import { RpcError } from '../../../src/maelstrom/errors.ts';
import { serveLinKv } from '../../../src/maelstrom/lin-kv.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';
import { MemoryStore } from '../../../src/storage/memory.ts';

const isEverybody = process.argv.includes('all');
const node = new MaelstromNode();
let machine = new KeyValueMachine();
let lastLeader = '';

// Between the client and the real node: reads that are answered here never get there.
const handle = node.handle.bind(node);
node.handle = (type, handler) => {
  handle(type, (body, context) => {
    const isLocal = type === 'read' && (isEverybody || lastLeader === node.id);
    if (!isLocal) return handler(body as never, context);
    const result = machine.query({ kind: 'read', key: body['key'] ?? null });
    if (result.kind !== 'value') throw new RpcError(20, 'absent');
    return { type: 'read_ok', value: result.value };
  });
};
serveLinKv(node, {
  createStore: () => new MemoryStore(),
  seed: 1,
  observer: {
    onStart: (_replica, started) => {
      machine = started;
    },
    onRoleChange: ({ leader }) => {
      lastLeader = leader ?? lastLeader;
    },
  },
});
await node.run();

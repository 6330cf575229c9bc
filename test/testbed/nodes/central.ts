#!/usr/bin/env node
/**
 * A set or a counter that the first node keeps, and all others ask it. Linearizable; with `local`
 * every node answers reads from what it last heard: right in the end, and stale until then.
 */

import type { Json } from '../../../src/machine/json.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const [workload, manner] = process.argv.slice(2);
const node = new MaelstromNode();
let state: Json = workload === 'set' ? [] : 0;

function change({ element = null, delta = 0 }: Body): void {
  state = Array.isArray(state) ? [...state, element] : Number(state) + Number(delta);
}

node.handle('add', async ({ element, delta }) => {
  const what = element === undefined ? { delta } : { element };
  await node.rpc(node.nodeIds[0] ?? '', { type: 'my_add', ...what });
  return { type: 'add_ok' };
});
node.handle('read', async () => {
  if (manner === 'local') return { type: 'read_ok', value: state };
  const { value } = await node.rpc(node.nodeIds[0] ?? '', { type: 'my_read' });
  return { type: 'read_ok', value: value ?? null };
});
node.handle('my_add', (body) => {
  change(body);
  return { type: 'my_add_ok' };
});
node.handle('my_read', () => ({ type: 'my_read_ok', value: state }));
node.handle('gossip', ({ value = null }) => {
  state = value;
});
node.onInit(() => {
  if (manner !== 'local' || node.id !== node.nodeIds[0]) return;
  setInterval(() => {
    for (const other of node.nodeIds.slice(1)) node.send(other, { type: 'gossip', value: state });
  }, 100).unref();
});
await node.run();

#!/usr/bin/env node
/** Wrong: each node answers from a map of its own. */

import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const node = new MaelstromNode();
const values = new Map<unknown, number>();

node.handle('read', ({ key }) => {
  const value = values.get(key);
  if (value === undefined) throw new RpcError(20, 'absent');
  return { type: 'read_ok', value };
});
node.handle('write', ({ key, value }) => {
  values.set(key, value as number);
  return { type: 'write_ok' };
});
node.handle('cas', ({ key, from, to }) => {
  if (!values.has(key)) throw new RpcError(20, 'absent');
  if (values.get(key) !== from) throw new RpcError(22, 'mismatch');
  values.set(key, to as number);
  return { type: 'cas_ok' };
});
await node.run();

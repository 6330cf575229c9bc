#!/usr/bin/env node
/**
 * The first node keeps all values, and the others ask it. The first argument says how it keeps them:
 * "durable" in a file below the second argument, synced before it answers; "lazy" in the same file,
 * long after it has answered; "forgetful" in memory only; "locked" in a file beside a lock that nobody
 * takes away, so that it cannot start again.
 */

import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../src/machine/json.ts';
import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const [manner = '', root = ''] = process.argv.slice(2);
// No run finds what another has left.
const directory = join(root, process.env['RAFTWRIGHT_RUN'] ?? 'no-run');
const path = join(directory, 'values');
/** Whoever is killed loses what was written in as long. */
const lazyMs = 300;
const node = new MaelstromNode();
let values = new Map<Json | undefined, Json>();

node.onInit(() => {
  process.stderr.write(`pid ${process.pid}\n`);
  if (node.id !== node.nodeIds[0] || manner === 'forgetful') return;
  mkdirSync(directory, { recursive: true });
  if (manner === 'locked') openSync(join(directory, 'lock'), 'wx');
  values = new Map(JSON.parse(readFileSync(path, { encoding: 'utf8', flag: 'a+' }) || '[]'));
});

function set(key: Json | undefined, value: Json): void {
  values.set(key, value);
  if (manner === 'forgetful') return;
  const text = JSON.stringify([...values]);
  if (manner === 'lazy') setTimeout(() => save(text), lazyMs);
  else save(text);
}

function save(text: string): void {
  const file = openSync(`${path}.new`, 'w');
  writeFileSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

for (const type of ['read', 'write', 'cas']) {
  node.handle(type, async ({ type: _type, msg_id: _id, ...body }) => {
    const [first = ''] = node.nodeIds;
    const request = { type: `my_${type}`, ...body };
    const { in_reply_to: _reply, ...reply } = await node.rpc(first, request);
    return reply;
  });
}
node.handle('my_read', ({ key }) => {
  const value = values.get(key);
  if (value === undefined) throw new RpcError(20, 'absent');
  return { type: 'read_ok', value };
});
node.handle('my_write', ({ key, value = null }) => {
  set(key, value);
  return { type: 'write_ok' };
});
node.handle('my_cas', ({ key, from, to = null }) => {
  if (!values.has(key)) throw new RpcError(20, 'absent');
  if (values.get(key) !== from) throw new RpcError(22, 'mismatch');
  set(key, to);
  return { type: 'cas_ok' };
});
await node.run();

#!/usr/bin/env node
/**
 * Correct in substance (a proxy of the lin-kv service), wrong in manners: the argument says how.
 */

import { writeSync } from 'node:fs';
import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';
import { KeyValueService } from '../../../src/maelstrom/services.ts';

const [manner] = process.argv.slice(2);
const node = new MaelstromNode();
const store = new KeyValueService(node, 'lin-kv');
let requests = 0;

function misbehave(): void {
  if (++requests !== 5) return;
  const src = node.id;
  const lines: { readonly [manner: string]: string } = {
    garbage: 'Hello, this is a debugging message',
    blank: '',
    'unknown-dest': JSON.stringify({ src, dest: 'n99', body: { type: 'x' } }),
    'extra-field': JSON.stringify({ src, dest: 'c0', time: 5, body: { type: 'x' } }),
    'no-body': JSON.stringify({ src, dest: 'c0' }),
  };
  const line = lines[manner ?? ''];
  if (line !== undefined) writeSync(1, `${line}\n`);
  if (manner === 'console') {
    console.log('this must not reach the protocol');
    process.stdout.write('nor this\n');
  }
  if (manner === 'crash' && node.id === node.nodeIds[1]) {
    process.stderr.write('about to divide by zero\n');
    process.exit(3);
  }
}

node.onInit(() => {
  if (manner === 'no-init' && node.id === node.nodeIds[0])
    throw new RpcError(13, 'I would rather not');
});
node.handle('read', async ({ key = null }) => {
  misbehave();
  const value = await store.read(key);
  return { type: 'read_ok', value, ...(manner === 'extra-reply' ? { term: 5 } : {}) };
});
node.handle('write', async ({ key = null, value = null }) => {
  misbehave();
  await store.write(key, value);
  return { type: manner === 'wrong-reply' ? 'wrote' : 'write_ok' };
});
node.handle('cas', async ({ key = null, from = null, to = null }) => {
  misbehave();
  await store.cas(key, from, to);
  return { type: 'cas_ok' };
});
await node.run();

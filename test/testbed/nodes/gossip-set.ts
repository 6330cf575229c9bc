#!/usr/bin/env node
/**
 * A set that only grows, of g-set or, with the word `broadcast`, of broadcast: every node tells all
 * others all that it has, again and again. Correct as long as no node is killed; the first argument
 * may say what is wrong with it.
 */

import { canonicalJson, type Json } from '../../../src/machine/json.ts';
import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const [manner, workload] = process.argv.slice(2);
const node = new MaelstromNode();
const elements = new Map<string, Json>();
let requests = 0;

function tellOthers(what: readonly Json[]): void {
  for (const other of node.nodeIds) {
    if (other !== node.id) node.send(other, { type: 'gossip', elements: what });
  }
}

function add(element: Json): void {
  const isBadTurn = ++requests % 7 === 3;
  // Acknowledged all the same.
  if (manner === 'deaf' && isBadTurn) return;
  elements.set(canonicalJson(element), element);
  if (manner === 'phantom' && isBadTurn) throw new RpcError(11, 'try again later');
  // Said once: who is cut off then never hears of it.
  if (manner === 'drops') tellOthers([element]);
}

function all(): Json {
  const list = [...elements.values()];
  if (manner === 'doubles') list.push(...list.slice(0, 1));
  if (manner === 'invents') list.push('what nobody said');
  return manner === 'counts' ? list.length : list;
}

const extra = manner === 'extra-key' ? { version: 2 } : {};
node.handle('topology', () => {
  if (manner === 'no-topology') throw new RpcError(10, 'what is a topology?');
  return { type: 'topology_ok' };
});
node.handle('add', ({ element = null }) => {
  add(element);
  return { type: 'add_ok', ...extra };
});
node.handle('broadcast', ({ message = null }) => {
  add(message);
  return { type: 'broadcast_ok', ...extra };
});
node.handle('read', () => {
  if (manner === 'silent' && node.id === node.nodeIds[1]) throw new RpcError(11, 'not today');
  return workload === 'broadcast'
    ? { type: 'read_ok', messages: all() }
    : { type: 'read_ok', value: all() };
});
node.handle('gossip', ({ elements: heard }) => {
  for (const element of heard as readonly Json[]) elements.set(canonicalJson(element), element);
});
node.onInit(() => {
  if (manner !== 'drops') setInterval(() => tellOthers([...elements.values()]), 50).unref();
});
await node.run();

#!/usr/bin/env node
/**
 * A counter, of g-counter or pn-counter: every node counts its own adds and tells all others what it
 * knows of everybody's, again and again. Correct as long as no node is killed; the argument may say
 * what is wrong with it.
 */

import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const [manner] = process.argv.slice(2);
const node = new MaelstromNode();
/** Of each node: the sum of its adds, and how many there were. */
const sums = new Map<string, { readonly sum: number; readonly count: number }>();
let requests = 0;

node.handle('add', ({ delta }) => {
  const { sum, count } = sums.get(node.id) ?? { sum: 0, count: 0 };
  const isBadTurn = ++requests % 7 === 3;
  // As if the answer had been lost, and somebody had asked again.
  const times = manner === 'twice' && isBadTurn ? 2 : manner === 'forgets' && isBadTurn ? 0 : 1;
  sums.set(node.id, { sum: sum + times * Number(delta), count: count + 1 });
  if (manner === 'phantom' && isBadTurn) throw new RpcError(11, 'try again later');
  return { type: 'add_ok', ...(manner === 'extra-key' ? { value: 1 } : {}) };
});
node.handle('read', () => {
  const value = [...sums.values()].reduce((total, { sum }) => total + sum, 0);
  if (manner === 'boasts') return { type: 'read_ok', value: value + 1_000_000 };
  return { type: 'read_ok', value: manner === 'text' ? `${value}` : value };
});
node.handle('gossip', ({ sums: heard }) => {
  for (const [name, of] of Object.entries(heard as object)) {
    if (of.count > (sums.get(name)?.count ?? 0)) sums.set(name, of);
  }
});
node.onInit(() => {
  setInterval(() => {
    for (const other of node.nodeIds) {
      if (other === node.id || manner === 'loner') continue;
      node.send(other, { type: 'gossip', sums: Object.fromEntries(sums) });
    }
  }, 50).unref();
});
await node.run();

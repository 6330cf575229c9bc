#!/usr/bin/env node
/**
 * The first node keeps all values. It lends them to the others, who may answer reads by themselves
 * for a while; until then it holds up writes. How a borrower measures that while is the argument:
 * by the "clock", which is right, or by "ticks" of a timer, which do not come while it stands still.
 */

import type { Json } from '../../../src/machine/json.ts';
import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const lentMs = 250;
const tickMs = 10;

const [measure] = process.argv.slice(2);
const node = new MaelstromNode();
const values = new Map<Json | undefined, Json>();
/** Until when writes have to wait, at the lender. */
const lentUntilMs = new Map<Json | undefined, number>();
/** How many writes do so. */
const writers = new Map<Json | undefined, number>();
/** What is borrowed, and until when. */
const borrowed = new Map<Json | undefined, { value: Json; until: number }>();

let ticks = 0;
setInterval(() => ticks++, tickMs);
const now = (): number => (measure === 'ticks' ? ticks * tickMs : performance.now());

const lender = (): string => node.nodeIds[0] ?? '';

node.handle('read', async ({ key = null }) => {
  const known = borrowed.get(key);
  if (known !== undefined && now() < known.until) return { type: 'read_ok', value: known.value };
  const until = now() + lentMs;
  const { value = null } = await node.rpc(lender(), { type: 'borrow', key });
  borrowed.set(key, { value, until });
  return { type: 'read_ok', value };
});
for (const type of ['write', 'cas']) {
  node.handle(type, async ({ type: _type, msg_id: _id, ...body }) => {
    const { in_reply_to: _reply, ...reply } = await node.rpc(lender(), {
      type: `my_${type}`,
      ...body,
    });
    return reply;
  });
}

function isLent(key: Json | undefined): boolean {
  return performance.now() < (lentUntilMs.get(key) ?? 0);
}

/** Changes a value when nobody may answer reads of it; until then nobody borrows it again. */
async function whenReturned<T>(key: Json | undefined, change: () => T): Promise<T> {
  writers.set(key, (writers.get(key) ?? 0) + 1);
  try {
    while (isLent(key)) await new Promise((resolve) => setTimeout(resolve, tickMs));
    return change();
  } finally {
    writers.set(key, (writers.get(key) ?? 1) - 1);
  }
}

node.handle('borrow', ({ key }) => {
  const value = values.get(key);
  if (value === undefined) throw new RpcError(20, 'absent');
  if ((writers.get(key) ?? 0) > 0) throw new RpcError(11, 'about to change');
  lentUntilMs.set(key, performance.now() + lentMs);
  return { type: 'lent', value };
});
node.handle('my_write', ({ key, value = null }) =>
  whenReturned(key, () => {
    values.set(key, value);
    return { type: 'write_ok' };
  }),
);
node.handle('my_cas', ({ key, from, to = null }) =>
  whenReturned(key, () => {
    if (!values.has(key)) throw new RpcError(20, 'absent');
    if (values.get(key) !== from) throw new RpcError(22, 'mismatch');
    values.set(key, to);
    return { type: 'cas_ok' };
  }),
);
await node.run();

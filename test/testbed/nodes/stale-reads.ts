#!/usr/bin/env node
/**
 * Wrong: all values are at the first node, and reads are answered as it was a while ago: longer than
 * messages take on a busy machine, or nobody would notice.
 */

import type { Json } from '../../../src/machine/json.ts';
import { RpcError } from '../../../src/maelstrom/errors.ts';
import { MaelstromNode } from '../../../src/maelstrom/node.ts';

const staleMs = 100;

const node = new MaelstromNode();
/** The first node keeps what each key held, and until when. */
const pasts = new Map<Json | undefined, { value: Json; untilMs: number }[]>();

const now = (key: Json | undefined): Json | undefined => pasts.get(key)?.at(-1)?.value;

function set(key: Json | undefined, value: Json): void {
  const past = pasts.get(key) ?? [];
  const last = past.at(-1);
  if (last !== undefined) last.untilMs = performance.now();
  past.push({ value, untilMs: Number.POSITIVE_INFINITY });
  pasts.set(key, past);
}

for (const type of ['read', 'write', 'cas']) {
  node.handle(type, async ({ type: _type, msg_id: _id, ...body }) => {
    const [first = ''] = node.nodeIds;
    const { in_reply_to: _reply, ...reply } = await node.rpc(first, {
      type: `my_${type}`,
      ...body,
    });
    return reply;
  });
}
node.handle('my_read', ({ key }) => {
  const seen = pasts.get(key)?.find(({ untilMs }) => untilMs > performance.now() - staleMs);
  if (seen === undefined) throw new RpcError(20, 'absent');
  return { type: 'read_ok', value: seen.value };
});
node.handle('my_write', ({ key, value = null }) => {
  set(key, value);
  return { type: 'write_ok' };
});
node.handle('my_cas', ({ key, from, to = null }) => {
  if (now(key) === undefined) throw new RpcError(20, 'absent');
  if (now(key) !== from) throw new RpcError(22, 'mismatch');
  set(key, to);
  return { type: 'cas_ok' };
});
await node.run();

/** Requests that meet a change of leader: tried again until answered, and carried out once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/machine/json.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import type { ServingSessions } from '../../../src/maelstrom/serve-workload.ts';
import type { VirtualCluster } from '../virtual-cluster.ts';
import { startWorkload } from './workload-cluster.ts';

/** What is asked many times at once, and what must be read in the end if each was done once. */
interface Case {
  readonly name: string;
  readonly request: (position: number) => Body;
  readonly check: (cluster: VirtualCluster, replies: readonly Body[]) => Promise<void>;
}

const count = 40;
const positions: readonly number[] = Array.from({ length: count }, (_, position) => position);
const numbers = (values: readonly unknown[]): number[] =>
  values.map(Number).sort((left, right) => left - right);

async function read(cluster: VirtualCluster, body: Body, field: string): Promise<Json> {
  return (await cluster.answer(cluster.leader, body))[field] ?? null;
}

const cases: readonly Case[] = [
  {
    name: 'unique-ids',
    request: () => ({ type: 'generate' }),
    async check(cluster, replies) {
      const ids = numbers(replies.map(({ id }) => id));
      assert.equal(new Set(ids).size, count, 'each has its own');
      const next = await read(cluster, { type: 'generate' }, 'id');
      assert.equal(next, count + 1, 'none was drawn in vain');
    },
  },
  {
    name: 'pn-counter',
    request: () => ({ type: 'add', delta: 1 }),
    async check(cluster) {
      assert.equal(await read(cluster, { type: 'read' }, 'value'), count);
    },
  },
  {
    name: 'kafka',
    request: (position) => ({ type: 'send', key: 'k', msg: position }),
    async check(cluster, replies) {
      assert.deepEqual(numbers(replies.map(({ offset }) => offset)), positions);
      const msgs = await read(cluster, { type: 'poll', offsets: { k: 0 } }, 'msgs');
      const { k } = msgs as { readonly k: readonly (readonly [number, number])[] };
      assert.deepEqual(numbers(k.map(([, msg]) => msg)), positions);
      // Whoever was told an offset finds the message there.
      for (const [position, { offset }] of replies.entries()) {
        assert.deepEqual(k[Number(offset)], [offset, position]);
      }
    },
  },
  {
    name: 'txn-list-append',
    request: (position) => ({
      type: 'txn',
      txn: [
        ['r', 1, null],
        ['append', 1, position],
      ],
    }),
    async check(cluster, replies) {
      const txn = await read(cluster, { type: 'txn', txn: [['r', 1, null]] }, 'txn');
      const [[, , list]] = txn as [[string, number, number[]]];
      assert.deepEqual(numbers(list), positions);
      // Each has read what was there just before it.
      for (const [position, { txn: own }] of replies.entries()) {
        const [[, , before]] = own as unknown as [[string, number, number[] | null]];
        assert.deepEqual(before ?? [], list.slice(0, list.indexOf(position)));
      }
    },
  },
];

for (const { name, request, check } of cases) {
  test(`${name}: what meets a change of leader is answered, and done once`, async () => {
    const sessions = new Map<string, ServingSessions>();
    const cluster = await startWorkload(name, 5, (node) => ({
      observer: { onStart: (_replica, _machine, started) => void sessions.set(node, started) },
    }));
    const { leader, followers } = cluster;
    const asked = positions.map((position) => {
      const at = followers[position % followers.length] ?? '';
      return cluster.ask(at, request(position));
    });
    // The leader has them, and some of its followers; nobody hears that they are committed.
    await cluster.clock.advance(1.2);
    cluster.cutOff(leader);
    await cluster.clock.advance(3000);
    cluster.heal();
    await cluster.clock.advance(1000);
    const replies = (await Promise.all(asked)).map(({ body }) => body);
    for (const reply of replies) assert.match(String(reply?.type), /_ok$/, JSON.stringify(reply));
    const repeated = [...sessions.values()].map(({ repeatedCommands }) => repeatedCommands);
    assert.ok(Math.max(...repeated) > 0, 'some was in the log twice');
    await check(cluster, replies as Body[]);
  });
}

test('a node that finds no leader says so definitely, for reads and writes of every kind', async () => {
  for (const [name, body] of [
    ['echo', { type: 'echo', echo: 1 }],
    ['broadcast', { type: 'read' }],
    ['g-counter', { type: 'add', delta: 1 }],
    ['kafka', { type: 'poll', offsets: { a: 0 } }],
    ['txn-rw-register', { type: 'txn', txn: [['r', 1, null]] }],
  ] as const) {
    const cluster = await startWorkload(name);
    const [node = ''] = cluster.followers;
    cluster.cutOff(node);
    await cluster.clock.advance(3000);
    const reply = await cluster.answer(node, body as unknown as Body);
    assert.deepEqual([reply.type, reply['code']], ['error', 11], name);
  }
});

test('a write whose fate nobody knows is no definite error', async () => {
  const cluster = await startWorkload('kafka');
  const { leader } = cluster;
  cluster.cutOff(leader);
  const reply = await cluster.answer(leader, { type: 'send', key: 'a', msg: 1 });
  assert.deepEqual([reply.type, reply['code']], ['error', 0]);
});

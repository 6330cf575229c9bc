/** What clients of lin-kv nodes see while links break and come back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import type { Grudge } from '../../src/testbed/network.ts';
import { drawPartition } from '../../src/testbed/partitions.ts';
import { type Answer, VirtualCluster } from './virtual-cluster.ts';

/** Writes at every node every 20 ms, and reads between, for so long; waits for all answers. */
async function serve(cluster: VirtualCluster, ms: number): Promise<readonly Answer[]> {
  const open: Promise<Answer>[] = [];
  await ask(cluster, ms, open);
  await cluster.clock.advance(1000);
  return await Promise.all(open);
}

/** The same, and waits for none. */
async function ask(cluster: VirtualCluster, ms: number, open: Promise<Answer>[]): Promise<void> {
  for (let elapsed = 0; elapsed < ms; elapsed += 20) {
    for (const [key, name] of cluster.names.entries()) {
      open.push(cluster.write(name, key, elapsed), cluster.read(name, 100));
    }
    await cluster.clock.advance(20);
  }
}

function isServed({ body }: Answer): boolean {
  // No key 100 was written: the answer is that it does not exist.
  return body !== null && (body.type.endsWith('_ok') || body['code'] === 20);
}

function longestMs(answers: readonly Answer[]): number {
  return Math.max(...answers.map(({ tookMs }) => tookMs));
}

for (const size of [3, 5]) {
  test(`${size} nodes in a majorities ring serve everybody, and no term ends`, async () => {
    const cluster = await VirtualCluster.start(size);
    await serve(cluster, 500);
    const terms = cluster.terms;
    cluster.partition(drawPartition('majorities-ring', cluster.names, createRandom(3)));
    const answers = await serve(cluster, 3000);
    assert.ok(answers.every(isServed));
    assert.ok(longestMs(answers) < 250, `the longest took ${longestMs(answers)} ms`);
    assert.deepEqual(cluster.terms, terms);
  });
}

test('rings of one-way links that take turns each second hold nobody up for long', async () => {
  const cluster = await VirtualCluster.start(3);
  await serve(cluster, 500);
  const { terms } = cluster;
  const random = createRandom(8);
  const open: Promise<Answer>[] = [];
  for (let turn = 0; turn < 10; turn++) {
    cluster.partition(drawPartition('majorities-ring', cluster.names, random));
    await ask(cluster, 1000, open);
  }
  await cluster.clock.advance(1000);
  const answers = await Promise.all(open);
  assert.ok(answers.every(isServed));
  assert.ok(longestMs(answers) < 120, `the longest took ${longestMs(answers)} ms`);
  assert.deepEqual(cluster.terms, terms);
});

test('a client of a node that cannot see the leader is served', async () => {
  const cluster = await VirtualCluster.start(3);
  await serve(cluster, 500);
  const { leader, terms } = cluster;
  const [follower = ''] = cluster.followers;
  const bothWays: Grudge = new Map([
    [leader, new Set([follower])],
    [follower, new Set([leader])],
  ]);
  cluster.partition(bothWays);
  const answers = await serve(cluster, 2000);
  assert.ok(answers.every(isServed));
  assert.deepEqual(cluster.terms, terms);
});

test('on a slow network, too, a broken link is gone round', async () => {
  const cluster = await VirtualCluster.start(3, { meanMs: 50, distribution: 'exponential' });
  await serve(cluster, 3000);
  cluster.partition(drawPartition('majorities-ring', cluster.names, createRandom(3)));
  const answers = await serve(cluster, 3000);
  const served = answers.filter(isServed).length / answers.length;
  assert.ok(served > 0.9, `${served} of all`);
});

test('a node that is cut off waits, and refuses definitely, late', async () => {
  const cluster = await VirtualCluster.start(3);
  await serve(cluster, 200);
  const [follower = ''] = cluster.followers;
  cluster.cutOff(follower);
  await cluster.clock.advance(600);
  const write = cluster.write(follower, 1, 1);
  const read = cluster.read(follower, 1);
  await cluster.clock.advance(1000);
  for (const { body, tookMs } of [await write, await read]) {
    assert.equal(body?.['code'], 11);
    assert.ok(tookMs >= 940 && tookMs < 1000, `after ${tookMs} ms`);
  }
});

test('what arrives just before a heal is answered after it', async () => {
  const cluster = await VirtualCluster.start(3);
  await serve(cluster, 200);
  for (const node of [cluster.followers[0] ?? '', cluster.leader]) {
    cluster.cutOff(node);
    await cluster.clock.advance(1500);
    const write = cluster.write(node, 1, 1);
    const read = cluster.read(node, 1);
    await cluster.clock.advance(700);
    cluster.heal();
    await cluster.clock.advance(300);
    for (const { body } of [await write, await read]) assert.match(body?.type ?? '', /_ok$/);
  }
});

test('a leader that has lost its quorum takes nothing into its log', async () => {
  const cluster = await VirtualCluster.start(3);
  await serve(cluster, 200);
  const { leader } = cluster;
  cluster.cutOff(leader);
  const first = cluster.write(leader, 1, 1);
  await cluster.clock.advance(100);
  assert.equal(cluster.replicas.get(leader)?.status().role, 'leader', 'it does not know yet');
  const second = cluster.write(leader, 1, 2);
  await cluster.clock.advance(1000);
  assert.equal((await first).body?.['code'], 0, 'nobody knows what comes of it');
  assert.equal((await second).body?.['code'], 11, 'it never happens');
});

test('many operations share messages: below one an operation at 1,000 a second', async () => {
  const cluster = await VirtualCluster.start(3);
  const before = cluster.messages;
  const open: Promise<Answer>[] = [];
  for (let count = 0; count < 2000; count++) {
    const name = cluster.names[count % 3] ?? '';
    open.push(count % 2 === 0 ? cluster.write(name, 1, count) : cluster.read(name, 2));
    await cluster.clock.advance(1);
  }
  await cluster.clock.advance(100);
  const answers = await Promise.all(open);
  assert.ok(answers.every(isServed));
  const perOperation = (cluster.messages - before) / answers.length;
  assert.ok(perOperation < 1, `${perOperation} messages an operation`);
  assert.ok(longestMs(answers) < 60, `the longest took ${longestMs(answers)} ms`);
});

/** How soon another leader answers, and that there is none without a cause, on many networks. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Latency } from '../../src/testbed/latency.ts';
import { VirtualCluster } from './virtual-cluster.ts';

const networks: readonly Latency[] = [
  { meanMs: 0.5, distribution: 'constant' },
  { meanMs: 5, distribution: 'exponential' },
  { meanMs: 20, distribution: 'constant' },
  { meanMs: 20, distribution: 'exponential' },
  { meanMs: 50, distribution: 'uniform' },
  { meanMs: 100, distribution: 'constant' },
  { meanMs: 100, distribution: 'exponential' },
];

/** On a fast network; on a slow one it is eight round trips. */
const boundMs = 300;

/** From when the leader is cut off until a write is answered by the others. */
async function failoverMs(latency: Latency, seed: number): Promise<number> {
  const cluster = await VirtualCluster.start(3, latency, seed);
  await cluster.clock.advance(1000 + 30 * latency.meanMs + 17 * seed);
  const { leader } = cluster;
  const others = cluster.names.filter((name) => name !== leader);
  cluster.cutOff(leader);
  const startMs = cluster.clock.now();
  let endMs: number | null = null;
  for (let count = 0; endMs === null && count < 1000; count++) {
    for (const name of others) {
      void cluster.write(name, 1, count).then(({ body }) => {
        if (body?.type === 'write_ok') endMs ??= cluster.clock.now();
      });
    }
    await cluster.clock.advance(10);
  }
  return (endMs ?? Number.POSITIVE_INFINITY) - startMs;
}

for (const latency of networks) {
  const { meanMs, distribution } = latency;
  const name = `${meanMs} ms, ${distribution}`;

  test(`${name}: the others answer writes again within 300 ms or eight round trips`, async () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 20; seed++) times.push(await failoverMs(latency, seed));
    const median = times.sort((a, b) => a - b)[10] ?? Number.NaN;
    assert.ok(median <= Math.max(boundMs, 8 * 2 * meanMs), `${median} ms: ${times.join(' ')}`);
  });

  test(`${name}: no other election in ten minutes`, async () => {
    const cluster = await VirtualCluster.start(3, latency);
    await cluster.clock.advance(5000);
    const { terms } = cluster;
    for (let minute = 0; minute < 10; minute++) {
      await cluster.clock.advance(60_000);
      await Promise.all([cluster.write('n0', 1, minute), cluster.clock.advance(2000)]);
    }
    assert.deepEqual(cluster.terms, terms);
  });
}

test('a cluster that has little to do says little: below five messages an operation', async () => {
  const cluster = await VirtualCluster.start(3);
  await cluster.clock.advance(5000);
  const before = cluster.messages;
  const count = 1200;
  for (let operation = 0; operation < count; operation++) {
    // Gaps from 0 to 200 ms, 100 ms on average; half of it reads.
    await cluster.clock.advance((operation * 79) % 201);
    const node = cluster.names[operation % 3] ?? '';
    const isRead = Math.floor(operation / 3) % 2 === 0;
    void (isRead ? cluster.read(node, 1) : cluster.write(node, 1, operation));
  }
  const perOperation = (cluster.messages - before) / count;
  assert.ok(perOperation < 5, `${perOperation} messages an operation`);
});

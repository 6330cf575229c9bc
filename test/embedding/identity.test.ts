/** Who belongs together: nodes that differ in what their promises rest on do not hear each other. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LocalNetwork, startNode } from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { passing, Sum, type SumNode, type SumOptions } from './cluster.ts';

interface Pair {
  readonly clock: VirtualClock;
  readonly nodes: readonly [SumNode, SumNode];
}

async function startPair(ofA: Partial<SumOptions>, ofB: Partial<SumOptions>): Promise<Pair> {
  const clock = new VirtualClock();
  const network = new LocalNetwork({ delayMs: 1 });
  const nodes = ['a', 'b'];
  const machine = () => new Sum();
  const base = { nodes, machine, storage: 'memory', network, clock } as const;
  return {
    clock,
    nodes: [
      await startNode({ ...base, id: 'a', seed: 1, ...ofA }),
      await startNode({ ...base, id: 'b', seed: 2, ...ofB }),
    ],
  };
}

async function assertApart({ clock, nodes: [a, b] }: Pair): Promise<void> {
  const answers = Promise.allSettled([a, b].map((node) => node.command(1, { timeoutMs: 2000 })));
  for (const answer of await passing(clock, answers)) {
    assert.ok(answer.status === 'rejected' && answer.reason.reason === 'noLeader');
  }
}

async function assertTogether({ clock, nodes: [a, b] }: Pair): Promise<void> {
  const answers = Promise.all([a, b].map((node) => node.command(1, { timeoutMs: 2000 })));
  assert.deepEqual([...(await passing(clock, answers))].sort(), [1, 2]);
}

test('nodes of one cluster hear each other, whatever the order of the names', async () => {
  await assertTogether(await startPair({}, { nodes: ['b', 'a'] }));
  await assertTogether(await startPair({ cluster: 'x' }, { cluster: 'x' }));
  await assertApart(await startPair({ cluster: 'x' }, { cluster: 'y' }));
});

test('whoever begins with other members is another cluster, also by the same name', async () => {
  const nodes = ['a', 'b', 'c'];
  await assertApart(await startPair({ cluster: 'x' }, { cluster: 'x', nodes }));
  // So many names that they would be too long as a text.
  const [many, others] = [1, 2].map((last) => [
    'a',
    'b',
    ...Array.from({ length: 300 }, (_, count) => `member ${count}`),
    `${last}`,
  ]) as [string[], string[]];
  await assertApart(
    await startPair({ cluster: 'x', nodes: many }, { cluster: 'x', nodes: others }),
  );
});

test('leases are for all nodes or none: who grants none is not heard by who relies on them', async () => {
  await assertApart(await startPair({ leaseReads: true }, {}));
  await assertTogether(await startPair({ leaseReads: true }, { settings: { leaseReads: true } }));
});

test('a node is not started again with other first members, also by the same name', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'raftwright-test-'));
  t.after(() => rm(directory, { recursive: true }));
  const base = { id: 'a', machine: () => new Sum(), storage: { directory }, cluster: 'x' };
  const start = (nodes: readonly string[]) =>
    startNode({ ...base, nodes, network: new LocalNetwork(), clock: new VirtualClock() });
  const node = await start(['a', 'b', 'c']);
  await node.stop();
  await assert.rejects(start(['a', 'b', 'c', 'd', 'e']), /StoreRefusal|cluster/);
  const again = await start(['c', 'b', 'a']);
  await again.stop();
});

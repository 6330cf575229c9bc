/** What clients ask of lin-kv nodes, and how it shows; on virtual time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registerNodeMetrics } from '../../../src/maelstrom/node-metrics.ts';
import { linKv } from '../../../src/maelstrom/workloads/lin-kv.ts';
import { Registry } from '../../../src/metrics/registry.ts';
import { type NodeExtras, VirtualCluster } from '../virtual-cluster.ts';
import { Scrape } from './scrape.ts';

interface Measured {
  readonly cluster: VirtualCluster;
  readonly scrape: (name: string) => Scrape;
}

async function measured(size: number, extras: NodeExtras = {}): Promise<Measured> {
  const registries = new Map<string, Registry>();
  const latency = { meanMs: 10, distribution: 'constant' } as const;
  const cluster = await VirtualCluster.start(size, latency, 5, (name, clock) => {
    const registry = new Registry();
    registries.set(name, registry);
    return {
      ...extras,
      observer: registerNodeMetrics(registry, linKv, '1.2.3', () => 0, clock).workload,
    };
  });
  const scrape = (name: string): Scrape => new Scrape(registries.get(name) ?? new Registry());
  return { cluster, scrape };
}

/** Waits for what takes virtual time. */
async function ended<T>({ clock }: VirtualCluster, action: Promise<T>, ms = 1500): Promise<T> {
  await clock.advance(ms);
  return await action;
}

test('a read by lease is counted as one, and takes no time to confirm', async () => {
  const { cluster, scrape } = await measured(3, { leaseReads: true });
  const { leader, followers } = cluster;
  const [follower = ''] = followers;
  await ended(cluster, cluster.read(leader, 1));
  await ended(cluster, cluster.read(follower, 1));
  const reads = (name: string, mode: string) =>
    scrape(name).value('raft_reads_total', { mode, result: 'served' });
  assert.equal(reads(leader, 'lease'), 1);
  assert.equal(reads(leader, 'read_index'), 0);
  assert.equal(scrape(leader).seen('raft_read_index_duration_seconds').count, 0);
  // A follower has no lease of its own: it asks the leader.
  assert.equal(reads(follower, 'lease'), 0);
  assert.equal(reads(follower, 'read_index'), 1);
});

test('requests are counted by operation and code, where they were asked', async () => {
  const { cluster, scrape } = await measured(3);
  const [node = '', other = ''] = cluster.followers;
  await ended(cluster, cluster.read(node, 1));
  await ended(cluster, cluster.write(node, 1, 5));
  await ended(cluster, cluster.read(node, 1));
  const asked = scrape(node);
  const requests = (op: string, code: string) => asked.value('kv_requests_total', { op, code });
  assert.deepEqual([requests('read', '20'), requests('read', 'ok')], [1, 1]);
  assert.deepEqual([requests('write', 'ok'), requests('write', '0')], [1, 0]);
  assert.equal(asked.seen('kv_request_duration_seconds', { op: 'write' }).count, 1);
  assert.equal(asked.value('kv_requests_inflight'), 0);
  assert.equal(scrape(other).value('kv_requests_total', { op: 'write', code: 'ok' }), 0);
  // But all of them store it.
  for (const name of cluster.names) assert.equal(scrape(name).value('kv_keys'), 1, name);
});

test('what is stored is weighed from the first scrape on', async () => {
  const { cluster, scrape } = await measured(1);
  const size = () => scrape('n0').value('kv_size_bytes');
  await ended(cluster, cluster.write('n0', 1, 12));
  assert.equal(size(), 3, '1 and 12');
  await ended(cluster, cluster.write('n0', 1, 12_345));
  await ended(cluster, cluster.write('n0', 22, 6));
  assert.equal(size(), 9);
});

test('a request that cannot be served is in flight until its time is over', async () => {
  const { cluster, scrape } = await measured(3);
  const { leader } = cluster;
  cluster.cutOff(leader);
  const answer = cluster.write(leader, 1, 5);
  await cluster.clock.advance(500);
  assert.equal(scrape(leader).value('kv_requests_inflight'), 1);
  await ended(cluster, answer, 5000);
  const unknown = { op: 'write', code: '0' };
  assert.equal(scrape(leader).value('kv_requests_total', unknown), 1);
  assert.equal(scrape(leader).value('kv_requests_inflight'), 0);
});

test('a command whose answer was lost is tried again, and shows as a duplicate everywhere', async () => {
  const { cluster, scrape } = await measured(3);
  const [follower = ''] = cluster.followers;
  // What the leader says does not arrive: it commits with the third node, and tells in vain.
  cluster.partition(new Map([[follower, new Set([cluster.leader])]]));
  const answer = cluster.write(follower, 1, 5);
  await cluster.clock.advance(150);
  cluster.heal();
  await ended(cluster, answer, 3000);
  for (const name of cluster.names) {
    assert.ok((scrape(name).value('kv_duplicate_requests_total') ?? 0) >= 1, name);
  }
});

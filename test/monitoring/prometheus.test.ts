/** A real Prometheus finds the nodes of a real cluster by their files, and reads what they count. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LiveCluster } from '../benchmarks/live-cluster.ts';
import { expressions } from './dashboard.ts';
import { families } from './families.ts';
import { Prometheus } from './prometheus.ts';
import { withoutPrometheus } from './tools.ts';

const skip = withoutPrometheus;
const timeout = 90_000;
let prometheus: Prometheus;
let cluster: LiveCluster;

before(async () => {
  if (skip !== false) return;
  prometheus = await Prometheus.start();
  cluster = await LiveCluster.start({
    nodeCount: 3,
    latency: { meanMs: 0, distribution: 'constant' },
    args: ['--metrics-port', '0', '--metrics-targets', prometheus.targets],
  });
});

after(async () => {
  await cluster?.stop();
  await prometheus?.stop();
});

test('all nodes are found and scraped, each under its name', { skip, timeout }, async () => {
  const up = await prometheus.until('three targets are up', async () => {
    const series = await prometheus.query('up{job="raftwright"} == 1');
    return series.length === 3 && series;
  });
  assert.deepEqual(up.map(({ metric }) => metric['node']).sort(), ['n0', 'n1', 'n2']);
  for (const { metric } of up) {
    assert.deepEqual(Object.keys(metric).sort(), ['__name__', 'instance', 'job', 'node']);
  }
});

test('one node leads, and all know it', { skip, timeout }, async () => {
  const leader = await prometheus.until('one leader', async () => {
    const leaders = await prometheus.query('raft_is_leader == 1');
    return leaders.length === 1 && leaders[0];
  });
  assert.equal(leader.metric['node'], cluster.leader);
  assert.equal(await prometheus.value('sum(raft_has_leader)'), 3);
  const members = await prometheus.query('raft_members{role="voter"}');
  assert.deepEqual(new Set(members.map(({ value }) => value)), new Set([3]));
});

test('the commit index grows by what is written, on every node', { skip, timeout }, async () => {
  const before = await prometheus.until('a commit index', () =>
    prometheus.value('max(raft_commit_index)'),
  );
  for (let count = 0; count < 20; count++) {
    const { reply } = await cluster.ask('n1', { type: 'write', key: count, value: count });
    assert.equal(reply?.type, 'write_ok');
  }
  await prometheus.until('20 more on all nodes', async () => {
    const least = await prometheus.value('min(raft_commit_index)');
    return least !== undefined && least >= before + 20;
  });
});

test('requests are counted where they are answered, each once', { skip, timeout }, async () => {
  const sent = { n0: 7, n1: 11, n2: 13 };
  for (const [node, count] of Object.entries(sent)) {
    await Promise.all(
      Array.from({ length: count }, () => cluster.ask(node, { type: 'read', key: 0 })),
    );
  }
  const counted = await prometheus.until('all reads are counted', async () => {
    const reads = await prometheus.query('sum by (node) (kv_requests_total{op="read"})');
    return reads.reduce((sum, { value }) => sum + value, 0) >= 31 && reads;
  });
  const byNode = Object.fromEntries(counted.map(({ metric, value }) => [metric['node'], value]));
  assert.deepEqual(byNode, sent);
  const duration = 'sum(kv_request_duration_seconds_count{op="read"})';
  assert.equal(await prometheus.value(duration), 31);
});

test('Prometheus takes every family for what it is', { skip, timeout }, async () => {
  const metadata = (await prometheus.get('metadata')) as {
    readonly [family: string]: readonly { readonly type: string; readonly help: string }[];
  };
  const known = [...families.values()].flatMap((family) => {
    // OpenMetrics names a family of counters without the ending of its samples.
    const told = metadata[family.name] ?? metadata[family.name.replace(/_total$/, '')];
    return told === undefined ? [] : [{ family, told }];
  });
  assert.ok(known.length >= 40, `${known.length} families`);
  for (const { family, told } of known) {
    const types = new Set(told.map(({ type }) => type));
    assert.deepEqual(types, new Set([family.type]), family.name);
  }
  // Every family of a node is known; what else is told comes from nowhere.
  const names = new Set(
    [...families.keys()].flatMap((name) => [name, name.replace(/_total$/, '')]),
  );
  assert.deepEqual(
    Object.keys(metadata).filter((name) => !names.has(name)),
    [],
  );
});

test('every expression of the dashboard can be evaluated', { skip, timeout }, async () => {
  for (const expression of expressions()) await prometheus.query(expression);
});

test('every alert can be evaluated, and a healthy cluster raises none', {
  skip,
  timeout,
}, async () => {
  const { groups } = (await prometheus.get('rules?type=alert')) as {
    readonly groups: readonly {
      readonly rules: readonly { readonly name: string; readonly health: string }[];
    }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length >= 15);
  for (const { name, health } of rules) assert.equal(health, 'ok', name);
  assert.deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), []);
});

test('a node that is killed is missed, and found again at its new port', {
  skip,
  timeout,
}, async () => {
  const follower = cluster.nodes.find((node) => node !== cluster.leader) ?? '';
  const where = async (value: number): Promise<string | false> => {
    const [series] = await prometheus.query(`up{node="${follower}"} == ${value}`);
    return series?.metric['instance'] ?? false;
  };
  const before = await prometheus.until('it is up', () => where(1));
  cluster.processes.kill([follower]);
  assert.equal(await prometheus.until('it is down', () => where(0)), before);
  await prometheus.until('the alert waits', async () => {
    const alert = `ALERTS{alertname="RaftwrightMemberDown",node="${follower}"}`;
    return (await prometheus.query(alert)).length === 1;
  });
  cluster.processes.startAll();
  const after = await prometheus.until('it is up again', async () => {
    const instance = await where(1);
    return instance !== before && instance;
  });
  assert.notEqual(after, before);
  await prometheus.until('the old port is forgotten', async () => {
    return (await prometheus.query('up{job="raftwright"}')).length === 3;
  });
});

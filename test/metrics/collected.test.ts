import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from '../../src/metrics/registry.ts';
import { samplesOf } from './samples.ts';

const help = 'Something worth knowing.';

test('a collected gauge is read at each scrape', () => {
  const registry = new Registry();
  let term = 4;
  registry.collectGauge({ name: 'raft_term', help }, () => term);
  assert.deepEqual(samplesOf(registry, 'raft_term'), [': 4']);
  term = 5;
  assert.deepEqual(samplesOf(registry, 'raft_term'), [': 5']);
});

test('a value that cannot be known is left out', () => {
  const registry = new Registry();
  registry.collectGauge({ name: 'raft_contact', help }, () => undefined);
  registry.collectGauge({ name: 'raft_ratio', help }, () => 0 / 0);
  registry.collectGauge({ name: 'raft_match', help, labels: ['peer'] }, () => [
    { labels: ['n1'], value: undefined },
    { labels: ['n2'], value: Number.NaN },
    { labels: ['n3'], value: 0 },
  ]);
  assert.deepEqual(samplesOf(registry, 'raft_contact'), []);
  assert.deepEqual(samplesOf(registry, 'raft_ratio'), []);
  assert.deepEqual(samplesOf(registry, 'raft_match'), ['n3: 0']);
  assert.deepEqual(samplesOf(registry, 'metrics_read_errors_total'), []);
});

test('a label that is no longer collected is gone', () => {
  const registry = new Registry();
  const peers = new Map([
    ['n2', 7],
    ['n1', 9],
  ]);
  registry.collectGauge({ name: 'raft_match', help, labels: ['peer'] }, () =>
    [...peers].map(([peer, value]) => ({ labels: [peer], value })),
  );
  assert.deepEqual(samplesOf(registry, 'raft_match'), ['n1: 9', 'n2: 7']);
  peers.delete('n2');
  assert.deepEqual(samplesOf(registry, 'raft_match'), ['n1: 9']);
});

test('no combination of labels is exported twice: gauges take the last, counters add up', () => {
  const registry = new Registry();
  const twice = () => [
    { labels: ['a'] as const, value: 1 },
    { labels: ['a'] as const, value: 2 },
  ];
  registry.collectGauge({ name: 'kv_keys', help, labels: ['shard'] }, twice);
  registry.collectCounter({ name: 'kv_reads_total', help, labels: ['shard'] }, twice);
  assert.deepEqual(samplesOf(registry, 'kv_keys'), ['a: 2']);
  assert.deepEqual(samplesOf(registry, 'kv_reads_total'), ['a: 3']);
});

test('a callback that fails costs its own family, is counted in the same scrape, and is told', () => {
  const told: string[] = [];
  const registry = new Registry({
    onReadError: (family, error) => told.push(`${family}: ${String(error)}`),
  });
  registry.collectGauge({ name: 'raft_term', help }, () => {
    throw new Error('the store is closed');
  });
  registry.collectCounter({ name: 'kv_reads_total', help }, () => -1);
  registry.collectGauge({ name: 'kv_keys', help }, () => 3);

  const families = new Map(registry.collect().map((family) => [family.name, family.samples]));

  assert.deepEqual(families.get('raft_term'), []);
  assert.deepEqual(families.get('kv_reads_total'), []);
  assert.deepEqual(families.get('kv_keys'), [{ labels: [], value: 3 }]);
  assert.deepEqual(families.get('metrics_read_errors_total'), [
    { labels: ['kv_reads_total'], value: 1 },
    { labels: ['raft_term'], value: 1 },
  ]);
  assert.equal(told[0], 'raft_term: Error: the store is closed');
  assert.match(told[1] ?? '', /^kv_reads_total: RangeError: .* not -1$/);
});

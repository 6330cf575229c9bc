import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exponentialBuckets } from '../../src/metrics/histogram.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { samplesOf } from './samples.ts';

const help = 'Something worth knowing.';

test('a counter only grows', () => {
  const registry = new Registry();
  const reads = registry.counter({ name: 'kv_reads_total', help });
  reads.inc();
  reads.inc(0);
  reads.inc(2.5);
  for (const amount of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => reads.inc(amount), /kv_reads_total: .* not (-1|NaN|Infinity)/);
  }
  assert.deepEqual(samplesOf(registry, 'kv_reads_total'), [': 3.5']);
});

test('a gauge goes up and down, and is never NaN', () => {
  const registry = new Registry();
  const inflight = registry.gauge({ name: 'kv_requests_inflight', help });
  inflight.inc();
  inflight.inc(4);
  inflight.dec(2);
  assert.equal(inflight.value, 3);
  inflight.set(-7);
  assert.throws(() => inflight.set(Number.NaN), /kv_requests_inflight/);
  assert.throws(() => inflight.inc(Number.NaN), /kv_requests_inflight/);
  assert.deepEqual(samplesOf(registry, 'kv_requests_inflight'), [': -7']);
});

test('the same label values give the same child, which may be kept', () => {
  const registry = new Registry();
  const requests = registry.counter({ name: 'kv_requests_total', help, labels: ['op', 'code'] });
  const kept = requests.labels('read', '0');
  kept.inc();
  requests.labels('read', '0').inc();
  requests.labels('0', 'read').inc();
  assert.equal(requests.labels('read', '0'), kept);
  assert.deepEqual(samplesOf(registry, 'kv_requests_total'), ['0,read: 1', 'read,0: 2']);
});

test('samples come sorted by label values, in whatever order they were made', () => {
  const registry = new Registry();
  const match = registry.gauge({ name: 'raft_match', help, labels: ['peer', 'kind'] });
  for (const peer of ['n2', 'n10', 'n1']) for (const kind of ['b', 'a']) match.labels(peer, kind);
  assert.deepEqual(samplesOf(registry, 'raft_match'), [
    'n1,a: 0',
    'n1,b: 0',
    'n10,a: 0',
    'n10,b: 0',
    'n2,a: 0',
    'n2,b: 0',
  ]);
});

test('a wrong use of labels does not compile, and does not run either', () => {
  const registry = new Registry();
  const requests = registry.counter({ name: 'kv_requests_total', help, labels: ['op', 'code'] });
  // @ts-expect-error one value is missing
  assert.throws(() => requests.labels('read'), /\(op, code\).*\["read"\]/);
  // @ts-expect-error all values are missing
  assert.throws(() => requests.labels(), TypeError);
  // @ts-expect-error there is one too many
  assert.throws(() => requests.labels('read', '0', 'x'), TypeError);
  // @ts-expect-error a value is not a string
  assert.throws(() => requests.labels('read', 0), TypeError);
  // @ts-expect-error a family with labels is not an instrument
  assert.throws(() => requests.inc(), TypeError);
  assert.deepEqual(samplesOf(registry, 'kv_requests_total'), []);
});

test('an observation equal to an upper bound lies below it', () => {
  const registry = new Registry();
  const wait = registry.histogram({ name: 'kv_wait_seconds', help, upperBounds: [-1, 0, 1, 2] });
  for (const value of [-1.5, -1, 0, 0.5, 1, 1.0000000000000002, 2, 2.5, 1e300]) wait.observe(value);
  const { cumulativeCounts, count } = wait.read();
  assert.deepEqual(cumulativeCounts, [2, 3, 5, 7]);
  assert.equal(count, 9);
});

test('a histogram refuses what would spoil its sum', () => {
  const registry = new Registry();
  const wait = registry.histogram({ name: 'kv_wait_seconds', help, upperBounds: [1] });
  wait.observe(0.25);
  assert.throws(() => wait.observe(Number.NaN), /kv_wait_seconds: .* not NaN/);
  assert.throws(() => wait.observe(Number.POSITIVE_INFINITY), /not Infinity/);
  assert.deepEqual(wait.read(), { cumulativeCounts: [1], count: 1, sum: 0.25, exemplars: [] });
});

test('exponential buckets are round numbers', () => {
  assert.deepEqual(exponentialBuckets(0.001, 2, 5), [0.001, 0.002, 0.004, 0.008, 0.016]);
  assert.deepEqual(exponentialBuckets(0.0001, 10, 4), [0.0001, 0.001, 0.01, 0.1]);
  assert.deepEqual(exponentialBuckets(0.001, 3, 3), [0.001, 0.003, 0.009]);
});

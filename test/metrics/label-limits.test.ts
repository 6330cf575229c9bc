import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from '../../src/metrics/registry.ts';
import { samplesOf } from './samples.ts';

const help = 'Something worth knowing.';
const refused = 'metrics_label_combinations_refused_total';

test('a full family refuses new label values, keeps counting old ones, and says how often', () => {
  const registry = new Registry({ combinationsMax: 2 });
  const received = registry.counter({ name: 'received_total', help, labels: ['type'] });
  received.labels('read').inc();
  received.labels('write').inc();
  assert.deepEqual(samplesOf(registry, refused), []);

  received.labels('made up').inc(5);
  received.labels('made up too').inc(5);
  received.labels('read').inc();

  assert.deepEqual(samplesOf(registry, 'received_total'), ['read: 2', 'write: 1']);
  assert.deepEqual(samplesOf(registry, refused), ['received_total: 2']);
});

test('the limit is a thousand combinations unless told, for each family alone', () => {
  const registry = new Registry();
  const first = registry.gauge({ name: 'first', help, labels: ['a', 'b'] });
  const second = registry.gauge({ name: 'second', help, labels: ['a'] });
  for (let i = 0; i < 1_001; i++) first.labels('same', String(i)).set(i);
  second.labels('x').set(1);
  assert.equal(samplesOf(registry, 'first').length, 1_000);
  assert.equal(samplesOf(registry, 'second').length, 1);
  assert.deepEqual(samplesOf(registry, refused), ['first: 1']);
});

test('samples that are read at scrape are bounded too', () => {
  const registry = new Registry({ combinationsMax: 2 });
  registry.collectGauge({ name: 'kv_sizes', help, labels: ['key'] }, () =>
    ['a', 'b', 'c'].map((key) => ({ labels: [key], value: 1 })),
  );
  assert.deepEqual(samplesOf(registry, 'kv_sizes'), ['a: 1', 'b: 1']);
  assert.deepEqual(samplesOf(registry, refused), ['kv_sizes: 2'], 'one for each of two scrapes');
});

test('a huge label value is cut, and its cut form is one child', () => {
  const registry = new Registry();
  const received = registry.counter({ name: 'received_total', help, labels: ['type'] });
  received.labels(`${'x'.repeat(200)}${'y'.repeat(1e6)}`).inc();
  received.labels(`${'x'.repeat(200)}z`).inc();
  assert.deepEqual(samplesOf(registry, 'received_total'), [`${'x'.repeat(200)}: 2`]);
});

test('label values that UTF-8 cannot tell apart are one child', () => {
  const registry = new Registry();
  const received = registry.counter({ name: 'received_total', help, labels: ['type'] });
  received.labels('\ud800').inc();
  received.labels('\udfff').inc();
  received.labels('\ufffd').inc();
  assert.deepEqual(samplesOf(registry, 'received_total'), ['\ufffd: 3']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentTypeOf } from '../../src/metrics/family.ts';
import { canonicalNumber, openMetricsFormat } from '../../src/metrics/openmetrics-format.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { textFormat } from '../../src/metrics/text-format.ts';

/** A registry in which it is always the same time. */
const atNoon = (): Registry => new Registry({ nowSeconds: () => 1_700_000_000.5 });

test('families print as OpenMetrics 1.0 has it', () => {
  const registry = atNoon();
  registry
    .counter({ name: 'kv_requests_total', help: 'Requests.', labels: ['op', 'code'] })
    .labels('read', '0')
    .inc(1027);
  registry.counter({ name: 'kv_busy_seconds_total', help: 'Time.', unit: 'seconds' }).inc(1.5);
  registry.gauge({ name: 'raft_term', help: 'The "current" term.' }).set(3);
  const wait = registry.histogram({
    name: 'kv_wait_seconds',
    help: 'Time waited.',
    unit: 'seconds',
    upperBounds: [0.001, 1],
    exemplarLabel: 'log_index',
  });
  for (const [index, seconds] of [0.001, 0.5, 0.25, 7].entries()) wait.observe(seconds, 40 + index);

  const text = openMetricsFormat.encode(registry.collect());
  assert.equal(
    text.slice(0, text.indexOf('# TYPE metrics_')),
    `# TYPE kv_requests counter
# HELP kv_requests Requests.
kv_requests_total{op="read",code="0"} 1027
# TYPE kv_busy_seconds counter
# UNIT kv_busy_seconds seconds
# HELP kv_busy_seconds Time.
kv_busy_seconds_total 1.5
# TYPE raft_term gauge
# HELP raft_term The \\"current\\" term.
raft_term 3
# TYPE kv_wait_seconds histogram
# UNIT kv_wait_seconds seconds
# HELP kv_wait_seconds Time waited.
kv_wait_seconds_bucket{le="0.001"} 1 # {log_index="40"} 0.001 1700000000.500
kv_wait_seconds_bucket{le="1.0"} 3 # {log_index="42"} 0.25 1700000000.500
kv_wait_seconds_bucket{le="+Inf"} 4 # {log_index="43"} 7 1700000000.500
kv_wait_seconds_count 4
kv_wait_seconds_sum 7.751
`,
  );
  assert.ok(text.endsWith('\n# EOF\n'));
  assert.equal(
    contentTypeOf(openMetricsFormat),
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  );
});

test('an exemplar is of the older text no part, and without a reference there is none', () => {
  const registry = atNoon();
  const wait = registry.histogram({
    name: 'kv_wait_seconds',
    help: 'Time waited.',
    upperBounds: [1],
    exemplarLabel: 'log_index',
  });
  wait.observe(0.5);
  assert.doesNotMatch(openMetricsFormat.encode(registry.collect()), / # \{/);
  wait.observe(0.5, 7);
  assert.match(openMetricsFormat.encode(registry.collect()), / # \{log_index="7"\} /);
  assert.doesNotMatch(textFormat.encode(registry.collect()), / # \{/);
});

test('an exemplar of more than 128 characters is left out', () => {
  const registry = atNoon();
  const label = 'operation';
  const wait = registry.histogram({
    name: 'kv_wait_seconds',
    help: 'Time waited.',
    upperBounds: [1],
    exemplarLabel: label,
  });
  const room = 128 - label.length;
  const shown = (reference: string): boolean => {
    wait.observe(0.5, reference);
    return openMetricsFormat.encode(registry.collect()).includes(' # {');
  };
  assert.equal(shown('x'.repeat(room)), true);
  assert.equal(shown('x'.repeat(room + 1)), false);
  // Characters are counted, not bytes or halves of surrogate pairs.
  assert.equal(shown('😀'.repeat(room)), true);
  assert.equal(shown('😀'.repeat(room + 1)), false);
  assert.equal(shown('"\n\\'), true);
});

test('an exemplar label is a label like any other', () => {
  const registry = new Registry();
  const register = (exemplarLabel: string) => () =>
    registry.histogram({ name: 'kv_wait', help: 'W.', upperBounds: [1], exemplarLabel });
  assert.throws(
    register('logIndex'),
    /histogram "kv_wait": the label "logIndex" must be snake_case/,
  );
  assert.throws(register('le'), /reserved/);
});

test('bounds are spelled as Go spells floating-point numbers', () => {
  const spelled: readonly (readonly [number, string])[] = [
    [0, '0.0'],
    [1, '1.0'],
    [10, '10.0'],
    [0.001, '0.001'],
    [1.7, '1.7'],
    [-2.5, '-2.5'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [0.0000000001, '1e-10'],
    [100_000, '100000.0'],
    [1_000_000, '1e+06'],
    [10_000_000_000, '1e+10'],
    [1.1e23, '1.1e+23'],
    [8.192, '8.192'],
    [Number.POSITIVE_INFINITY, '+Inf'],
  ];
  for (const [value, text] of spelled) assert.equal(canonicalNumber(value), text);
});

test('nothing at all is an exposition, too', () => {
  assert.equal(openMetricsFormat.encode([]), '# EOF\n');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentTypeOf } from '../../src/metrics/family.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { textFormat } from '../../src/metrics/text-format.ts';

test('families print as the text format 0.0.4 has it', () => {
  const registry = new Registry();
  registry
    .counter({ name: 'kv_requests_total', help: 'Requests.', labels: ['op', 'code'] })
    .labels('read', '0')
    .inc(1027);
  registry.gauge({ name: 'raft_term', help: 'Current term.' }).set(3);
  const wait = registry.histogram({
    name: 'kv_wait_seconds',
    help: 'Time waited.',
    unit: 'seconds',
    labels: ['op'],
    upperBounds: [0.001, 1],
  });
  for (const seconds of [0.001, 0.5, 7]) wait.labels('read').observe(seconds);
  wait.labels('cas');
  registry.histogram({ name: 'kv_batch_entries', help: 'Batch.', upperBounds: [1] }).observe(2);

  assert.equal(
    textFormat.encode(registry.collect()),
    `# HELP kv_requests_total Requests.
# TYPE kv_requests_total counter
kv_requests_total{op="read",code="0"} 1027
# HELP raft_term Current term.
# TYPE raft_term gauge
raft_term 3
# HELP kv_wait_seconds Time waited.
# TYPE kv_wait_seconds histogram
kv_wait_seconds_bucket{op="cas",le="0.001"} 0
kv_wait_seconds_bucket{op="cas",le="1"} 0
kv_wait_seconds_bucket{op="cas",le="+Inf"} 0
kv_wait_seconds_sum{op="cas"} 0
kv_wait_seconds_count{op="cas"} 0
kv_wait_seconds_bucket{op="read",le="0.001"} 1
kv_wait_seconds_bucket{op="read",le="1"} 2
kv_wait_seconds_bucket{op="read",le="+Inf"} 3
kv_wait_seconds_sum{op="read"} 7.501
kv_wait_seconds_count{op="read"} 3
# HELP kv_batch_entries Batch.
# TYPE kv_batch_entries histogram
kv_batch_entries_bucket{le="1"} 0
kv_batch_entries_bucket{le="+Inf"} 1
kv_batch_entries_sum 2
kv_batch_entries_count 1
# HELP metrics_label_combinations_refused_total Times new label values were refused because their family was full; what is recorded under them is lost.
# TYPE metrics_label_combinations_refused_total counter
# HELP metrics_read_errors_total Times the values of a family could not be read, which left it without samples in that scrape.
# TYPE metrics_read_errors_total counter
`,
  );
});

test('a help text and a label value can hold anything', () => {
  const registry = new Registry();
  registry
    .gauge({ name: 'kv_keys', help: 'C:\\ "quoted"\nsecond line', labels: ['path'] })
    .labels('C:\\n "quoted"\nsecond line é {}')
    .set(1);
  const [help, , sample] = textFormat.encode(registry.collect()).split('\n');
  assert.equal(help, String.raw`# HELP kv_keys C:\\ "quoted"\nsecond line`);
  assert.equal(sample, String.raw`kv_keys{path="C:\\n \"quoted\"\nsecond line é {}"} 1`);
});

test('numbers are spelled as Go reads them', () => {
  const registry = new Registry();
  const gauge = registry.gauge({ name: 'kv_keys', help: 'Keys.' });
  const spelled = (value: number): string | undefined => {
    gauge.set(value);
    return textFormat.encode(registry.collect()).split('\n')[2];
  };
  assert.equal(spelled(Number.POSITIVE_INFINITY), 'kv_keys +Inf');
  assert.equal(spelled(Number.NEGATIVE_INFINITY), 'kv_keys -Inf');
  assert.equal(spelled(-0), 'kv_keys 0');
  assert.equal(spelled(Number.MAX_SAFE_INTEGER), 'kv_keys 9007199254740991');
  assert.equal(spelled(0.1), 'kv_keys 0.1');
  assert.equal(spelled(1e-9), 'kv_keys 1e-9');
  assert.equal(spelled(1e21), 'kv_keys 1e+21');
});

test('the content type names the version of the format', () => {
  assert.equal(contentTypeOf(textFormat), 'text/plain; version=0.0.4; charset=utf-8');
});

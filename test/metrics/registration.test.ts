import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Definition } from '../../src/metrics/definition.ts';
import { Registry } from '../../src/metrics/registry.ts';

const help = 'Something worth knowing.';

test('a definition that breaks a rule is refused, and the message names the rule', () => {
  const refused: readonly (readonly [() => unknown, RegExp])[] = [
    [() => new Registry().gauge({ name: '', help }), /snake_case/],
    [() => new Registry().gauge({ name: '9lives', help }), /snake_case/],
    [() => new Registry().gauge({ name: 'kv-keys', help }), /snake_case/],
    [() => new Registry().gauge({ name: 'kvKeys', help }), /snake_case/],
    [() => new Registry().gauge({ name: 'rule:kv_keys', help }), /snake_case/],
    [() => new Registry().gauge({ name: 'kv_keys\n', help }), /snake_case/],
    [() => new Registry().gauge({ name: 'kv__keys', help }), /snake_case/],
    [() => new Registry().gauge({ name: 'kv_keys_total', help }), /must not end in _total/],
    [() => new Registry().gauge({ name: 'kv_keys_count', help }), /must not end in _count/],
    [() => new Registry().counter({ name: 'kv_reads', help }), /must end in _total/],
    [() => new Registry().counter({ name: 'kv_sum_total', help }), /two reserved suffixes/],
    [() => new Registry().gauge({ name: 'kv_keys', help: ' \n' }), /help is empty/],
    [() => new Registry().gauge({ name: 'kv_keys', help, unit: 'bytes' }), /suffix of the name/],
    [() => new Registry().gauge({ name: 'kv_bytes', help, unit: 'Bytes' }), /unit "Bytes"/],
    [() => new Registry().gauge({ name: 'bytes', help, unit: 'bytes' }), /suffix of the name/],
    [() => new Registry().gauge({ name: 'kv_keys', help, labels: ['a-b'] }), /label "a-b"/],
    [() => new Registry().gauge({ name: 'kv_keys', help, labels: ['__name'] }), /label "__name"/],
    [() => new Registry().gauge({ name: 'kv_keys', help, labels: ['le'] }), /"le" is reserved/],
    [() => new Registry().gauge({ name: 'kv_keys', help, labels: ['quantile'] }), /is reserved/],
    [() => new Registry().gauge({ name: 'kv_keys', help, labels: ['op', 'op'] }), /occurs twice/],
  ];
  for (const [register, message] of refused) assert.throws(register, message);
});

test('an empty list of labels is refused: it would be a table without names', () => {
  const definition = { name: 'kv_keys', help, labels: [] } as unknown as Definition;
  assert.throws(() => new Registry().gauge(definition), /leave it out/);
});

test('upper bounds of a histogram are finite and ascend', () => {
  const bounded = (upperBounds: number[]) => () =>
    new Registry().histogram({ name: 'kv_wait_seconds', help, upperBounds });
  assert.throws(bounded([]), /there are none/);
  assert.throws(bounded([1, 1]), /must ascend/);
  assert.throws(bounded([2, 1]), /must ascend/);
  assert.throws(bounded([1, Number.POSITIVE_INFINITY]), /finite/);
  assert.throws(bounded([Number.NaN]), /finite/);
  assert.doesNotThrow(bounded([-1, 0, 0.5]));
});

test('a name can be taken once, whatever the type, and with or without _total', () => {
  const registry = new Registry();
  registry.counter({ name: 'kv_reads_total', help });
  assert.throws(
    () => registry.counter({ name: 'kv_reads_total', help }),
    /taken by the counter "kv_reads_total"/,
  );
  assert.throws(() => registry.gauge({ name: 'kv_reads', help }), /taken by the counter/);
  assert.throws(
    () => registry.counter({ name: 'metrics_read_errors_total', help }),
    /name is taken/,
  );
});

test('families are listed in the order of registration, and the registry’s own come last', () => {
  const registry = new Registry();
  registry.gauge({ name: 'zoo_keepers', help });
  registry.counter({ name: 'kv_read_bytes_total', help, unit: 'bytes', labels: ['op'] });
  registry.collectGauge({ name: 'kv_keys', help }, () => 1);
  assert.deepEqual(registry.families().slice(0, 2), [
    {
      name: 'zoo_keepers',
      type: 'gauge',
      help,
      labels: [],
      unit: undefined,
      exemplarLabel: undefined,
    },
    {
      name: 'kv_read_bytes_total',
      type: 'counter',
      help,
      labels: ['op'],
      unit: 'bytes',
      exemplarLabel: undefined,
    },
  ]);
  assert.deepEqual(
    registry.families().map(({ name }) => name),
    [
      'zoo_keepers',
      'kv_read_bytes_total',
      'kv_keys',
      'metrics_label_combinations_refused_total',
      'metrics_read_errors_total',
    ],
  );
  assert.deepEqual(
    registry.collect().map(({ name }) => name),
    registry.families().map(({ name }) => name),
  );
});

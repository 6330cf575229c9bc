/** What the live page makes of one scrape after the other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from '../../src/metrics/registry.ts';
import { textFormat } from '../../src/metrics/text-format.ts';
import { keptMax, Line, quantileOf, type Source } from '../../src/pages/browser/live/figures.ts';
import { Memory } from '../../src/pages/browser/live/memory.ts';
import { parseMetrics } from '../../src/pages/browser/live/prometheus-text.ts';
import { scaleOf } from '../../src/pages/browser/live/scale.ts';
import type { LiveStatus } from '../../src/pages/live-status.ts';

test('what the text format writes is read back', () => {
  const registry = new Registry();
  registry.gauge({ name: 'raft_term', help: 'Of "this".\nTerm.' }).set(7);
  const odd = 'a "b" \\ {c}, d="e"\n,';
  registry
    .counter({ name: 'kv_total', help: 'x', labels: ['op', 'code'] })
    .labels(odd, '')
    .inc(3);
  registry.histogram({ name: 'kv_seconds', help: 'x', upperBounds: [0.001, 1] }).observe(0.5);
  registry.gauge({ name: 'kv_low', help: 'x' }).set(Number.NEGATIVE_INFINITY);
  const scrape = parseMetrics(textFormat.encode(registry.collect()));
  const plain = (name: string) =>
    scrape.get(name)?.map(({ labels, value }) => [{ ...labels }, value]);
  assert.deepEqual(plain('raft_term'), [[{}, 7]]);
  assert.deepEqual(plain('kv_total'), [[{ op: odd, code: '' }, 3]]);
  assert.deepEqual(plain('kv_seconds_bucket'), [
    [{ le: '0.001' }, 0],
    [{ le: '1' }, 1],
    [{ le: '+Inf' }, 1],
  ]);
  assert.deepEqual(plain('kv_low'), [[{}, Number.NEGATIVE_INFINITY]]);
});

test('what is no sample is passed over', () => {
  const text = ['', '# EOF', 'not a sample', '{} 1', 'a{b="c} 1', 'a 1 1234567', '__proto__ 3'];
  const scrape = parseMetrics(text.join('\n'));
  assert.equal(scrape.get('a')?.at(-1)?.value, 1);
  assert.equal(scrape.get('__proto__')?.[0]?.value, 3);
});

function valuesOf(source: Source, scrapes: readonly string[]): (number | null)[] {
  const line = new Line(source);
  for (const [second, text] of scrapes.entries()) line.add(parseMetrics(text), 1000 * second);
  return line.points.map(({ value }) => value);
}

test('a rate is what a counter grew by, and nothing when it begins anew or is not there', () => {
  const source: Source = { kind: 'rate', family: 'a_total' };
  const scrapes = ['a_total{x="1"} 5\na_total{x="2"} 5', 'a_total 30', 'a_total 30', 'a_total 4'];
  assert.deepEqual(valuesOf(source, [...scrapes, 'a_total 6', '', 'a_total 9']), [
    ...[null, 20, 0, null, 2],
    ...[null, null],
  ]);
});

test('a rate may be of some labels only', () => {
  const source: Source = {
    kind: 'rate',
    family: 'a_total',
    where: ({ code }) => code === 'ok',
  };
  const scrape = (ok: number, other: number) =>
    `a_total{code="ok"} ${ok}\na_total{code="11"} ${other}`;
  assert.deepEqual(valuesOf(source, [scrape(1, 1), scrape(4, 9)]), [null, 3]);
});

test('a quantile lies evenly in its bucket, as Prometheus has it', () => {
  const buckets = [
    [1, 10],
    [2, 10],
    [4, 20],
    [Number.POSITIVE_INFINITY, 20],
  ] as const;
  assert.equal(quantileOf(buckets, 0.25), 0.5);
  assert.equal(quantileOf(buckets, 0.5), 1);
  assert.equal(quantileOf(buckets, 0.75), 3);
  assert.equal(quantileOf(buckets, 1), 4);
  const beyond = [[1, 1] as const, [Number.POSITIVE_INFINITY, 100] as const];
  assert.equal(quantileOf(beyond, 0.99), 1, 'what is beyond the last bound is not known');
  assert.equal(quantileOf([[1, 0]], 0.5), null);
  assert.equal(quantileOf([], 0.5), null);
});

test('a quantile is of the last ten seconds, and of one life of the node', () => {
  const source: Source = { kind: 'quantile', family: 'a', quantile: 0.5 };
  const scrape = (below: number, all: number) =>
    `a_bucket{le="1"} ${below}\na_bucket{le="2"} ${all}\na_bucket{le="+Inf"} ${all}`;
  const quiet = Array.from({ length: 12 }, () => scrape(10, 20));
  const values = valuesOf(source, [scrape(0, 0), scrape(10, 20), ...quiet, scrape(2, 2)]);
  assert.deepEqual(values.slice(0, 3), [null, 1, 1]);
  assert.equal(values.at(-2), null, 'nothing was observed of late');
  assert.equal(values.at(-1), null, 'counts that are smaller are of another life');
});

test('a line keeps five minutes, however long the page is open', () => {
  const values = valuesOf(
    { kind: 'value', family: 'a' },
    Array.from({ length: 3 * keptMax }, (_, second) => `a ${second}`),
  );
  assert.equal(values.length, keptMax);
  assert.equal(values.at(-1), 3 * keptMax - 1);
});

test('the scale of the logs shows all marks, and moves seldom', () => {
  for (const marks of [[0], [0, 0, 5], [1, 40], [1000, 1010], [17, 123_456], [5e8, 5e8 + 90]]) {
    const { from, to } = scaleOf(marks);
    assert.ok(from <= Math.min(...marks) && to > Math.max(...marks), `${marks}: ${from} to ${to}`);
    assert.ok(Number.isInteger(from) && Number.isInteger(to));
  }
  const scales = Array.from({ length: 100 }, (_, n) => JSON.stringify(scaleOf([1000 + n])));
  assert.ok(new Set(scales).size <= 22, `${new Set(scales).size} of 100`);
});

const answer = (fields: Partial<LiveStatus>): LiveStatus =>
  ({ node: 'n0', startedMs: 1000, nowMs: 2000, roleChanges: [], ...fields }) as LiveStatus;
const change = (atMs: number) =>
  ({ atMs, role: 'follower', term: 1, leader: null, reason: 'started' }) as const;

test('the page remembers silences, and the life before a new start', () => {
  const memory = new Memory();
  memory.noteSilence();
  assert.equal(memory.silentSinceMs, null, 'nothing has been heard yet, so nothing is missed');
  memory.noteAnswer(answer({ roleChanges: [change(1000)] }), 500);
  assert.equal(memory.nodeMs(700), 2200);
  memory.noteSilence();
  memory.noteSilence();
  assert.equal(memory.silentSinceMs, 2000);
  memory.noteAnswer(answer({ startedMs: 9000, nowMs: 9500, roleChanges: [change(9000)] }), 8000);
  assert.equal(memory.silentSinceMs, null);
  assert.deepEqual(memory.silences, [{ fromMs: 2000, toMs: 9500 }]);
  assert.deepEqual(
    memory.changes.map(({ atMs }) => atMs),
    [1000, 9000],
  );
});

test('another node at the same port is another story', () => {
  const memory = new Memory();
  memory.noteAnswer(answer({ roleChanges: [change(1000)] }), 0);
  memory.noteSilence();
  memory.noteAnswer(answer({ node: 'n7', roleChanges: [change(5000)] }), 0);
  assert.deepEqual(
    memory.changes.map(({ atMs }) => atMs),
    [5000],
  );
  assert.deepEqual(memory.silences, []);
});

test('what the page remembers is bounded', () => {
  const memory = new Memory();
  for (let life = 1; life <= 500; life++) {
    const roleChanges = [change(life), change(life + 0.5)];
    memory.noteAnswer(answer({ startedMs: life, nowMs: life, roleChanges }), life);
    memory.noteSilence();
  }
  assert.ok(memory.changes.length <= 512);
  assert.ok(memory.silences.length <= 64);
});

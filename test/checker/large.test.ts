import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckResult, checkHistory, readJsonlHistory } from '../../src/checker/index.ts';
import { type Load, randomHistory } from './random.ts';
import { Recorder } from './recorder.ts';
import { type Simulated, simulatedHistory } from './simulated.ts';

const load: Load = {
  operations: 20_000,
  processes: 15,
  values: 5,
  info: 0.005,
  refusal: 0.02,
  lie: 0,
  reads: 0.4,
  cas: 0.3,
};

const loads: readonly Partial<Load>[] = [
  { processes: 20, info: 0.001 },
  { processes: 10, info: 0.02 },
];

for (const [at, variation] of loads.entries()) {
  const name = `20,000 operations on one key ${JSON.stringify(variation)}`;
  const lines = randomHistory(at, { ...load, ...variation });

  test(`${name}: valid`, () => {
    assert.equal(checkHistory(readJsonlHistory(lines), { strict: true }).verdict, 'valid');
  });

  test(`${name}, and near the end a read of what nobody wrote: invalid, and named`, () => {
    const line = lastOkRead(lines, lines.length - 300);
    const result = checkHistory(readJsonlHistory(replaceValue(lines, line, -1)));
    assert.equal(result.verdict, 'invalid');
    assert.equal(culpritLine(result), line + 1);
  });
}

test('20,000 operations with values of their own, and near the end a stale read: invalid, and named', () => {
  const lines = randomHistory(7, { ...load, values: 1_000_000 });
  const stale = JSON.parse(lines[lastOkRead(lines, lines.length / 2)] ?? '');
  const line = lastOkRead(lines, lines.length - 300);
  const result = checkHistory(readJsonlHistory(replaceValue(lines, line, stale.value)));
  assert.equal(result.verdict, 'invalid');
  assert.equal(culpritLine(result), line + 1);
});

test('two of a thousand concurrent increments find the same value', () => {
  const { history, start, run } = new Recorder();
  run('write', 0);
  for (let value = 0; value < 1000; value += 10) {
    const batch = Array.from({ length: 10 }, (_, i) => start('cas', [value + i, value + i + 1]));
    for (const end of batch.reverse()) end();
  }
  assert.equal(checkHistory(history()).verdict, 'valid');
  run('cas', [500, 501]);
  assert.equal(checkHistory(history()).verdict, 'invalid');
});

test('40 unanswered writes of 5 values explain 40 reads, and not one more', () => {
  const { history, start, run } = new Recorder();
  for (let i = 0; i < 40; i += 1) start('write', i % 5);
  for (let i = 0; i < 40; i += 1) run('read', i % 5);
  assert.equal(checkHistory(history()).verdict, 'valid');
  run('read', 0);
  assert.equal(checkHistory(history()).verdict, 'invalid');
});

test('40 unanswered writes and 40 unanswered cas of 5 values do not explain a read of a sixth', () => {
  const { history, start, run } = new Recorder();
  for (let i = 0; i < 40; i += 1) {
    start('write', i % 5);
    start('cas', [i % 5, (i * 3 + 1) % 5]);
  }
  for (let i = 0; i < 30; i += 1) run('read', (i * 2) % 5);
  assert.equal(checkHistory(history()).verdict, 'valid');
  run('read', 5);
  assert.equal(checkHistory(history()).verdict, 'invalid');
});

test('of 100 concurrent writes any can be the last, but only one', () => {
  const { history, start, run } = new Recorder();
  const ends = Array.from({ length: 100 }, (_, value) => start('write', value));
  for (const end of ends) end();
  for (let i = 0; i < 20; i += 1) run('read', 37);
  assert.equal(checkHistory(history()).verdict, 'valid');
  run('read', 38);
  assert.equal(checkHistory(history()).verdict, 'invalid');
});

test('100 concurrent writes, each seen by a read that ends after them all', () => {
  const { history, start, run } = new Recorder();
  const writes = Array.from({ length: 100 }, (_, value) => start('write', value));
  const reads = Array.from({ length: 100 }, () => start('read', null));
  for (const end of writes) end();
  for (const [value, end] of reads.entries()) end(value);
  run('read', 40);
  assert.equal(checkHistory(history()).verdict, 'valid');
  run('read', 41);
  assert.equal(checkHistory(history()).verdict, 'invalid');
});

const crowd: Simulated = { seed: 1, operations: 2000, clients: 100, values: 5 };

test('2,000 operations of 100 clients, most of them cas of 5 values: valid', () => {
  for (let seed = 1; seed <= 3; seed += 1) {
    const lines = simulatedHistory({ ...crowd, seed, reads: 0.3, cas: 0.68 });
    assert.equal(checkHistory(readJsonlHistory(lines ?? [])).verdict, 'valid', `seed ${seed}`);
  }
});

for (const spoilt of ['stale read', 'double cas'] as const) {
  test(`2,000 operations of 100 clients with values of their own, one a ${spoilt}: invalid`, () => {
    const lines = simulatedHistory({ ...crowd, values: 'unique', spoilt });
    assert.equal(checkHistory(readJsonlHistory(lines ?? [])).verdict, 'invalid');
  });

  test(`1,000 operations of 30 clients, 5 % of them indefinite, one a ${spoilt}: invalid`, () => {
    const small: Simulated = { ...crowd, operations: 1000, clients: 30, info: 0.05 };
    const lines = simulatedHistory({ ...small, values: 'unique', spoilt });
    assert.equal(checkHistory(readJsonlHistory(lines ?? [])).verdict, 'invalid');
  });
}

test('a limit on configurations makes the verdict unknown, and says where', () => {
  const { history, start, run } = new Recorder();
  for (let i = 0; i < 30; i += 1) {
    start('write', i % 5);
    start('cas', [i % 5, (i * 3 + 1) % 5]);
  }
  for (let i = 0; i < 200; i += 1) run('read', (i * i + 3 * i) % 5);

  const result = checkHistory(history(), { maxConfigurations: 200 });

  assert.equal(result.verdict, 'unknown');
  const [key] = result.keys;
  assert.ok(key?.verdict === 'unknown');
  assert.ok(key.configurations >= 200 && key.configurations < 300);
  assert.equal(key.stoppedAt.f, 'read');
});

/** The number, from 0, of the last line up to one that answers a read. */
function lastOkRead(lines: readonly string[], before: number): number {
  return lines.findLastIndex((line, at) => at < before && /"ok","f":"read"/.test(line));
}

function replaceValue(lines: readonly string[], line: number, value: unknown): readonly string[] {
  return lines.map((text, at) =>
    at === line ? JSON.stringify({ ...JSON.parse(text), value }) : text,
  );
}

function culpritLine({ keys: [key] }: CheckResult): number | undefined {
  return key?.verdict === 'invalid' ? key.counterexample.operation.completed?.line : undefined;
}

import assert from 'node:assert/strict';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { registerNodejsFamilies } from '../../src/metrics/nodejs-families.ts';
import { registerProcessFamilies } from '../../src/metrics/process-families.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { samplesOf } from './samples.ts';

/** The one value of a family without labels. */
function soleValue(registry: Registry, name: string): number {
  const [sample = ''] = samplesOf(registry, name);
  return Number.parseFloat(sample.replace(/^: /, ''));
}

/** Keeps the event loop from turning. */
function block(durationMs: number): void {
  const startMs = performance.now();
  while (performance.now() - startMs < durationMs);
}

test('what the process says about itself has the right units', () => {
  const registry = new Registry();
  registerProcessFamilies(registry);
  const before = soleValue(registry, 'process_cpu_seconds_total');
  block(30);
  const spent = soleValue(registry, 'process_cpu_seconds_total') - before;
  assert.ok(spent > 0 && spent < 10, `cpu: ${spent}`);
  assert.ok(soleValue(registry, 'process_resident_memory_bytes') > 1e7);
});

test('the start of the process is a time of day, as the file system tells it', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'metrics-start-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const registry = new Registry();
  registerProcessFamilies(registry);
  const ageSeconds =
    statSync(directory).mtimeMs / 1e3 - soleValue(registry, 'process_start_time_seconds');
  assert.ok(Math.abs(ageSeconds - process.uptime()) < 5, `${ageSeconds}`);
});

test('file descriptors are counted where the system lists them, limits read where it has them', (t) => {
  const proc = mkdtempSync(join(tmpdir(), 'metrics-proc-'));
  t.after(() => rmSync(proc, { recursive: true }));
  const registry = new Registry();
  registerProcessFamilies(registry, proc);
  assert.deepEqual(samplesOf(registry, 'process_open_fds'), []);
  assert.deepEqual(samplesOf(registry, 'process_max_fds'), []);

  mkdirSync(join(proc, 'fd'));
  for (const fd of ['0', '1', '2', '17']) writeFileSync(join(proc, 'fd', fd), '');
  const limits = (soft: string) =>
    writeFileSync(
      join(proc, 'limits'),
      `Limit Soft Hard\nMax open files   ${soft}   4096  files\n`,
    );
  limits('1024');
  assert.deepEqual(samplesOf(registry, 'process_open_fds'), [': 3']);
  assert.deepEqual(samplesOf(registry, 'process_max_fds'), [': 1024']);
  limits('unlimited');
  assert.deepEqual(samplesOf(registry, 'process_max_fds'), []);
});

test('opening a file is seen', { skip: process.platform !== 'linux' }, () => {
  const registry = new Registry();
  registerProcessFamilies(registry);
  const before = soleValue(registry, 'process_open_fds');
  const fd = openSync('/dev/null', 'r');
  const during = soleValue(registry, 'process_open_fds');
  closeSync(fd);
  assert.equal(during, before + 1);
});

test('the version of Node.js is a fact with labels', () => {
  const registry = new Registry();
  registerNodejsFamilies(registry);
  const [major, minor, patch] = process.versions.node.split('.');
  assert.deepEqual(registry.families().find(({ name }) => name === 'nodejs_version_info')?.labels, [
    'version',
    'major',
    'minor',
    'patch',
  ]);
  assert.deepEqual(samplesOf(registry, 'nodejs_version_info'), [
    `${process.version},${major},${minor},${patch}: 1`,
  ]);
  assert.ok(soleValue(registry, 'nodejs_heap_size_used_bytes') > 1e6);
});

/** The statistics of the event loop lag, as far as they are known. */
function lagOf(registry: Registry): Map<string, number> {
  const lag = new Map<string, number>();
  for (const family of registry.collect()) {
    const name = /^nodejs_eventloop_lag_(?:(.+)_)?seconds$/.exec(family.name);
    if (name === null || family.type !== 'gauge') continue;
    for (const { value } of family.samples) lag.set(name[1] ?? 'turn', value);
  }
  return lag;
}

/**
 * Lets the event loop turn for a while: the monitor looks every 10 ms, and needs two looks for one
 * measurement.
 */
async function idle(durationMs: number): Promise<void> {
  const startMs = performance.now();
  while (performance.now() - startMs < durationMs) await setImmediate();
}

test('a blocked event loop shows in the statistics of one scrape', async () => {
  const registry = new Registry();
  registerNodejsFamilies(registry);
  assert.deepEqual([...lagOf(registry)], [], 'nothing is known yet');
  // More than once: on a busy machine the monitor may have had no turn before the first.
  for (let round = 0; round < 4; round++) {
    await idle(40);
    block(100);
  }
  await idle(40);
  const lag = lagOf(registry);
  for (const statistic of ['max', 'p99']) {
    const seconds = lag.get(statistic) ?? 0;
    assert.ok(seconds > 0.07 && seconds < 10, `${statistic}: ${seconds}`);
  }
  assert.deepEqual([...lag.keys()].sort(), [
    'max',
    'mean',
    'min',
    'p50',
    'p90',
    'p99',
    'stddev',
    'turn',
  ]);
  assert.deepEqual([...lagOf(registry).keys()], ['turn'], 'the statistics start afresh');
});

test('a turn of the event loop that comes late shows in the scrape after it', async () => {
  const registry = new Registry();
  registerNodejsFamilies(registry);
  lagOf(registry);
  block(50);
  await setImmediate();
  const seconds = lagOf(registry).get('turn') ?? 0;
  assert.ok(seconds >= 0.05 && seconds < 10, `${seconds}`);
});

test('garbage collections are timed by kind', async () => {
  const registry = new Registry();
  registerNodejsFamilies(registry);
  const counts = (): Map<string | undefined, number> => {
    const family = registry.collect().find(({ name }) => name === 'nodejs_gc_duration_seconds');
    assert.ok(family?.type === 'histogram');
    return new Map(family.samples.map(({ labels, count }) => [labels[0], count]));
  };
  assert.deepEqual(
    [...counts()],
    [
      ['incremental', 0],
      ['major', 0],
      ['minor', 0],
      ['weakcb', 0],
    ],
  );
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  while (counts().get('major') === 0) await setImmediate();
});

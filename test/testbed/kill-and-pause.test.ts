/** The bench with nodes that are killed and paused: what it catches, and what it leaves. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readTrace } from '../../src/trace/index.ts';
import { Child, run } from '../process.ts';
import { bench, linKv, nodeProgram, raftwright, resultsOf, store } from './benching.ts';

/**
 * By this seed the one node is killed after 0.8, 2.0 and 3.0 s, and starts again 0.15 s later. Ten keys
 * are worked on at a time: one alone may happen to have the value again that was lost.
 */
const kills: readonly string[] = [
  ...['--node-count', '1', '--rate', '300', '--seed', '686', '--time-limit', '5'],
  ...['--concurrency', '20n'],
  ...['--nemesis', 'kill', '--nemesis-interval', '0.6'],
];

test('who syncs before it answers may be killed, and finds nothing of an earlier run', async () => {
  const data = mkdtempSync(join(store, 'data-'));
  for (let times = 0; times < 2; times++) {
    const ended = await bench(nodeProgram('keeper'), kills, ['durable', data]);
    assert.equal(ended.status, 0, ended.stdout);
    assert.match(ended.stdout, /; kills every 0.6 s;/);
    assert.match(ended.stdout, / {2}kill n0/, 'progress');
    assert.match(ended.stdout, /nodes killed: [34], paused: 0/);
    assert.match(
      ended.stdout,
      /nodes started again: [123]; until init was answered: median \d+ ms/,
    );
  }
  assert.equal(readdirSync(data).length, 2, 'each run has a name of its own');
});

for (const [what, manner] of [
  ['what it writes only later', 'lazy'],
  ['everything', 'forgetful'],
] as const) {
  test(`a broken node is caught: it loses ${what} when it is killed`, async () => {
    const data = mkdtempSync(join(store, 'data-'));
    const ended = await bench(nodeProgram('keeper'), kills, [manner, data]);
    assert.equal(ended.status, 1, ended.stdout);
    const history = join(resultsOf(ended), 'history.jsonl');
    const checked = await run(raftwright, ['check', '--strict', history]);
    assert.equal(checked.status, 1, 'the recorded history gets the same verdict');
  });
}

test('a node that cannot start again breaks off the run', async () => {
  const data = mkdtempSync(join(store, 'data-'));
  const ended = await bench(nodeProgram('keeper'), kills, ['locked', data]);
  assert.equal(ended.status, 255, ended.stdout);
  assert.match(ended.stdout, /node n0 answered init with .*EEXIST: file already exists/);
});

test('a lease that is measured in ticks outlives a pause, and is caught', async () => {
  const flags = ['--node-count', '3', '--time-limit', '4', '--rate', '300', '--seed', '4'];
  // Writes wait for leases to end. It takes many clients for some compare-and-set to succeed.
  const many = [...flags, '--concurrency', '16n'];
  const pauses = [...many, '--nemesis', 'pause', '--nemesis-interval', '0.3'];
  const right = await bench(nodeProgram('leases'), pauses, ['clock']);
  assert.equal(right.status, 0, right.stdout);
  const wrong = await bench(nodeProgram('leases'), pauses, ['ticks']);
  assert.equal(wrong.status, 1, wrong.stdout);
});

test('three nodes of ours, with a disk, that are killed, paused and cut off', async () => {
  const flags = [
    ...['--node-count', '3', '--time-limit', '6', '--rate', '200', '--seed', '2'],
    ...['--nemesis', 'pause,partition,kill', '--nemesis-interval', '1'],
  ];
  const data = mkdtempSync(join(store, 'data-'));
  const ended = await bench(linKv, flags, ['--data-dir', data]);
  assert.equal(ended.status, 0, ended.stdout);
  const results = JSON.parse(readFileSync(join(resultsOf(ended), 'results.json'), 'utf8'));
  assert.deepEqual(results.options.faults, ['partition', 'kill', 'pause']);
  const { faults } = results.statistics;
  assert.ok(faults.pauses > 0 && faults.restarts > 0, JSON.stringify(faults));
  const { events } = readTrace(join(resultsOf(ended), 'trace.jsonl'));
  const lost = [...events].filter(({ kind }) => kind === 'lose').length;
  assert.equal(lost, results.statistics.messages.lost);
});

test('a run that is broken off twice in the middle of a pause leaves nobody behind', async () => {
  const data = mkdtempSync(join(store, 'data-'));
  const child = new Child(raftwright, [
    ...['test', '--bin', nodeProgram('keeper'), '--store', store, '--rate', '50', '--seed', '4'],
    ...['--node-count', '3', '--nemesis', 'pause', '--nemesis-interval', '1', '--log-stderr'],
    ...['--', 'durable', data],
  ]);
  await child.until(({ stdout }) => stdout.includes('  pause n'));
  child.process.kill('SIGINT');
  child.process.kill('SIGTERM');
  const { stdout } = await child.ended;
  const pids = [...stdout.matchAll(/: pid (\d+)/g)].map(([, pid]) => Number(pid));
  assert.equal(pids.length, 3, stdout);
  for (const pid of pids) await ended(pid);
});

/** Resolves when there is no such process; it may take a moment to go. */
async function ended(pid: number): Promise<void> {
  for (let times = 0; times < 100; times++) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`process ${pid} has been left behind`);
}

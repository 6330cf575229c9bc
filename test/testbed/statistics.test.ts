import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultBands } from '../../src/testbed/fault-bands.ts';
import { History } from '../../src/testbed/history.ts';
import { completedOperations, computeStatistics } from '../../src/testbed/statistics.ts';
import type { Operation } from '../../src/testbed/workloads/lin-kv.ts';

const read: Operation = { f: 'read', key: 0, value: null };
const write: Operation = { f: 'write', key: 0, value: 1 };
const functions = ['read', 'write', 'cas'];
const noMessages = { servers: 0, clients: 0, lost: 0, overflowed: 0 };

/** 100 reads that take 1 to 100 ms, two writes that go wrong, and one partition. */
function someHistory(): History {
  const history = new History();
  history.fault(0, {
    f: 'start-partition',
    shape: 'one',
    grudge: new Map([['n0', new Set(['n1', 'n2'])]]),
  });
  for (let ms = 1; ms <= 100; ms++) {
    history.invoke(ms, 1, read);
    history.complete(2 * ms, 1, read, { type: 'ok', value: 3 });
  }
  history.invoke(300, 2, write);
  history.complete(301, 2, write, { type: 'fail', error: [11, 'no leader'] });
  history.invoke(400, 3, write);
  history.complete(1400, 3, write, { type: 'info', error: 'net-timeout' });
  history.fault(500, { f: 'stop-partition' });
  return history;
}

test('counts, quantiles of ok operations, availability and messages for each operation', () => {
  const messages = { servers: 204, clients: 204, lost: 3, overflowed: 0 };
  const statistics = computeStatistics(someHistory().events, messages, functions);
  assert.deepEqual(statistics.all, {
    invoked: 102,
    ok: 100,
    fail: 1,
    info: 1,
    latencyMs: { median: 50, p95: 95, p99: 99, max: 100 },
  });
  assert.equal(statistics.byFunction['write']?.latencyMs, null);
  assert.equal(statistics.byFunction['cas']?.invoked, 0);
  assert.equal(statistics.availability, 0.98);
  assert.equal(statistics.messages.serverMessagesPerOperation, 2);
});

test('history events are what the checker reads', () => {
  const [fault, invoke, ok] = someHistory().events;
  assert.deepEqual(fault, {
    time: 0,
    process: 'nemesis',
    type: 'info',
    f: 'start-partition',
    value: { shape: 'one', grudge: { n0: ['n1', 'n2'] } },
  });
  assert.deepEqual(invoke, {
    time: 1e6,
    process: 1,
    type: 'invoke',
    f: 'read',
    key: 0,
    value: null,
  });
  assert.deepEqual(ok, { time: 2e6, process: 1, type: 'ok', f: 'read', key: 0, value: 3 });
});

/** A partition all along; n1 and n2 are killed and come back; n0 is paused, and again to the end. */
function someFaults(): History {
  const history = new History();
  const grudge = new Map([
    ['n0', new Set(['n1', 'n2'])],
    ['n1', new Set(['n0'])],
    ['n2', new Set(['n0'])],
  ]);
  history.fault(0, { f: 'start-partition', shape: 'one', grudge });
  history.fault(100, { f: 'kill', target: 'majority', nodes: ['n1', 'n2'] });
  history.fault(200, { f: 'pause', target: 'one', nodes: ['n0'] });
  history.fault(300, { f: 'start', nodes: ['n1', 'n2'] });
  history.fault(400, { f: 'restarted', node: 'n2', tookMs: 100 });
  history.fault(500, { f: 'resume', nodes: ['n0'] });
  history.fault(600, { f: 'restarted', node: 'n1', tookMs: 300 });
  history.fault(1900, { f: 'pause', target: 'all', nodes: ['n0', 'n1', 'n2'] });
  return history;
}

test('kills, pauses and restarts are counted by nodes, with how long restarts took', () => {
  const { faults } = computeStatistics(someFaults().events, noMessages, functions);
  assert.deepEqual(faults, {
    partitions: 1,
    kills: 2,
    pauses: 4,
    restarts: 2,
    restartMs: { median: 100, max: 300 },
  });
  assert.equal(computeStatistics([], noMessages, functions).faults.restartMs, null);
});

test('the longest time without an ok is counted from the beginning and to the end, too', () => {
  const longest = (...okMs: number[]) => {
    const history = new History();
    for (const ms of okMs) {
      history.invoke(ms, 1, read);
      history.complete(ms, 1, read, { type: 'ok', value: 3 });
    }
    history.fault(1000, { f: 'stop-partition' });
    return computeStatistics(history.events, noMessages, functions).longestWithoutOkMs;
  };
  assert.equal(longest(), 1000);
  assert.equal(longest(600, 700), 600);
  assert.equal(longest(100, 600, 700), 500);
  assert.equal(longest(100, 200), 800);
});

test('the history says to whom faults were done', () => {
  const recorded = someFaults().events.map((event) => ({ f: event.f, value: event.value }));
  assert.deepEqual(recorded.slice(1, 5), [
    { f: 'kill', value: { target: 'majority', nodes: ['n1', 'n2'] } },
    { f: 'pause', value: { target: 'one', nodes: ['n0'] } },
    { f: 'start', value: { nodes: ['n1', 'n2'] } },
    { f: 'restarted', value: { node: 'n2', ms: 100 } },
  ]);
});

test('faults that overlap are told apart, and one that nobody ended lasts to the end', () => {
  const { events } = someFaults();
  assert.deepEqual(faultBands(events, 2000), [
    { kind: 'partition', fromMs: 0, toMs: 2000, who: 'n0 | n1 n2 (one)' },
    { kind: 'kill', fromMs: 100, toMs: 300, who: 'n1 n2 (majority)' },
    { kind: 'pause', fromMs: 200, toMs: 500, who: 'n0 (one)' },
    { kind: 'pause', fromMs: 1900, toMs: 2000, who: 'n0 n1 n2 (all)' },
  ]);
});

test('the quiet time before the last questions is no time without an ok', () => {
  const history = new History();
  for (const ms of [100, 400]) {
    history.invoke(ms, 1, read);
    history.complete(ms, 1, read, { type: 'ok', value: 3 });
  }
  history.fault(500, { f: 'stop-partition' });
  history.invoke(9000, 1, { ...read, final: true });
  history.complete(9001, 1, { ...read, final: true }, { type: 'ok', value: 3 });
  const { longestWithoutOkMs, all } = computeStatistics(history.events, noMessages, functions);
  assert.equal(longestWithoutOkMs, 300);
  assert.equal(all.ok, 3);
  assert.deepEqual(
    completedOperations(history.events).map(({ isFinal }) => isFinal),
    [false, false, true],
  );
});

test('functions are counted that nobody asked for, and those of any workload', () => {
  const history = new History();
  history.invoke(0, 1, { f: 'generate', key: null, value: null });
  history.complete(1, 1, { f: 'generate', key: null, value: null }, { type: 'ok', value: 'n1-1' });
  const { byFunction } = computeStatistics(history.events, noMessages, ['generate', 'burn']);
  assert.deepEqual(Object.keys(byFunction), ['generate', 'burn']);
  assert.equal(byFunction['generate']?.ok, 1);
  assert.equal(byFunction['burn']?.invoked, 0);
});

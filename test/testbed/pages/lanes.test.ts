/** What a node was over time: by a trace, and by a history with faults in it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceReading } from '../../../src/pages/report/from-trace.ts';
import { History } from '../../../src/testbed/history.ts';
import { conditionsIn } from '../../../src/testbed/pages/from-history.ts';
import type { TraceEvent } from '../../../src/trace/format.ts';

const nodes = ['n0', 'n1', 'n2'];

function readingOf(events: readonly TraceEvent[], durationMs = 100) {
  const reading = new TraceReading(nodes);
  for (const event of events) reading.note(event);
  return reading.finish(durationMs);
}

function role(timeMs: number, node: string, name: string, term: number): TraceEvent {
  const leader = name === 'leader' ? node : null;
  return { timeMs, kind: 'role', node, role: name, term, leader, reason: 'why' };
}

test('roles last until the next, a crash or the end; what was before the run begins with it', () => {
  const { roles } = readingOf([
    role(-5, 'n0', 'follower', 1),
    role(10, 'n0', 'preCandidate', 1),
    role(12, 'n0', 'leader', 2),
    role(12, 'n0', 'leader', 2),
    role(20, 'n1', 'follower', 2),
    { timeMs: 30, kind: 'crash', node: 'n0' },
    role(50, 'n0', 'follower', 2),
  ]);
  const told = (node: string) =>
    roles.get(node)?.map(({ fromMs, toMs, role: name, term }) => [fromMs, toMs, name, term]);
  assert.deepEqual(told('n0'), [
    [0, 10, 'follower', 1],
    [10, 12, 'pre-candidate', 1],
    [12, 30, 'leader', 2],
    [50, 100, 'follower', 2],
  ]);
  assert.deepEqual(told('n1'), [[20, 100, 'follower', 2]]);
  assert.equal(told('n2'), undefined);
});

test('faults of a trace: one partition at a time, kills and pauses by node, moments', () => {
  const fault = (timeMs: number, name: string, phase: 'begin' | 'end' | 'moment', of: string[]) =>
    ({ timeMs, kind: 'fault', fault: name, phase, nodes: of, text: of.join(' ') }) as const;
  const { faults, conditions } = readingOf([
    fault(10, 'partition', 'begin', ['n0']),
    fault(20, 'kill', 'begin', ['n1']),
    fault(25, 'kill', 'begin', ['n2']),
    fault(30, 'partition', 'begin', ['n2']),
    fault(40, 'kill', 'end', ['n1']),
    fault(50, 'transferLeadership', 'moment', ['n0']),
    fault(60, 'pause', 'begin', ['n0']),
    fault(70, 'partition', 'end', nodes),
    fault(75, 'kill', 'begin', ['n0']),
    fault(78, 'kill', 'end', ['n0']),
    { timeMs: 80, kind: 'broken', rule: 'a rule', node: 'n1', detail: '' },
  ]);
  assert.deepEqual(
    faults.map(({ kind, fromMs, toMs, text }) => [kind, fromMs, toMs, text]),
    [
      ['partition', 10, 30, 'n0'],
      ['kill', 20, 40, 'n1'],
      ['kill', 25, 100, 'n2'],
      ['partition', 30, 70, 'n2'],
      ['transferLeadership', 50, 50, 'n0'],
      ['pause', 60, 100, 'n0'],
      ['kill', 75, 78, 'n0'],
      ['broken rule', 80, 80, 'a rule (n1)'],
    ],
  );
  const told = (node: string) =>
    conditions.get(node)?.map(({ condition, fromMs, toMs }) => [condition, fromMs, toMs]);
  assert.deepEqual(told('n0'), [
    ['cut-off', 10, 30],
    ['paused', 60, 75],
    ['down', 75, 78],
  ]);
  assert.deepEqual(told('n1'), [['down', 20, 40]]);
  assert.deepEqual(told('n2'), [
    ['cut-off', 30, 70],
    ['down', 25, 100],
  ]);
});

test('messages between servers are counted by type; those of clients are not, nor are doubles lost', () => {
  const send = (id: number, from: string, type: string): TraceEvent => ({
    ...{ timeMs: id, kind: 'send', id, from, to: 'n1', body: { type } },
  });
  const { sends, lost } = readingOf([
    send(1, 'n0', 'vote'),
    send(2, 'c7', 'read'),
    send(3, 'n2', 'vote'),
    send(4, 'n2', 'append'),
    { timeMs: 5, kind: 'lose', id: 1 },
    { timeMs: 5, kind: 'lose', id: 2 },
    { timeMs: 6, kind: 'receive', id: 3 },
    { timeMs: 7, kind: 'lose', id: 3 },
  ]);
  assert.deepEqual(sends, {
    timesMs: [1, 3, 4],
    byType: [
      ['vote', 2],
      ['append', 1],
    ],
  });
  assert.equal(lost, 1);
});

test('a history says when nodes were down, starting, paused, and whom they heard', () => {
  const history = new History();
  const grudge = new Map([
    ['n0', new Set(['n1', 'n2'])],
    ['n1', new Set(['n0'])],
  ]);
  history.fault(10, { f: 'start-partition', shape: 'one', grudge });
  history.fault(20, { f: 'kill', target: 'one', nodes: ['n1'] });
  history.fault(30, { f: 'start', nodes: ['n1'] });
  history.fault(45, { f: 'restarted', node: 'n1', tookMs: 15 });
  history.fault(50, { f: 'stop-partition' });
  history.fault(60, { f: 'pause', target: 'one', nodes: ['n2'] });
  const conditions = conditionsIn(history.events, nodes, 100);
  const told = (node: string) =>
    conditions
      .get(node)
      ?.map(({ condition, fromMs, toMs, text }) => [condition, fromMs, toMs, text]);
  assert.deepEqual(told('n0'), [['cut-off', 10, 50, 'hears nobody']]);
  assert.deepEqual(told('n1'), [
    ['cut-off', 10, 50, 'hears n2 only'],
    ['down', 20, 30, 'killed, and not started again yet'],
    ['starting', 30, 45, 'started again, has not answered init yet'],
  ]);
  assert.deepEqual(told('n2'), [['paused', 60, 100, 'paused']]);
});

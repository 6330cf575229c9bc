/** Histories of any workload, read again: what was written comes back, and what is wrong is named. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyJson } from '../../src/machine/json.ts';
import { History } from '../../src/testbed/history.ts';
import { readHistoryLines } from '../../src/testbed/recorded/history-lines.ts';

const functions = ['add', 'read'];

test('what a run has written is read as it was', () => {
  const history = new History();
  const add = { f: 'add', key: null, value: { any: ['thing'] } };
  const read = { f: 'read', key: null, value: null, final: true } as const;
  history.invoke(1, 0, add);
  history.fault(2, { f: 'kill', target: 'one', nodes: ['n1'] });
  history.complete(3, 0, add, { type: 'info', error: 'net-timeout' });
  history.invoke(4, 3, read);
  history.complete(5, 3, read, { type: 'ok', value: [1, null] });
  const lines = history.events.map((event) => stringifyJson(event));
  assert.deepEqual(readHistoryLines([...lines, '', ''], functions), {
    events: history.events,
    strange: 0,
  });
});

test('an event of the nemesis that makes no sense is left out, and counted', () => {
  const line = '{"process":"nemesis","type":"info","f":"kill","time":1,"value":"who knows"}';
  assert.deepEqual(readHistoryLines([line], functions), { events: [], strange: 1 });
});

const invoke = '{"process":0,"type":"invoke","f":"add","key":null,"value":1}';
const wrong: readonly (readonly [lines: readonly string[], fault: RegExp])[] = [
  [['nonsense'], /line 1: /],
  [['[]'], /line 1: an event is an object, not \[\]/],
  [[invoke, '', invoke], /line 2: a blank line before the end/],
  [['{"type":"invoke","f":"add"}'], /line 1: no process/],
  [['{"process":-1,"type":"ok","f":"add"}'], /line 1: process is -1, not a non-negative integer/],
  [['{"process":0,"type":"begin","f":"add"}'], /line 1: type is "begin", not one of invoke, ok/],
  [['{"process":0,"type":"invoke","f":"cas"}'], /line 1: f is "cas", not one of add, read/],
  [['{"process":0,"type":"ok","f":"add"}'], /line 1: process 0 completes a add that it has not/],
  [[invoke, invoke], /line 2: process 0 invokes a add while its add of line 1 is open/],
  [
    [invoke, '{"process":0,"type":"ok","f":"read","value":1}'],
    /line 2: process 0 completes its add of line 1 as a read/,
  ],
];

test('what is no history is refused, with the line and what is wrong there', () => {
  for (const [lines, fault] of wrong)
    assert.throws(() => readHistoryLines(lines, functions), fault);
});

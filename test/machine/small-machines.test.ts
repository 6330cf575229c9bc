/** Machines whose rules fit in a few lines: a set, a counter, unique ids, an echo. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterMachine } from '../../src/machine/counter.ts';
import { EchoMachine, echoKit } from '../../src/machine/echo.ts';
import { type Json, parseJson, stringifyJson } from '../../src/machine/json.ts';
import { SetMachine } from '../../src/machine/set.ts';
import { UniqueIdsMachine } from '../../src/machine/unique-ids.ts';

test('a set has each element once, as it first came, in the order in which they came', () => {
  const machine = new SetMachine();
  for (const text of ['3', '"3"', '1', '3.0', '{"a":1,"b":2}', '{"b":2,"a":1}', 'null', '[]']) {
    machine.apply({ kind: 'add', element: parseJson(text) });
  }
  const result = machine.query({ kind: 'read' });
  const elements = result.kind === 'elements' ? result.elements : [];
  assert.equal(stringifyJson(elements), '[3,"3",1,{"a":1,"b":2},null,[]]');
});

test('what a set was does not change afterwards, in an answer or a snapshot', () => {
  const machine = new SetMachine();
  machine.apply({ kind: 'add', element: 1 });
  const [answer, snapshot] = [machine.query({ kind: 'read' }), machine.snapshot()];
  machine.apply({ kind: 'add', element: 2 });
  assert.deepEqual(answer, { kind: 'elements', elements: [1] });
  assert.deepEqual(snapshot, [1]);
});

test('to add to a set says nothing of the set, however large it is', () => {
  const machine = new SetMachine();
  const results = [1, 1, 2].map((element) => machine.apply({ kind: 'add', element }));
  assert.deepEqual(results, Array(3).fill({ kind: 'added' }));
});

test('a counter is the sum of what was added', () => {
  const machine = new CounterMachine();
  for (const delta of [5, -7, 0]) machine.apply({ kind: 'add', delta });
  assert.deepEqual(machine.query({ kind: 'read' }), { kind: 'value', value: -2 });
});

test('a counter refuses what it could not count exactly, and goes on', () => {
  const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
  for (const [limit, one] of [
    [most, 1],
    [least, -1],
  ] as const) {
    const machine = new CounterMachine();
    assert.deepEqual(machine.apply({ kind: 'add', delta: limit }), { kind: 'added' });
    assert.deepEqual(machine.apply({ kind: 'add', delta: one }), { kind: 'outOfRange' });
    assert.deepEqual(machine.apply({ kind: 'add', delta: limit }), { kind: 'outOfRange' });
    assert.deepEqual(machine.query({ kind: 'read' }), { kind: 'value', value: limit });
    assert.deepEqual(machine.apply({ kind: 'add', delta: -one }), { kind: 'added' });
  }
});

test('no id is given out twice, by a machine or by one that takes over from it', () => {
  const machine = new UniqueIdsMachine();
  const before = [1, 2].map(() => machine.apply({ kind: 'generate' }));
  const successor = new UniqueIdsMachine();
  successor.restore(machine.snapshot());
  assert.deepEqual([...before, successor.apply({ kind: 'generate' })], [1, 2, 3]);
});

test('an echo answers by the question, and knows no commands', () => {
  const question: Json = { a: [null] };
  assert.equal(new EchoMachine().query(question), question);
  assert.throws(() => echoKit.parseCommand({ kind: 'anything' }), TypeError);
});

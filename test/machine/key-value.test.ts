import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, parseJson } from '../../src/machine/json.ts';
import { type KeyValueCommand, KeyValueMachine } from '../../src/machine/key-value.ts';
import { parseKeyValueCommand, parseKeyValueResult } from '../../src/machine/key-value-wire.ts';

const read = (machine: KeyValueMachine, key: Json) => machine.query({ kind: 'read', key });
const write = (key: Json, value: Json): KeyValueCommand => ({ kind: 'write', key, value });
const cas = (key: Json, from: Json, to: Json, createIfNotExists = false): KeyValueCommand => ({
  kind: 'cas',
  key,
  from,
  to,
  createIfNotExists,
});

test('a key is absent until it is written, and then holds what was written last', () => {
  const machine = new KeyValueMachine();
  assert.deepEqual(read(machine, 'k'), { kind: 'absent' });
  assert.deepEqual(machine.apply(write('k', 1)), { kind: 'written' });
  machine.apply(write('k', null));
  assert.deepEqual(read(machine, 'k'), { kind: 'value', value: null }, 'null is a value');
});

test('compare-and-set: absent, mismatch, written', () => {
  const machine = new KeyValueMachine();
  assert.deepEqual(machine.apply(cas('k', 1, 2)), { kind: 'absent' });
  machine.apply(write('k', 1));
  assert.deepEqual(machine.apply(cas('k', 2, 3)), { kind: 'mismatch', actual: 1 });
  assert.deepEqual(read(machine, 'k'), { kind: 'value', value: 1 });
  assert.deepEqual(machine.apply(cas('k', 1, 2)), { kind: 'written' });
  assert.deepEqual(read(machine, 'k'), { kind: 'value', value: 2 });
});

test('createIfNotExists writes an absent key, and compares one that exists', () => {
  const machine = new KeyValueMachine();
  assert.deepEqual(machine.apply(cas('k', 'anything', 5, true)), { kind: 'written' });
  assert.deepEqual(read(machine, 'k'), { kind: 'value', value: 5 });
  assert.deepEqual(machine.apply(cas('k', 6, 7, true)), { kind: 'mismatch', actual: 5 });
});

test('keys and values of any JSON are told apart, except for member order', () => {
  const machine = new KeyValueMachine();
  const keys = ['1', '"1"', '[1]', '{"a":1}', 'null', '"null"', '[[1]]', '1.5', 'true', '""'];
  keys.forEach((key, position) => {
    machine.apply(write(parseJson(key), position));
  });
  assert.equal(machine.size, keys.length);
  keys.forEach((key, position) => {
    assert.deepEqual(read(machine, parseJson(key)), { kind: 'value', value: position }, key);
  });
  machine.apply(write({ a: 1, b: [2, { c: 3, d: 4 }] }, 'x'));
  assert.deepEqual(read(machine, { b: [2, { d: 4, c: 3 }], a: 1 }), { kind: 'value', value: 'x' });
  assert.deepEqual(machine.apply(cas({ b: [2, { d: 4, c: 3 }], a: 1 }, 'x', 'y')), {
    kind: 'written',
  });
  machine.apply(write('v', { p: 1, q: 2 }));
  assert.deepEqual(machine.apply(cas('v', { q: 2, p: 1 }, 0)), { kind: 'written' });
  machine.apply(write('n', 1));
  assert.deepEqual(machine.apply(cas('n', '1', 0)), { kind: 'mismatch', actual: 1 });
});

test('a snapshot restores the state elsewhere, and later commands do not change it', () => {
  const machine = new KeyValueMachine();
  machine.apply(write([1], { a: 1 }));
  machine.apply(write(null, 'none'));
  const snapshot = machine.snapshot();
  machine.apply(write([1], 'changed'));
  const other = new KeyValueMachine();
  other.apply(write('gone', 1));
  other.restore(snapshot);
  assert.equal(other.size, 2);
  assert.deepEqual(read(other, [1]), { kind: 'value', value: { a: 1 } });
  assert.deepEqual(read(other, null), { kind: 'value', value: 'none' });
});

test('the wire format accepts what the machine has, and refuses everything else', () => {
  const commands = [write('k', null), cas(1, null, [2], true)];
  for (const command of commands) assert.deepEqual(parseKeyValueCommand(command), command);
  const results = [
    { kind: 'written' },
    { kind: 'absent' },
    { kind: 'value', value: null },
    { kind: 'mismatch', actual: 1 },
  ];
  for (const result of results) assert.deepEqual(parseKeyValueResult(result), result);

  const nonsense = [null, 7, [], {}, { kind: 'write' }, { kind: 'write', key: 1 }, { kind: 'x' }];
  for (const value of nonsense) {
    assert.throws(() => parseKeyValueCommand(value), TypeError);
    assert.throws(() => parseKeyValueResult(value), TypeError);
  }
  assert.throws(
    () => parseKeyValueCommand({ kind: 'cas', key: 1, from: 1, to: 2, createIfNotExists: 1 }),
    /neither true nor false/,
  );
});

test('a machine weighs its keys and values as JSON, and goes on weighing once it was asked', () => {
  const machine = new KeyValueMachine();
  machine.apply(write('k', 'abc'));
  assert.equal(machine.weight, 3 + 5);
  machine.apply(write(1, [1, 2]));
  machine.apply(write('k', 12));
  machine.apply(cas('k', 12, 7));
  machine.apply(cas('k', 12, 1234));
  assert.equal(machine.weight, 1 + 5 + 3 + 1);
  const other = new KeyValueMachine();
  other.apply(write('gone', 'x'.repeat(100)));
  assert.equal(other.weight, 6 + 102);
  other.restore(machine.snapshot());
  assert.equal(other.weight, machine.weight);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, parseJson } from '../../src/machine/json.ts';
import {
  type MicroOperation,
  maxReadBytes,
  type TransactionResult,
  TransactionsMachine,
} from '../../src/machine/transactions.ts';
import { transactionsKit } from '../../src/machine/transactions-wire.ts';

const read = (key: Json): MicroOperation => ({ kind: 'read', key });
const append = (key: Json, value: Json): MicroOperation => ({ kind: 'append', key, value });
const write = (key: Json, value: Json): MicroOperation => ({ kind: 'write', key, value });
const committed = (...reads: Json[]): TransactionResult => ({ kind: 'committed', reads });

test('a key that does not exist reads null, and an append begins its list', () => {
  const machine = new TransactionsMachine();
  assert.deepEqual(machine.query([read('k')]), committed(null));
  assert.deepEqual(machine.apply([append('k', 1)]), committed());
  assert.deepEqual(machine.query([read('k')]), committed([1]));
});

test('a transaction sees what it has done itself, step by step', () => {
  const machine = new TransactionsMachine();
  machine.apply([append(1, 8)]);
  const result = machine.apply([
    read(1),
    append(1, 6),
    read(1),
    append(2, 9),
    read(2),
    append(1, 7),
  ]);
  assert.deepEqual(result, committed([8], [8, 6], [9]));
  assert.deepEqual(machine.query([read(1), read(2)]), committed([8, 6, 7], [9]));
  assert.deepEqual(
    machine.apply([write(3, 'a'), read(3), write(3, null), read(3)]),
    committed('a', null),
  );
});

test('what was read does not change afterwards', () => {
  const machine = new TransactionsMachine();
  machine.apply([append('k', 1)]);
  const before = machine.query([read('k')]);
  machine.apply([append('k', 2)]);
  assert.deepEqual(before, committed([1]));
});

test('a transaction that is aborted has changed nothing, whatever it did before', () => {
  const machine = new TransactionsMachine();
  machine.apply([append('list', 1), write('value', 5)]);
  const aborted: TransactionResult = { kind: 'aborted', reason: 'notAList' };
  const spoilt = [append('list', 2), write('new', 1), append('value', 6)];
  assert.deepEqual(machine.apply(spoilt), aborted);
  const all = [read('list'), read('new'), read('value')];
  assert.deepEqual(machine.query(all), committed([1], null, 5));
  machine.apply([append('list', 3)]);
  assert.deepEqual(machine.query([read('list')]), committed([1, 3]), 'nothing of it comes back');
});

test('a list that was written can be appended to, and what was written stays as it was', () => {
  const machine = new TransactionsMachine();
  const value: Json = [1, 2];
  machine.apply([write('k', value), append('k', 3)]);
  assert.deepEqual(machine.query([read('k')]), committed([1, 2, 3]));
  assert.deepEqual(value, [1, 2]);
});

test('reads that are too large for one answer abort the transaction, on the way as at the end', () => {
  const machine = new TransactionsMachine();
  const large = 'x'.repeat(maxReadBytes / 8);
  machine.apply([append('k', large), append('k', large), append('k', large)]);
  assert.equal(machine.query([read('k')]).kind, 'committed');
  const tooLarge: TransactionResult = { kind: 'aborted', reason: 'tooLarge' };
  assert.deepEqual(machine.query([read('k'), read('k')]), tooLarge);
  assert.deepEqual(machine.apply([write('other', 1), read('k'), read('k')]), tooLarge);
  assert.deepEqual(machine.query([read('other')]), committed(null));
});

test('what could not be read any more is not written', () => {
  const machine = new TransactionsMachine();
  const third = 'x'.repeat(maxReadBytes / 6);
  const tooLarge: TransactionResult = { kind: 'aborted', reason: 'tooLarge' };
  assert.deepEqual(machine.apply([write('v', third.repeat(4))]), tooLarge);
  assert.deepEqual(machine.apply([append('k', third), append('k', third)]), committed());
  assert.deepEqual(machine.apply([append('k', third), append('k', 1)]), tooLarge);
  assert.deepEqual(machine.query([read('v'), read('k')]), committed(null, [third, third]));
});

test('what the reads may weigh bounds what is remembered of them', () => {
  const machine = new TransactionsMachine();
  const values: Json[] = [1, 'text', null, { a: [1, 2] }, parseJson('1e400')];
  for (const value of values) machine.apply([append('k', value)]);
  const result = machine.query([read('k'), read('none')]);
  const weight = transactionsKit.sizeOfResult(result);
  assert.ok(weight >= JSON.stringify(values.slice(0, 4)).length, `${weight}`);
});

test('keys of any JSON are told apart', () => {
  const machine = new TransactionsMachine();
  const keys = ['1', '"1"', '[1]', 'null', '"null"', '{"a":1}', '"__proto__"'].map((text) =>
    parseJson(text),
  );
  keys.forEach((key, position) => void machine.apply([write(key, position)]));
  assert.deepEqual(machine.query(keys.map(read)), committed(...keys.keys()));
  assert.deepEqual(machine.query([read(parseJson('1.0'))]), committed(0), '1.0 is 1');
});

test('a snapshot is of its moment, while lists grow; a restored machine goes on by itself', () => {
  const machine = new TransactionsMachine();
  machine.apply([append('k', 1), write('v', [5])]);
  const snapshot = machine.snapshot();
  machine.apply([append('k', 2), append('v', 6), append('new', 1)]);
  const [first, second] = [new TransactionsMachine(), new TransactionsMachine()];
  for (const copy of [first, second]) copy.restore(snapshot);
  first.apply([append('k', 3)]);
  const all = [read('k'), read('v'), read('new')];
  assert.deepEqual(machine.query(all), committed([1, 2], [5, 6], [1]));
  assert.deepEqual(first.query(all), committed([1, 3], [5], null));
  assert.deepEqual(second.query(all), committed([1], [5], null));
});

test('long lists grow without being copied', () => {
  const machine = new TransactionsMachine();
  const appends = Array.from({ length: 100_000 }, (_, position) => append('k', position));
  // Copies of the whole list would be five thousand million elements.
  assert.deepEqual(machine.apply(appends), committed());
  for (let count = 0; count < 10_000; count++) machine.apply([append('k', count)]);
  const result = machine.query([read('k')]);
  assert.equal(result.kind === 'committed' && (result.reads[0] as Json[]).length, 110_000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../src/machine/json.ts';
import {
  type KeyOffset,
  LogsMachine,
  maxPolledLength,
  maxPolledMessages,
  type PolledLog,
} from '../../src/machine/logs.ts';

const send = (machine: LogsMachine, key: string, message: Json) =>
  machine.apply({ kind: 'send', key, message });
const commit = (machine: LogsMachine, ...offsets: KeyOffset[]) =>
  machine.apply({ kind: 'commit', offsets });

function poll(machine: LogsMachine, ...from: KeyOffset[]): readonly PolledLog[] {
  const result = machine.query({ kind: 'poll', from });
  assert.ok(result.kind === 'messages');
  return result.polled;
}

function committed(machine: LogsMachine, ...keys: string[]): readonly KeyOffset[] {
  const result = machine.query({ kind: 'committed', keys });
  assert.ok(result.kind === 'offsets');
  return result.offsets;
}

test('offsets count the messages of each key from 0, without a gap', () => {
  const machine = new LogsMachine();
  assert.deepEqual(send(machine, 'a', 10), { kind: 'sent', offset: 0 });
  assert.deepEqual(send(machine, 'b', 20), { kind: 'sent', offset: 0 });
  assert.deepEqual(send(machine, 'a', 11), { kind: 'sent', offset: 1 });
});

test('a poll gives what follows on the offset asked for, and leaves out keys without messages', () => {
  const machine = new LogsMachine();
  for (const message of [10, 11, 12]) send(machine, 'a', message);
  send(machine, '__proto__', null);
  assert.deepEqual(poll(machine, ['a', 1], ['a2', 0], ['__proto__', 0]), [
    { key: 'a', first: 1, messages: [11, 12] },
    { key: '__proto__', first: 0, messages: [null] },
  ]);
  assert.deepEqual(poll(machine, ['a', 3], ['constructor', 0]), []);
});

test('a committed offset never moves back, and stands for its own key', () => {
  const machine = new LogsMachine();
  assert.deepEqual(committed(machine, 'a'), []);
  assert.deepEqual(commit(machine, ['a', 5], ['b', 0]), { kind: 'done' });
  commit(machine, ['a', 3]);
  assert.deepEqual(committed(machine, 'a', 'b', 'c'), [
    ['a', 5],
    ['b', 0],
  ]);
});

test('a poll is limited in messages, which are shared out among the keys', () => {
  const machine = new LogsMachine();
  for (let count = 0; count < 2 * maxPolledMessages; count++) send(machine, 'long', count);
  for (const message of [1, 2, 3]) send(machine, 'short', message);
  const [long, short] = poll(machine, ['long', 0], ['short', 0]);
  assert.deepEqual(short?.messages, [1, 2, 3]);
  assert.equal(long?.messages.length, maxPolledMessages - 3);
  assert.deepEqual(long?.messages.slice(0, 3), [0, 1, 2]);
});

test('a poll is limited in size, but always gives something', () => {
  const machine = new LogsMachine();
  const third = 'x'.repeat(maxPolledLength / 3);
  for (let count = 0; count < 4; count++) send(machine, 'a', third);
  assert.equal(poll(machine, ['a', 0])[0]?.messages.length, 2);
  send(machine, 'b', 'x'.repeat(2 * maxPolledLength));
  send(machine, 'b', 1);
  assert.equal(poll(machine, ['b', 0])[0]?.messages.length, 1, 'one that is larger comes alone');
  assert.equal(poll(machine, ['b', 1])[0]?.messages.length, 1);
});

test('a poll of many logs takes time that grows with what is asked and given, not with both', () => {
  const machine = new LogsMachine();
  for (let count = 0; count < maxPolledMessages; count++) send(machine, 'a', count);
  const ended = Array.from({ length: 200_000 }, (_, count): KeyOffset => [`ended ${count}`, 0]);
  const before = process.cpuUsage();
  const result = machine.query({ kind: 'poll', from: [...ended, ['a', 0]] });
  const { user } = process.cpuUsage(before);
  assert.ok(result.kind === 'messages');
  assert.equal(result.polled[0]?.messages.length, maxPolledMessages);
  assert.ok(user < 1_500_000, `${user / 1000} ms`); // it was four seconds, of everybody's time
});

test('a snapshot is of its moment, while logs grow; a restored machine goes on by itself', () => {
  const machine = new LogsMachine();
  send(machine, 'a', 1);
  commit(machine, ['a', 0]);
  const snapshot = machine.snapshot();
  send(machine, 'a', 2);
  commit(machine, ['a', 1]);
  const [first, second] = [new LogsMachine(), new LogsMachine()];
  for (const copy of [first, second]) copy.restore(snapshot);
  assert.deepEqual(send(first, 'a', 3), { kind: 'sent', offset: 1 });
  assert.deepEqual(poll(machine, ['a', 0])[0]?.messages, [1, 2]);
  assert.deepEqual(poll(first, ['a', 0])[0]?.messages, [1, 3]);
  assert.deepEqual(poll(second, ['a', 0])[0]?.messages, [1]);
  assert.deepEqual(committed(second, 'a'), [['a', 0]]);
});

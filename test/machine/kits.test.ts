/** What must hold of every machine that is to be replicated, whatever it does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson, stringifyJson } from '../../src/machine/json.ts';
import { jsonFormat } from '../../src/machine/json-format.ts';
import { createRandom, nextFraction } from '../../src/raft/index.ts';
import type { Operation } from '../../src/replica/index.ts';
import { type DrawnMachine, drawnMachines } from './drawn-operations.ts';

function operationsOf({ draw }: DrawnMachine, count: number): Operation<unknown, unknown>[] {
  const random = createRandom(7);
  return Array.from({ length: count }, () => draw(() => nextFraction(random)));
}

const throughText = (value: unknown): unknown => parseJson(stringifyJson(value));

for (const drawn of drawnMachines) {
  const { name, kit } = drawn;
  const operations = operationsOf(drawn, 300);

  test(`${name}: commands and results that have travelled as text are what they were`, () => {
    const [machine, other] = [kit.create(), kit.create()];
    for (const operation of operations) {
      if (operation.kind === 'query') continue;
      const { command } = operation;
      assert.deepEqual(kit.parseCommand(throughText(command)), command);
      const result = machine.apply(command);
      assert.deepEqual(kit.parseResult(throughText(result)), result);
      assert.deepEqual(other.apply(kit.parseCommand(throughText(command))), result);
      const format = jsonFormat((value) => kit.parseResult(value));
      assert.deepEqual(format.decode(format.encode(result)), result);
    }
  });

  test(`${name}: a result weighs what its text has at least, but for its frame`, () => {
    const machine = kit.create();
    for (const operation of operations) {
      if (operation.kind === 'query') continue;
      const result = machine.apply(operation.command);
      const frame = 64; // resultOverheadBytes
      const bytes = Buffer.byteLength(stringifyJson(result));
      assert.ok(kit.sizeOfResult(result) + frame >= bytes, stringifyJson(result));
    }
  });

  test(`${name}: a machine that is restored on the way answers as the one that gave the bytes`, () => {
    const machine = kit.create();
    let copy = kit.create();
    for (const [position, operation] of operations.entries()) {
      if (position % 50 === 0) {
        copy = kit.create();
        if (operations[0]?.kind === 'command') copy.apply(operations[0].command); // it is replaced
        copy.restore(kit.snapshots.decode(kit.snapshots.encode(machine.snapshot())));
      }
      const answers = [machine, copy].map((each) =>
        operation.kind === 'query' ? each.query(operation.query) : each.apply(operation.command),
      );
      assert.deepEqual(answers[1], answers[0]);
    }
    const bytes = [machine, copy].map((each) => kit.snapshots.encode(each.snapshot()));
    assert.deepEqual(bytes[1], bytes[0], 'the same bytes on every node');
  });

  test(`${name}: the parts of a snapshot are of its moment, whatever happens between them`, () => {
    const machine = kit.create();
    const commands = operations.flatMap((each) => (each.kind === 'command' ? [each.command] : []));
    for (const command of commands.slice(0, 100)) machine.apply(command);
    const snapshot = machine.snapshot();
    const whole = Buffer.from(kit.snapshots.encode(snapshot));
    const parts: Uint8Array[] = [];
    const iterator = kit.snapshots.encodeParts?.(snapshot) ?? [whole];
    for (const command of commands.slice(100, 150)) machine.apply(command);
    for (const part of iterator) {
      parts.push(part);
      for (const command of commands.slice(150)) machine.apply(command);
    }
    assert.deepEqual(Buffer.concat(parts), whole);
  });

  test(`${name}: what is no command, result or snapshot is refused by a TypeError`, () => {
    const nonsense = [
      null,
      1,
      'x',
      {},
      { kind: 'x' },
      { kind: 'add' },
      [1],
      { kind: 'send', key: 1 },
    ];
    for (const value of nonsense) {
      if (name === 'unique ids' && value === 1) continue; // an id
      assert.throws(() => kit.parseCommand(value), TypeError, stringifyJson(value));
      assert.throws(() => kit.parseResult(value), TypeError, stringifyJson(value));
    }
    // A set has any JSON.
    const spoilt = name === 'set' ? 'x' : '{"x":1}';
    assert.throws(() => kit.snapshots.decode(Buffer.from(spoilt)), Error);
  });
}

test('a command that almost makes sense is refused, and the refusal names what is wrong', () => {
  for (const [name, command, fault] of [
    ['key-value', { kind: 'cas', key: 1, from: 1, to: 2 }, /createIfNotExists/],
    ['transactions', [{ kind: 'read' }], /key/],
    ['transactions', [{ kind: 'append', key: 1 }], /value/],
    ['transactions', [{ kind: 'delete', key: 1 }], /unknown kind/],
    ['transactions', { kind: 'read', key: 1 }, /not an array/],
    ['logs', { kind: 'send', key: 'k' }, /message/],
    ['logs', { kind: 'send', key: null, message: 1 }, /key/],
    ['logs', { kind: 'commit', offsets: [['k', -1]] }, /offset/],
    ['logs', { kind: 'commit', offsets: [['k', '1']] }, /offset/],
    ['logs', { kind: 'commit', offsets: [['k', 1, 2]] }, /pair/],
    ['set', { kind: 'add' }, /element/],
    ['counter', { kind: 'add', delta: 1.5 }, /delta/],
    ['counter', { kind: 'add', delta: 2 ** 53 }, /delta/],
    ['counter', { kind: 'add', delta: '1' }, /delta/],
  ] as const) {
    const kit = drawnMachines.find((each) => each.name === name)?.kit;
    assert.throws(() => kit?.parseCommand(command), fault, stringifyJson(command));
  }
});

test('a snapshot of many items comes in parts that nobody has to wait for', () => {
  for (const name of ['key-value', 'transactions', 'logs', 'set']) {
    const kit = drawnMachines.find((each) => each.name === name)?.kit;
    assert.ok(kit !== undefined);
    const machine = kit.create();
    for (let count = 0; count < 10_000; count++) machine.apply(numbered(name, count));
    const parts = [...(kit.snapshots.encodeParts?.(machine.snapshot()) ?? [])];
    assert.ok(parts.length >= 3, `${name}: ${parts.length}`);
    const whole = kit.snapshots.encode(machine.snapshot());
    assert.deepEqual(Buffer.concat(parts), Buffer.from(whole), name);
  }
});

test('a snapshot is read in pieces, cut where lines end', () => {
  const kit = drawnMachines.find((each) => each.name === 'set')?.kit;
  assert.ok(kit !== undefined);
  // A piece ends with the first line that goes beyond a megabyte, or at the end of one that does not.
  for (const lengths of [[700_000, 700_000, 1], [2 ** 20 - 2, 5], [2 ** 20 - 3, 5], [2 ** 21]]) {
    const elements = lengths.map((length, position) => `${position}${'ü'.repeat(length / 2)}`);
    const bytes = kit.snapshots.encode(elements);
    assert.deepEqual(kit.snapshots.decode(bytes), elements);
    assert.throws(() => kit.snapshots.decode(Buffer.concat([bytes, Buffer.from('\n')])));
    assert.throws(() => kit.snapshots.decode(bytes.slice(0, -2)));
  }
});

test('numbers that a double would change are kept as they came, on every way', () => {
  const exact = parseJson('[9007199254740993,1.0,1e400]');
  for (const [name, command, query] of [
    ['key-value', { kind: 'write', key: 'k', value: exact }, { kind: 'read', key: 'k' }],
    ['transactions', [{ kind: 'append', key: 'k', value: exact }], [{ kind: 'read', key: 'k' }]],
    ['logs', { kind: 'send', key: 'k', message: exact }, { kind: 'poll', from: [['k', 0]] }],
    ['set', { kind: 'add', element: exact }, { kind: 'read' }],
  ] as const) {
    const kit = drawnMachines.find((each) => each.name === name)?.kit;
    assert.ok(kit !== undefined);
    const [machine, copy] = [kit.create(), kit.create()];
    machine.apply(kit.parseCommand(throughText(command)));
    copy.restore(kit.snapshots.decode(kit.snapshots.encode(machine.snapshot())));
    assert.match(stringifyJson(copy.query(query)), /\[9007199254740993,1\.0,1e400\]/, name);
  }
});

function numbered(name: string, count: number): unknown {
  switch (name) {
    case 'key-value':
      return { kind: 'write', key: count, value: 1 };
    case 'transactions':
      return [{ kind: 'append', key: count, value: 1 }];
    case 'logs':
      return { kind: 'send', key: 'k', message: count };
    default:
      return { kind: 'add', element: count };
  }
}

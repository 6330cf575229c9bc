import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EncodedSnapshots } from '../../src/machine/encoded-snapshots.ts';
import { parseJson, stringifyJson } from '../../src/machine/json.ts';
import { KeyValueMachine } from '../../src/machine/key-value.ts';
import { keyValueSnapshotFormat } from '../../src/machine/key-value-wire.ts';

const create = () => new EncodedSnapshots(new KeyValueMachine(), keyValueSnapshotFormat);

test('a machine restored from bytes answers as the one that gave them', () => {
  const machine = create();
  const texts = ['1', '"1"', '[1]', '{"b":1,"a":"x\\ny"}', 'null', '9007199254740993', '"ü"'];
  for (const text of texts) {
    const json = parseJson(text);
    machine.apply({ kind: 'write', key: json, value: json });
  }
  const copy = create();
  copy.apply({ kind: 'write', key: 'gone', value: 1 });
  copy.restore(machine.snapshot());
  for (const text of texts) {
    const answer = copy.query({ kind: 'read', key: parseJson(text) });
    assert.equal(answer.kind === 'value' ? stringifyJson(answer.value) : answer.kind, text);
  }
  assert.deepEqual(copy.query({ kind: 'read', key: 'gone' }), { kind: 'absent' });
});

test('a snapshot does not change when the machine does, and an empty one is one', () => {
  const machine = create();
  const empty = machine.snapshot();
  machine.apply({ kind: 'write', key: 1, value: 1 });
  machine.restore(empty);
  assert.deepEqual(machine.query({ kind: 'read', key: 1 }), { kind: 'absent' });
});

test('bytes that are no snapshot are refused', () => {
  const machine = create();
  for (const text of ['{}', '[1]', '[1,2]\n', 'x']) {
    assert.throws(() => machine.restore(new TextEncoder().encode(text)), text);
  }
  assert.throws(() => machine.restore(Uint8Array.of(0xff)));
});

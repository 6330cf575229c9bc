/** Snapshots of the key-value machine, as bytes. */

import assert from 'node:assert/strict';
import { isJsonObject, type Json, parseJson, stringifyJson } from '../../src/machine/json.ts';
import { KeyValueMachine, type KeyValueSnapshot } from '../../src/machine/key-value.ts';
import { keyValueSnapshotFormat, parseKeyValueCommand } from '../../src/machine/key-value-wire.ts';
import { happens, jsonText, several } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateBytes, mutateText } from './mutators.ts';

const { encode, decode } = keyValueSnapshotFormat;

/** A machine that was given these keys and values, as texts of JSON. */
function machineWith(items: readonly (readonly string[])[]): KeyValueMachine {
  const machine = new KeyValueMachine();
  for (const [key = 'null', value = 'null'] of items) {
    const command = `{"kind":"write","key":${key},"value":${value}}`;
    machine.apply(parseKeyValueCommand(parseJson(command)));
  }
  return machine;
}

fuzz<string[][]>({
  name: 'a snapshot is what it was',
  file: import.meta.url,
  seeds: 1000,
  generate: (random) => several(random, 6, () => [jsonText(random, 3), jsonText(random, 3)]),
  check(items) {
    const isRead = items.flat().every((text) => isJson(text));
    if (!isRead) return;
    const machine = machineWith(items);
    const snapshot = machine.snapshot();
    const bytes = encode(snapshot);
    const decoded = decode(bytes);
    assert.deepEqual(decoded, snapshot, 'another snapshot is decoded');
    assert.deepEqual(encode(decoded), bytes, 'encoded otherwise the second time');
    const restored = new KeyValueMachine();
    restored.restore(decoded);
    assert.deepEqual(restored.snapshot(), snapshot, 'another state is restored');
    for (const [key] of snapshot) {
      const query = { kind: 'read', key } as const;
      assert.deepEqual(restored.query(query), machine.query(query), 'another value is restored');
    }
  },
});

function isJson(text: string): boolean {
  try {
    return parseJson(text) !== undefined;
  } catch {
    return false;
  }
}

fuzz<Uint8Array>({
  name: 'spoilt bytes are refused, or are a snapshot',
  file: import.meta.url,
  seeds: 1500,
  generate(random) {
    const items = several(random, 4, () => `[${jsonText(random, 2)},${jsonText(random, 2)}]`);
    const text = items.join('\n');
    const bytes = Buffer.from(happens(random, 0.5) ? mutateText(random, text) : text);
    return mutateBytes(random, bytes);
  },
  check(bytes) {
    let snapshot: KeyValueSnapshot;
    try {
      snapshot = decode(bytes);
    } catch (error) {
      const isDocumented = error instanceof SyntaxError || error instanceof TypeError;
      assert.ok(isDocumented, `refused by ${String(error)}`);
      return;
    }
    // Nothing of the bytes is lost: there are as many items as lines.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    assert.equal(snapshot.length, text === '' ? 0 : text.split('\n').length, 'items are lost');
    for (const item of snapshot) {
      assert.equal(item.length, 2, 'an item that is no pair');
      assert.ok(item.every(isJsonValue), 'an item that is no JSON');
    }
    assert.deepEqual(decode(encode(snapshot)), snapshot, 'decoded, but it is no snapshot');
    new KeyValueMachine().restore(snapshot);
  },
});

function isJsonValue(value: Json): boolean {
  return isJsonObject(value) || stringifyJson(value) !== undefined;
}

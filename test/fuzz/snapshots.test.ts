/** Snapshots of the key-value machine, as bytes. */

import assert from 'node:assert/strict';
import { isJsonObject, type Json, parseJson, stringifyJson } from '../../src/machine/json.ts';
import type { KeyValueResult } from '../../src/machine/key-value.ts';
import { KeyValueMachine, type KeyValueSnapshot } from '../../src/machine/key-value.ts';
import {
  keyValueResultFormat,
  keyValueSnapshotFormat,
  parseKeyValueCommand,
} from '../../src/machine/key-value-wire.ts';
import {
  decodeSessions,
  encodeSessions,
  type Session,
  type SessionState,
} from '../../src/machine/session-snapshot.ts';
import { nextInteger, type Random } from '../../src/raft/index.ts';
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

/** Some sessions with some results, and something of the machine inside. */
function someSessions(random: Random): Uint8Array {
  const number = (): number => nextInteger(random, 0, happens(random, 0.1) ? 2 ** 52 : 300);
  const results = several(random, 4, () => {
    const result: KeyValueResult = happens(random, 0.5)
      ? { kind: 'written' }
      : { kind: 'mismatch', actual: 'ü'.repeat(nextInteger(random, 0, 90)) };
    return [number(), { result, appliedAt: number() }] as const;
  });
  const sessions = several(random, 4, (): Session<KeyValueResult> => {
    const [id, usedAt, floor] = [number(), number(), number()];
    const node = `n${'ö'.repeat(nextInteger(random, 0, 70))}`;
    return { id, node, usedAt, floor, results: new Map(results) };
  });
  const state: SessionState<KeyValueResult> = {
    nextSession: number(),
    now: number(),
    sessions: new Map(sessions.map((session) => [session.id, session])),
  };
  return encodeSessions(state, Buffer.from('["k","v"]'), keyValueResultFormat);
}

fuzz<Uint8Array>({
  name: 'sessions are what they were; of spoilt bytes they are refused, or are sessions',
  file: import.meta.url,
  seeds: 1500,
  generate(random) {
    const bytes = someSessions(random);
    return happens(random, 0.3) ? Buffer.from(bytes) : mutateBytes(random, Buffer.from(bytes));
  },
  check(bytes) {
    let decoded: ReturnType<typeof decodeSessions<KeyValueResult>>;
    try {
      decoded = decodeSessions(bytes, keyValueResultFormat);
    } catch (error) {
      const isDocumented = error instanceof SyntaxError || error instanceof TypeError;
      assert.ok(isDocumented, `refused by ${String(error)}`);
      return;
    }
    const { state, machine } = decoded;
    const again = decodeSessions(
      encodeSessions(state, machine, keyValueResultFormat),
      keyValueResultFormat,
    );
    assert.deepEqual(again.state, state, 'decoded, but these are no sessions');
    assert.deepEqual(Buffer.from(again.machine), Buffer.from(machine), 'the machine is lost');
  },
});

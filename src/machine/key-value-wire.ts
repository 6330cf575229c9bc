/** The key-value machine's commands, queries, results and snapshots as others send them. */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import { isJsonObject, type Json, parseJson, stringifyJson } from './json.ts';
import { jsonFormat } from './json-format.ts';
import type { KeyValueCommand, KeyValueResult, KeyValueSnapshot } from './key-value.ts';

/** @throws TypeError when `value` is not a command. */
export function parseKeyValueCommand(value: unknown): KeyValueCommand {
  const fields = objectOf(value, 'a command');
  const key = required(fields, 'key');
  switch (fields['kind']) {
    case 'write':
      return { kind: 'write', key, value: required(fields, 'value') };
    case 'cas': {
      const from = required(fields, 'from');
      const to = required(fields, 'to');
      const createIfNotExists = fields['createIfNotExists'];
      if (typeof createIfNotExists !== 'boolean') {
        throw new TypeError('createIfNotExists is neither true nor false');
      }
      return { kind: 'cas', key, from, to, createIfNotExists };
    }
    default:
      throw new TypeError('a command has an unknown kind');
  }
}

/** @throws TypeError when `value` is not a result. */
export function parseKeyValueResult(value: unknown): KeyValueResult {
  const fields = objectOf(value, 'a result');
  switch (fields['kind']) {
    case 'written':
      return { kind: 'written' };
    case 'absent':
      return { kind: 'absent' };
    case 'value':
      return { kind: 'value', value: required(fields, 'value') };
    case 'mismatch':
      return { kind: 'mismatch', actual: required(fields, 'actual') };
    default:
      throw new TypeError('a result has an unknown kind');
  }
}

/** So many items take a few milliseconds. */
const itemsPerPart = 4096;

/** A snapshot is the JSON of its keys and values, one pair a line, in UTF-8. */
export const keyValueSnapshotFormat: SnapshotFormat<KeyValueSnapshot> = {
  encode: (snapshot) => encodeItems(snapshot, 0, snapshot.length),
  *encodeParts(snapshot) {
    for (let start = 0; start < snapshot.length; start += itemsPerPart) {
      yield encodeItems(snapshot, start, start + itemsPerPart);
    }
  },
  decode(data) {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(data);
    return text === '' ? [] : text.split('\n').map(parseItem);
  },
};

/** A result in a snapshot is its JSON, in UTF-8. */
export const keyValueResultFormat: SnapshotFormat<KeyValueResult> = jsonFormat(parseKeyValueResult);

/** What a result weighs, in bytes, about. Most carry no value, and need no look at one. */
export function sizeOfKeyValueResult(result: KeyValueResult): number {
  switch (result.kind) {
    case 'written':
    case 'absent':
      return 0;
    case 'value':
      return sizeOfValue(result.value);
    case 'mismatch':
      return sizeOfValue(result.actual);
  }
}

function sizeOfValue(value: Json): number {
  if (typeof value === 'string') return 2 * value.length;
  return typeof value === 'object' && value !== null ? 2 * stringifyJson(value).length : 8;
}

function encodeItems(snapshot: KeyValueSnapshot, start: number, end: number): Uint8Array {
  const lines = snapshot.slice(start, end).map((item) => stringifyJson(item));
  return new TextEncoder().encode((start === 0 ? '' : '\n') + lines.join('\n'));
}

function parseItem(line: string): readonly [Json, Json] {
  const item = parseJson(line);
  if (!Array.isArray(item) || item.length !== 2) throw new TypeError('a snapshot has no such item');
  return [item[0], item[1]];
}

function objectOf(value: unknown, name: string): { readonly [member: string]: Json } {
  if (!isJsonObject(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

function required(fields: { readonly [member: string]: Json }, name: string): Json {
  const value = fields[name];
  if (value === undefined) throw new TypeError(`${name} is missing`);
  return value;
}

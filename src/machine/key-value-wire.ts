/** The key-value machine's commands, queries, results and snapshots as others send them. */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import { objectOf, pairOf, required, weightOf } from './fields.ts';
import { jsonFormat } from './json-format.ts';
import {
  type KeyValueCommand,
  KeyValueMachine,
  type KeyValueQuery,
  type KeyValueResult,
  type KeyValueSnapshot,
} from './key-value.ts';
import { linesFormat } from './lines-format.ts';
import type { MachineKit } from './machine-kit.ts';

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

/** A snapshot is the JSON of its keys and values, one pair a line, in UTF-8. */
export const keyValueSnapshotFormat: SnapshotFormat<KeyValueSnapshot> = linesFormat(
  (snapshot) => snapshot,
  (items) => items.map((item) => pairOf(item, 'an item of a snapshot')),
);

/** A result in a snapshot is its JSON, in UTF-8. */
export const keyValueResultFormat: SnapshotFormat<KeyValueResult> = jsonFormat(parseKeyValueResult);

/** What a result weighs, in bytes, about. Most carry no value, and need no look at one. */
export function sizeOfKeyValueResult(result: KeyValueResult): number {
  switch (result.kind) {
    case 'written':
    case 'absent':
      return 0;
    case 'value':
      return weightOf(result.value);
    case 'mismatch':
      return weightOf(result.actual);
  }
}

/** All that it takes to replicate a key-value store. */
export const keyValueKit: MachineKit<
  KeyValueCommand,
  KeyValueQuery,
  KeyValueResult,
  KeyValueSnapshot,
  KeyValueMachine
> = {
  create: () => new KeyValueMachine(),
  parseCommand: parseKeyValueCommand,
  parseResult: parseKeyValueResult,
  sizeOfResult: sizeOfKeyValueResult,
  snapshots: keyValueSnapshotFormat,
};

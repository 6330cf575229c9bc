/** The commands, results and snapshots of logs as others send them. */

import { arrayOf, countOf, objectOf, pairOf, required, textOf } from './fields.ts';
import type { Json } from './json.ts';
import { linesFormat } from './lines-format.ts';
import {
  type KeyOffset,
  type LogsCommand,
  LogsMachine,
  type LogsQuery,
  type LogsResult,
  type LogsSnapshot,
} from './logs.ts';
import type { MachineKit } from './machine-kit.ts';

/** All that it takes to replicate logs. */
export const logsKit: MachineKit<LogsCommand, LogsQuery, LogsResult, LogsSnapshot, LogsMachine> = {
  create: () => new LogsMachine(),
  parseCommand,
  parseResult,
  sizeOfResult: () => 8,
  snapshots: linesFormat(itemsOf, fromItems),
};

function parseCommand(value: unknown): LogsCommand {
  const fields = objectOf(value, 'a command');
  switch (fields['kind']) {
    case 'send':
      return {
        kind: 'send',
        key: textOf(fields['key'], 'key'),
        message: required(fields, 'message'),
      };
    case 'commit':
      return { kind: 'commit', offsets: arrayOf(fields['offsets'], 'offsets').map(parseOffset) };
    default:
      throw new TypeError('a command has an unknown kind');
  }
}

function parseOffset(value: Json): KeyOffset {
  const [key, offset] = pairOf(value, 'an offset');
  return [textOf(key, 'key'), countOf(offset, 'offset')];
}

function parseResult(value: unknown): LogsResult {
  const { kind, offset } = objectOf(value, 'a result');
  if (kind === 'sent') return { kind, offset: countOf(offset, 'offset') };
  if (kind !== 'done') throw new TypeError('a result has an unknown kind');
  return { kind };
}

/** Each message as `{"key":K,"message":M}`, log by log; each committed offset as `[K,offset]`. */
function* itemsOf({ logs, committed }: LogsSnapshot): Iterable<unknown> {
  for (const [key, messages, length] of logs) {
    for (let offset = 0; offset < length; offset++) yield { key, message: messages[offset] };
  }
  yield* committed;
}

function fromItems(items: readonly Json[]): LogsSnapshot {
  const logs = new Map<string, Json[]>();
  const committed: KeyOffset[] = [];
  for (const item of items) {
    if (Array.isArray(item)) {
      committed.push(parseOffset(item));
      continue;
    }
    const fields = objectOf(item, 'an item of a snapshot');
    const key = textOf(fields['key'], 'key');
    const log = logs.get(key) ?? [];
    if (log.push(required(fields, 'message')) === 1) logs.set(key, log);
  }
  const lengths = [...logs].map(([key, messages]) => [key, messages, messages.length] as const);
  return { logs: lengths, committed };
}

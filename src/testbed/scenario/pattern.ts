/**
 * Which messages a command means: `[KIND] [from NODE] [to NODE] [FIELD...]`, each part optional.
 * Fields are words as they stand in traces: `granted`, `term=3`, `prev=2@1`.
 */

import type { Message } from '../../raft/index.ts';
import { demand } from './fault.ts';
import { formatMessageFields, messageKinds } from './messages.ts';
import type { Command } from './notation.ts';
import type { Words } from './words.ts';

export interface Pattern {
  readonly kind: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly fields: readonly string[];
}

const bareFields: readonly string[] = [
  'granted',
  'refused',
  'accepted',
  'inconsistent',
  'installed',
  'last',
  'overloaded',
  'transfer',
];

/** Takes all words that are left. */
export function parsePattern(words: Words): Pattern {
  let kind: string | null = null;
  let from: string | null = null;
  let to: string | null = null;
  const fields: string[] = [];
  while (!words.isDone) {
    if (words.skip('from')) from = words.next('NODE');
    else if (words.skip('to')) to = words.next('NODE');
    else {
      const word = words.next('KIND');
      if (word.includes('=') || bareFields.includes(word)) fields.push(word);
      else {
        demand(
          messageKinds.includes(word),
          `no message "${word}"; known: ${messageKinds.join(' ')}`,
        );
        kind = word;
      }
    }
  }
  return { kind, from, to, fields };
}

export function matches(pattern: Pattern, message: Message<Command>): boolean {
  const { kind, from, to, fields } = pattern;
  if (kind !== null && message.kind !== kind) return false;
  if (from !== null && message.from !== from) return false;
  if (to !== null && message.to !== to) return false;
  const words = formatMessageFields(message).split(' ');
  return fields.every((field) => words.includes(field));
}

export function formatPattern(pattern: Pattern): string {
  const { kind, from, to, fields } = pattern;
  return [
    kind ?? 'messages',
    ...(from === null ? [] : [`from ${from}`]),
    ...(to === null ? [] : [`to ${to}`]),
    ...fields,
  ].join(' ');
}

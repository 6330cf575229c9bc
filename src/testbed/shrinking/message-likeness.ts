/** Which message of a scenario is which message of a simulated run. */

import type { Entry, Message } from '../../raft/index.ts';
import { formatMessage, formatMessageFields } from '../scenario/messages.ts';
import { type Command, formatPosition } from '../scenario/notation.ts';

/** The message in words, but for what clients have asked for: index and term name an entry. */
export function likenessOf(message: Message<unknown>): string {
  return `${message.from} ${message.to} ${formatMessage(withoutContent(message))}`;
}

/** A message as a scenario could have it: its commands are named by their places. */
export function withoutContent(message: Message<unknown>): Message<Command> {
  switch (message.kind) {
    case 'appendRequest':
      return { ...message, entries: message.entries.map(withoutCommand) };
    case 'snapshotRequest':
      return { ...message, data: new Uint8Array() };
    default:
      return message;
  }
}

function withoutCommand(entry: Entry<unknown>): Entry<Command> {
  if (entry.kind !== 'command') return entry;
  return { ...entry, command: formatPosition(entry.index, entry.term) };
}

/**
 * The fewest words that mean this message and none of the others; all its words when no choice of
 * two tells them apart.
 */
export function wordsThatMean(
  message: Message<Command>,
  others: readonly Message<Command>[],
): readonly string[] {
  if (others.length === 0) return [];
  const words = wordsOf(message);
  const otherWords = others.map(wordsOf);
  const means = (choice: readonly string[]): boolean =>
    !otherWords.some((theirs) => choice.every((word) => theirs.includes(word)));
  const choices = [
    ...words.map((word) => [word]),
    ...words.flatMap((word, at) => words.slice(at + 1).map((second) => [word, second])),
  ];
  return choices.find(means) ?? words;
}

function wordsOf(message: Message<Command>): readonly string[] {
  return formatMessageFields(message).split(' ');
}

/**
 * How positions, entries and anything else are written: the same in traces and in commands.
 *
 * A position is `index@term`. An entry is a position and what it carries: `4@2:a` is the command
 * `a`, `4@2:noop` a no-op. Entries that a script only gave terms for carry a command named like
 * their position, which is left out; neighbours of one term are drawn together: `3..5@2`.
 */

import type { Entry } from '../../../src/raft/index.ts';
import { asLogIndex, asTerm } from '../../../src/raft/index.ts';
import { demand } from './fault.ts';
import { parseCount } from './words.ts';

export type Command = string;

export function formatPosition(index: number, term: number): string {
  return `${index}@${term}`;
}

export function parsePosition(text: string): { readonly index: number; readonly term: number } {
  const [, index, term] = /^(\d+)@(\d+)$/.exec(text) ?? [];
  demand(index !== undefined && term !== undefined, `"${text}" is not a position like 2@1`);
  return { index: Number(index), term: Number(term) };
}

/** An entry that a script gave no command for. */
export function plainEntry(index: number, term: number): Entry<Command> {
  return commandEntry(index, term, formatPosition(index, term));
}

function commandEntry(index: number, term: number, command: Command): Entry<Command> {
  return { kind: 'command', index: asLogIndex(index), term: asTerm(term), command, bytes: 1 };
}

/** A log with these terms, from index 1 on. */
export function plainLog(terms: readonly number[]): Entry<Command>[] {
  return terms.map((term, offset) => plainEntry(offset + 1, term));
}

function contentOf(entry: Entry<Command>): string {
  if (entry.kind !== 'command') return `:${entry.kind}`;
  return entry.command === formatPosition(entry.index, entry.term) ? '' : `:${entry.command}`;
}

export function formatEntries(entries: readonly Entry<Command>[], separator = ','): string {
  const words: string[] = [];
  for (let at = 0; at < entries.length; at++) {
    const first = entries[at];
    if (first === undefined) break;
    const content = contentOf(first);
    let end = at;
    while (content === '' && isPlainOfTerm(entries[end + 1], first.term)) end++;
    const range = end > at ? `${first.index}..${entries[end]?.index}` : `${first.index}`;
    words.push(`${range}@${first.term}${content}`);
    at = end;
  }
  return words.join(separator);
}

function isPlainOfTerm(entry: Entry<Command> | undefined, term: number): boolean {
  return entry !== undefined && entry.term === term && contentOf(entry) === '';
}

/**
 * Entries that follow `prevIndex`: each a term (`3`), a position (`4@3`) or a range (`4..6@3`),
 * with its command or `noop` behind a colon.
 */
export function parseEntries(text: string, prevIndex: number): Entry<Command>[] {
  const entries: Entry<Command>[] = [];
  for (const word of text.split(',')) {
    const [, from, to, term, content] =
      /^(?:(\d+)(?:\.\.(\d+))?@)?(\d+)(?::(\S+))?$/.exec(word) ?? [];
    demand(term !== undefined, `"${word}" is not an entry like 3, 4@3, 4..6@3, 4@3:a or 4@3:noop`);
    const next = prevIndex + entries.length + 1;
    const first = from === undefined ? next : parseCount(from, 'index');
    demand(first === next, `entry ${word} leaves a gap: the next index is ${next}`);
    for (let index = first; index <= (to === undefined ? first : Number(to)); index++) {
      entries.push(entryOf(index, Number(term), content));
    }
  }
  return entries;
}

function entryOf(index: number, term: number, content: string | undefined): Entry<Command> {
  if (content === undefined) return plainEntry(index, term);
  if (content === 'noop') {
    return { kind: 'noop', index: asLogIndex(index), term: asTerm(term), bytes: 0 };
  }
  return commandEntry(index, term, content);
}

function isEntry(value: unknown): value is Entry<Command> {
  return typeof value === 'object' && value !== null && 'index' in value && 'term' in value;
}

/** Anything, for kinds of messages and effects that have no notation of their own. */
export function formatValue(value: unknown): string {
  if (Array.isArray(value)) {
    const isLog = value.length > 0 && value.every(isEntry);
    return isLog ? formatEntries(value) : `[${value.map(formatValue).join(' ')}]`;
  }
  if (typeof value === 'object' && value !== null) return `{${formatFields(value)}}`;
  return String(value);
}

/** `name=value` for each field, apart from those in `except`. */
export function formatFields(value: object, except: readonly string[] = []): string {
  return Object.entries(value)
    .filter(([name]) => !except.includes(name))
    .map(([name, field]) => `${name}=${formatValue(field)}`)
    .join(' ');
}

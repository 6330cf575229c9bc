/**
 * How positions, entries and anything else are written: the same in traces and in commands.
 *
 * A position is `index@term`. An entry is a position and what it carries: `4@2:a` is the command
 * `a`, `4@2:noop` a no-op. Entries that a script only gave terms for carry a command named like
 * their position, which is left out; neighbours of one term are drawn together: `3..5@2`.
 *
 * A membership is one word: `{n1,n2,n3}` names voters, `{n1,n2+n3}` has the learner n3, and
 * `{n1,n2>n2,n3}` is joint: n1 and n2 were the voters, n2 and n3 will be.
 */

import type { Entry, Membership, MembershipAt, SnapshotMeta } from '../../raft/index.ts';
import { asLogIndex, asNodeId, asTerm } from '../../raft/index.ts';
import { demand } from './fault.ts';
import { demandFew, parseCount } from './words.ts';

export type Command = string;

export function formatPosition(index: number, term: number): string {
  return `${index}@${term}`;
}

export function parsePosition(text: string): { readonly index: number; readonly term: number } {
  const [, index, term] = /^(\d+)@(\d+)$/.exec(text) ?? [];
  demand(index !== undefined && term !== undefined, `"${text}" is not a position like 2@1`);
  return { index: parseCount(index, 'index'), term: parseCount(term, 'term') };
}

/** An entry that a script gave no command for. */
export function plainEntry(index: number, term: number): Entry<Command> {
  return commandEntry(index, term, formatPosition(index, term));
}

function commandEntry(index: number, term: number, command: Command): Entry<Command> {
  return { kind: 'command', index: asLogIndex(index), term: asTerm(term), command, bytes: 1 };
}

export function formatMembership({ voters, outgoing, learners }: Membership): string {
  const before = outgoing.length === 0 ? '' : `${outgoing.join(',')}>`;
  const learning = learners.length === 0 ? '' : `+${learners.join(',')}`;
  return `{${before}${voters.join(',')}${learning}}`;
}

export function parseMembership(text: string): Membership {
  const [, outgoing, voters, learners] =
    /^\{(?:([\w,]+)>)?([\w,]*)(?:\+([\w,]+))?\}$/.exec(text) ?? [];
  demand(
    voters !== undefined,
    `"${text}" is not a membership like {n1,n2}, {n1,n2+n3} or {n1,n2>n2,n3}`,
  );
  const nodes = (list: string | undefined) =>
    (list ?? '').split(',').flatMap((id) => (id === '' ? [] : [asNodeId(id)]));
  return { voters: nodes(voters), outgoing: nodes(outgoing), learners: nodes(learners) };
}

/** `3:{n1,n2}`: the membership that the entry at index 3 has set. */
export function formatMembershipAt({ index, membership }: MembershipAt): string {
  return `${index}:${formatMembership(membership)}`;
}

export function parseMembershipAt(text: string): MembershipAt {
  const [, index, membership] = /^(\d+):(\{.*\})$/.exec(text) ?? [];
  demand(
    index !== undefined && membership !== undefined,
    `"${text}" is not a membership and its index, like 0:{n1,n2}`,
  );
  return { index: asLogIndex(parseCount(index, 'index')), membership: parseMembership(membership) };
}

export function formatSnapshot({ index, term }: SnapshotMeta): string {
  return formatPosition(index, term);
}

function contentOf(entry: Entry<Command>): string {
  if (entry.kind === 'membership') return `:${formatMembership(entry.membership)}`;
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
 * with its command, a membership or `noop` behind a colon.
 */
export function parseEntries(text: string, prevIndex: number): Entry<Command>[] {
  const entries: Entry<Command>[] = [];
  // The commas within a membership do not separate entries.
  for (const word of text.split(/,(?![^{]*\})/)) {
    const [, from, to, term, content] =
      /^(?:(\d+)(?:\.\.(\d+))?@)?(\d+)(?::(\S+))?$/.exec(word) ?? [];
    demand(term !== undefined, `"${word}" is not an entry like 3, 4@3, 4..6@3, 4@3:a or 4@3:noop`);
    const next = prevIndex + entries.length + 1;
    const first = from === undefined ? next : parseCount(from, 'index');
    demand(first === next, `entry ${word} leaves a gap: the next index is ${next}`);
    const last = to === undefined ? first : parseCount(to, 'index');
    demandFew(last, 'the last index');
    for (let index = first; index <= last; index++) {
      entries.push(entryOf(index, parseCount(term, 'term'), content));
    }
  }
  return entries;
}

function entryOf(index: number, term: number, content: string | undefined): Entry<Command> {
  if (content === undefined) return plainEntry(index, term);
  const place = { index: asLogIndex(index), term: asTerm(term), bytes: 0 } as const;
  if (content === 'noop') return { kind: 'noop', ...place };
  if (content.startsWith('{')) {
    return { kind: 'membership', ...place, membership: parseMembership(content) };
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

/** Prints what happened, a line an event, indented below what led to it. */

import type { Effect, Message, NodeId, PersistEffect } from '../../raft/index.ts';
import type { Event, Happening } from './events.ts';
import { formatMessage } from './messages.ts';
import {
  type Command,
  formatEntries,
  formatFields,
  formatMembershipAt,
  formatSnapshot,
} from './notation.ts';
import type { Requests } from './requests.ts';

type EffectOf<K extends Effect<Command>['kind']> = Extract<Effect<Command>, { kind: K }>;
type EffectPrinter<E> = (node: string, effect: E, requests: Requests) => string;

const effects: {
  readonly [K in Effect<Command>['kind']]?: EffectPrinter<EffectOf<K>>;
} = {
  roleChange: (node, { role, term, leader, reason }) =>
    role === 'follower' && leader !== null
      ? `${node} follows ${leader} in term ${term} (${reason})`
      : `${node} becomes ${role} in term ${term} (${reason})`,
  apply: (node, { entries, requestIds }, requests) => {
    const answered = requestIds.flatMap((id) => (id === null ? [] : [requests.nameOf(id)]));
    const answers = answered.length === 0 ? '' : `, and answers ${answered.join(' ')}`;
    return `${node} applies ${formatEntries(entries, ' ')}${answers}`;
  },
  readReady: (node, { requestId, index }, requests) =>
    `${node} serves ${requests.nameOf(requestId)} at index ${index}`,
  refuse: (node, { requestId, refusal }, requests) => {
    const details = formatFields(refusal, ['kind', ...(refusal.definite ? ['definite'] : [])]);
    return `${node} refuses ${requests.nameOf(requestId)}: ${refusal.kind} ${details}`.trimEnd();
  },
  drop: (node, { from, message, reason }) => `${node} ignores ${message} from ${from}: ${reason}`,
  transferred: (node, { requestId }, requests) =>
    `${node} has handed over, and answers ${requests.nameOf(requestId)}`,
  takeSnapshot: (node, { snapshot }) =>
    `${node} takes snapshot ${formatSnapshot(snapshot)} ` +
    `members=${formatMembershipAt(snapshot.membership)}`,
  restore: (node, { snapshot }) => `${node} restores snapshot ${formatSnapshot(snapshot)}`,
  compact: (node, { index }) => `${node} compacts its log to ${index}`,
  readSnapshot: (node, { peer, snapshotIndex, offset }) =>
    `${node} reads snapshot ${snapshotIndex} from byte ${offset} for ${peer}`,
  halt: (node, { reason }) => `${node} halts: ${reason}`,
};

/** What a core has said, in a line. */
export function printEffect(node: string, effect: Effect<Command>, requests: Requests): string {
  // The table pairs each printer with its kind; the compiler cannot follow a lookup.
  const print = effects[effect.kind] as EffectPrinter<Effect<Command>> | undefined;
  if (print !== undefined) return print(node, effect, requests);
  return `${node} ${effect.kind} ${formatFields(effect, ['kind'])}`.trimEnd();
}

/** What a write puts on disk. */
function formatWrite(write: PersistEffect<Command>): string {
  const { hardState, snapshotChunk, truncateFrom, entries } = write;
  const parts: string[] = [];
  if (hardState !== null) {
    parts.push(`term=${hardState.currentTerm} vote=${hardState.votedFor ?? 'nobody'}`);
  }
  if (snapshotChunk !== null) {
    const { snapshot, offset, data, isLast } = snapshotChunk;
    const bytes = `${offset}..${offset + data.length}`;
    parts.push(`snapshot=${formatSnapshot(snapshot)} bytes=${bytes}${isLast ? ' last' : ''}`);
  }
  if (truncateFrom !== null) parts.push(`truncate=${truncateFrom}`);
  if (entries.length > 0) parts.push(`entries=${formatEntries(entries)}`);
  return parts.length === 0 ? 'nothing new' : parts.join(' ');
}

/** The messages that leave once the write is durable. */
function formatWaiting(messages: readonly Message<Command>[]): string {
  if (messages.length === 0) return '';
  return `; then ${messages.map(({ kind, to }) => `${kind} to ${to}`).join(', ')}`;
}

function printWrite(happening: Extract<Happening, { kind: 'write' }>): string | null {
  const { node, write, isDurable } = happening;
  const content = formatWrite(write);
  if (isDurable) return content === 'nothing new' ? null : `${node} saves ${content}`;
  return `${node} begins write ${write.token}: ${content}${formatWaiting(write.messages)}`;
}

/** The line of an event, or null for one that is not worth a line. */
function printHappening(
  happening: Happening,
  receivers: readonly NodeId[],
  requests: Requests,
): string | null {
  switch (happening.kind) {
    case 'sent': {
      const { from } = happening.message;
      return `${from} → ${receivers.join(' ')} ${formatMessage(happening.message)}`;
    }
    case 'delivered': {
      const { from, to } = happening.message;
      return `${to} ← ${from} ${formatMessage(happening.message)}`;
    }
    case 'lost': {
      const { from, to } = happening.message;
      return `${from} ✗ ${to} ${formatMessage(happening.message)}: ${happening.why}`;
    }
    case 'duplicated': {
      const { from, to } = happening.message;
      return `${from} ⇉ ${to} ${formatMessage(happening.message)}: a second copy`;
    }
    case 'write':
      return printWrite(happening);
    case 'synced':
      return `${happening.node} completes write ${happening.write.token}`;
    case 'effect':
      return printEffect(happening.node, happening.effect, requests);
    case 'tick':
      return `tick ${happening.number}:`;
    case 'note':
      return happening.text;
  }
}

/** The word by which `hide` and `show` mean an event. */
function topicOf(happening: Happening): string {
  switch (happening.kind) {
    case 'sent':
    case 'delivered':
    case 'lost':
    case 'duplicated':
      return happening.message.kind;
    case 'write':
    case 'synced':
      return 'disk';
    case 'effect':
      return happening.effect.kind;
    case 'tick':
      return 'tick';
    case 'note':
      return happening.topic;
  }
}

/** Topics that are not kinds of messages or effects. */
export const otherTopics: readonly string[] = ['disk', 'tick', 'crash'];

export const effectTopics: readonly string[] = Object.keys(effects);

function arrivalsIn(events: readonly Event[]): Set<Message<Command>> {
  const arrivals = new Set<Message<Command>>();
  for (const { what, inside } of events) {
    if (what.kind === 'delivered' || what.kind === 'lost') arrivals.add(what.message);
    for (const message of arrivalsIn(inside)) arrivals.add(message);
  }
  return arrivals;
}

interface Joined extends Event {
  /** All receivers of a message that was sent. */
  readonly to: readonly NodeId[];
}

/** What a node sends to several others, one after the other, becomes one line. */
function joinSends(events: readonly Event[]): readonly Joined[] {
  const joined: Joined[] = [];
  let previous = '';
  for (const event of events) {
    const { what } = event;
    const content =
      what.kind === 'sent' ? `${what.message.from} ${formatMessage(what.message)}` : '';
    const to = what.kind === 'sent' ? [what.message.to] : [];
    const last = joined.at(-1);
    if (content !== '' && content === previous && last !== undefined) {
      joined[joined.length - 1] = { ...last, to: [...last.to, ...to] };
    } else {
      joined.push({ ...event, to });
    }
    previous = content;
  }
  return joined;
}

/**
 * A message that arrives within the same command is printed once, where it arrives.
 *
 * @param hidden topics that are left out; what stands inside them is not
 */
export function printTrace(
  events: readonly Event[],
  requests: Requests,
  hidden: ReadonlySet<string>,
): string[] {
  const arrivals = arrivalsIn(events);
  const print = (list: readonly Event[], indent: string): string[] =>
    joinSends(
      list.filter(({ what }) => what.kind !== 'sent' || !arrivals.has(what.message)),
    ).flatMap(({ what, to, inside }) => {
      const isHidden = hidden.has(topicOf(what));
      const text = isHidden ? null : printHappening(what, to, requests);
      const below = print(inside, text === null ? indent : `${indent}  `);
      const isEmptyTick = what.kind === 'tick' && below.length === 0;
      return text === null || isEmptyTick ? below : [indent + text, ...below];
    });
  return print(events, '');
}

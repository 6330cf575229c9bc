/**
 * How each kind of message is written. One table for both directions: a message of a trace can be
 * copied into a `receive` command.
 *
 * A kind that is missing here is printed field by field, and cannot be forged.
 */

import {
  asNodeId,
  type Entry,
  type Message,
  type MessageKind,
  type NodeId,
  parseMessage,
  type SnapshotMeta,
} from '../../raft/index.ts';
import { numbersPerLife } from '../../raft/raft.ts';
import { demand } from './fault.ts';
import type { Command } from './notation.ts';
import {
  formatEntries,
  formatFields,
  formatMembershipAt,
  formatPosition,
  formatSnapshot,
  parseEntries,
  parseMembershipAt,
  parsePosition,
} from './notation.ts';
import { NamedWords } from './words.ts';

type Values = { readonly [name: string]: unknown };

/** What a forged message takes from its receiver when the script leaves it out. */
export interface Defaults {
  readonly term: number;
  /** A leader's; 0 for others. */
  readonly round: number;
  readonly preVoteRound: number;
}

/** One or more fields of a message, as one or more words. */
interface Field {
  readonly usage: string;
  print(values: Values): string;
  parse(words: NamedWords, defaults: Defaults): Values;
}

function numberField(
  name: string,
  property: string,
  fallback: (defaults: Defaults) => number,
): Field {
  return {
    usage: `${name}=N`,
    print: (values) => `${name}=${values[property]}`,
    parse: (words, defaults) => ({ [property]: words.count(name) ?? fallback(defaults) }),
  };
}

const term: Field = numberField('term', 'term', (defaults) => defaults.term);
const nextTerm: Field = numberField('term', 'term', (defaults) => defaults.term + 1);
const round: Field = numberField('round', 'round', (defaults) => defaults.round);

/** Each life of a node numbers its pre-votes from another place; traces count from there. */
const preVoteRound: Field = {
  usage: 'round=N',
  print: (values) => `round=${Number(values['round']) % numbersPerLife}`,
  parse: (words, defaults) => {
    const round = words.count('round');
    const latest = defaults.preVoteRound;
    return { round: round === null ? latest : latest - (latest % numbersPerLife) + round };
  },
};

const commit: Field = numberField('commit', 'commitIndex', () => 0);
const match: Field = numberField('match', 'matchIndex', () => 0);

function positionField(name: string, indexName: string, termName: string): Field {
  return {
    usage: `${name}=INDEX@TERM`,
    print: (values) =>
      `${name}=${formatPosition(Number(values[indexName]), Number(values[termName]))}`,
    parse: (words) => {
      const { index, term } = parsePosition(words.value(name) ?? '0@0');
      return { [indexName]: index, [termName]: term };
    },
  };
}

const last: Field = positionField('last', 'lastLogIndex', 'lastLogTerm');

const granted: Field = {
  usage: 'granted|refused',
  print: (values) => (values['granted'] === true ? 'granted' : 'refused'),
  parse: (words) => {
    const isGranted = words.flag('granted');
    demand(words.flag('refused') !== isGranted, 'say either granted or refused');
    return { granted: isGranted };
  },
};

const prevAndEntries: Field = {
  usage: 'prev=INDEX@TERM entries=ENTRY,ENTRY',
  print: (values) => {
    const prev = formatPosition(Number(values['prevIndex']), Number(values['prevTerm']));
    const entries = values['entries'] as readonly Entry<Command>[];
    return `prev=${prev}${entries.length === 0 ? '' : ` entries=${formatEntries(entries)}`}`;
  },
  parse: (words) => {
    const prev = parsePosition(words.value('prev') ?? '0@0');
    const entries = words.value('entries');
    return {
      prevIndex: prev.index,
      prevTerm: prev.term,
      entries: entries === null ? [] : parseEntries(entries, prev.index),
    };
  },
};

const appendResult: Field = {
  usage: 'accepted match=N | inconsistent prev=N hint=INDEX@TERM',
  print: (values) => {
    const result = values['result'] as Values & { readonly kind: string };
    switch (result.kind) {
      case 'accepted':
        return `accepted match=${result['matchIndex']}`;
      case 'inconsistent': {
        const hint = formatPosition(Number(result['hintIndex']), Number(result['hintTerm']));
        return `inconsistent prev=${result['prevIndex']} hint=${hint}`;
      }
      default:
        return [result.kind, formatFields(result, ['kind'])].join(' ').trim();
    }
  },
  parse: (words) => {
    if (words.flag('accepted')) {
      return { result: { kind: 'accepted', matchIndex: words.count('match') ?? 0 } };
    }
    demand(words.flag('inconsistent'), 'say accepted or inconsistent');
    const prevIndex = words.count('prev') ?? 0;
    const hint = parsePosition(words.value('hint') ?? '0@0');
    const kind = 'inconsistent';
    return { result: { kind, prevIndex, hintIndex: hint.index, hintTerm: hint.term } };
  },
};

/** A number that is said only when it is not the usual one. */
function unusualField(name: string, property: string, usual: number): Field {
  return {
    usage: `[${name}=N]`,
    print: (values) => (values[property] === usual ? '' : `${name}=${values[property]}`),
    parse: (words) => ({ [property]: words.count(name) ?? usual }),
  };
}

const isTransfer: Field = {
  usage: '[transfer]',
  print: (values) => (values['isTransfer'] === true ? 'transfer' : ''),
  parse: (words) => ({ isTransfer: words.flag('transfer') }),
};

const readIndex: Field = {
  usage: 'index=N | overloaded',
  print: ({ index }) => (index === null ? 'overloaded' : `index=${index}`),
  parse: (words) => ({ index: words.flag('overloaded') ? null : (words.count('index') ?? 0) }),
};

const snapshot: Field = {
  usage: 'snapshot=INDEX@TERM members=INDEX:{NODE,NODE}',
  print: (values) => {
    const meta = values['snapshot'] as SnapshotMeta;
    return `snapshot=${formatSnapshot(meta)} members=${formatMembershipAt(meta.membership)}`;
  },
  parse: (words) => {
    const position = parsePosition(words.value('snapshot') ?? '0@0');
    const membership = parseMembershipAt(words.value('members') ?? '');
    return { snapshot: { ...position, membership } };
  },
};

/** What a snapshot contains is text here; each letter is a byte. */
const data: Field = {
  usage: 'data=TEXT [last]',
  print: (values) => {
    const text = new TextDecoder().decode(values['data'] as Uint8Array);
    return `data=${text}${values['isLast'] === true ? ' last' : ''}`;
  },
  parse: (words) => ({ data: words.value('data') ?? '', isLast: words.flag('last') }),
};

const snapshotResult: Field = {
  usage: 'expects=OFFSET | installed',
  print: (values) => {
    const result = values['result'] as Values;
    return result['kind'] === 'expects' ? `expects=${result['offset']}` : 'installed';
  },
  parse: (words) => {
    if (words.flag('installed')) return { result: { kind: 'installed' } };
    return { result: { kind: 'expects', offset: words.count('expects') ?? 0 } };
  },
};

const offset: Field = numberField('offset', 'offset', () => 0);

const timeout: Field = unusualField('timeout', 'electionTicks', 10);

const fields: { readonly [kind in MessageKind]?: readonly Field[] } = {
  preVoteRequest: [nextTerm, preVoteRound, last],
  preVoteResponse: [term, preVoteRound, granted],
  voteRequest: [nextTerm, last, isTransfer],
  voteResponse: [term, granted, last],
  newerTerm: [term],
  appendRequest: [term, prevAndEntries, commit, round, timeout],
  appendResponse: [term, appendResult, round],
  heartbeatRequest: [term, commit, round, timeout],
  heartbeatResponse: [term, match, round, unusualField('priority', 'priority', 0)],
  commitHint: [term, commit, timeout],
  snapshotRequest: [term, snapshot, offset, data, round],
  snapshotResponse: [
    term,
    numberField('snapshot', 'snapshotIndex', () => 0),
    offset,
    snapshotResult,
    round,
  ],
  readIndexRequest: [term, numberField('sequence', 'sequence', () => 0)],
  readIndexResponse: [term, numberField('sequence', 'sequence', () => 0), readIndex],
  timeoutNow: [term],
};

export const messageKinds: readonly string[] = Object.keys(fields);

function isMessageKind(kind: string): kind is MessageKind {
  return messageKinds.includes(kind);
}

/** The message's own fields, without kind, sender and receiver. */
export function formatMessageFields(message: Message<Command>): string {
  const known: readonly Field[] | undefined = fields[message.kind];
  if (known === undefined) return formatFields(message, ['kind', 'from', 'to']);
  const values: Values = { ...message };
  return known
    .map((field) => field.print(values))
    .filter((text) => text !== '')
    .join(' ');
}

export function formatMessage(message: Message<Command>): string {
  return `${message.kind} ${formatMessageFields(message)}`.trimEnd();
}

/** A message as a peer could have sent it: what the core's own parser refuses is refused here. */
export function parseForged(
  kind: string,
  from: string,
  to: NodeId,
  text: readonly string[],
  defaults: Defaults,
): Message<Command> {
  demand(isMessageKind(kind), `no message "${kind}"; known: ${messageKinds.join(' ')}`);
  const known: readonly Field[] = fields[kind] ?? [];
  const words = new NamedWords(text);
  const values: { [name: string]: unknown } = {};
  for (const field of known) Object.assign(values, field.parse(words, defaults));
  words.end(`${kind} has ${known.map(({ usage }) => usage).join(' ')}`);
  const parsed = parseMessage<Command>(kind, asNodeId(from), to, values, {
    parseCommand: String,
    parseSnapshotData: (value) => new TextEncoder().encode(String(value)),
  });
  demand(parsed.ok, parsed.ok ? '' : `no node sends this: ${parsed.fault}`);
  return parsed.message;
}

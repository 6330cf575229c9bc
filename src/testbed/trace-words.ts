/** Events of a trace, a line each, in the words of scenarios. */

import type { Effect, Input, Message } from '../raft/index.ts';
import {
  encodeEvent,
  type NetworkEvent,
  type NodeEvent,
  type StateSummary,
  type TraceEvent,
} from '../trace/index.ts';
import { formatMessage } from './scenario/messages.ts';
import { formatFields } from './scenario/notation.ts';
import { Requests } from './scenario/requests.ts';
import { printEffect } from './scenario/trace.ts';
import { withoutContent } from './shrinking/message-likeness.ts';

/**
 * What is worth a line of an event: ticks and what a disk does at once are not. What a core hands
 * over stands indented below.
 */
export function linesOf(event: TraceEvent): readonly string[] {
  switch (event.kind) {
    case 'step': {
      const line = inputLine(event.node, event.input);
      return line === null ? [] : [line];
    }
    case 'drain':
      return event.effects
        .filter(({ kind }) => kind !== 'send' && kind !== 'persist')
        .map((effect) => effectLine(event.node, effect));
    case 'durable':
    case 'snapshot':
    case 'send':
    case 'receive':
    case 'lose':
    case 'invoke':
    case 'complete':
      return [];
    default:
      return [plainLine(event)];
  }
}

function effectLine(node: string, effect: Effect<unknown>): string {
  return `  ${printEffect(node, withWords(effect), new Requests())}`;
}

/** Commands are texts in scenarios; here they are whatever a machine takes. */
function withWords(effect: Effect<unknown>): Effect<string> {
  if (effect.kind !== 'apply') return effect as Effect<string>;
  const entries = effect.entries.map((entry) =>
    entry.kind === 'command' ? { ...entry, command: JSON.stringify(entry.command) } : entry,
  );
  return { ...effect, entries };
}

function inputLine(node: string, input: Input<unknown>): string | null {
  const isDull = input.kind === 'tick' || input.kind === 'applied' || input.kind === 'persisted';
  return isDull ? null : fullInputLine(node, input);
}

function fullInputLine(node: string, input: Input<unknown>): string {
  switch (input.kind) {
    case 'receive':
      return `${node} ← ${input.message.from} ${messageWords(input.message)}`;
    case 'propose':
      return `${node} is asked for ${JSON.stringify(input.command)} (request ${input.requestId})`;
    default:
      return `${node} ${input.kind} ${formatFields(input, ['kind', 'chunk'])}`.trimEnd();
  }
}

function messageWords(message: Message<unknown>): string {
  return formatMessage(withoutContent(message));
}

type PlainEvent = Extract<
  TraceEvent,
  { readonly kind: 'start' | 'role' | 'halt' | 'crash' | 'fault' | 'broken' }
>;

function plainLine(event: PlainEvent): string {
  switch (event.kind) {
    case 'start': {
      const { term, votedFor, lastIndex, lastTerm } = event.state;
      const vote = votedFor ?? 'nobody';
      // Its machine begins there, and not in its first state.
      const snapshot = event.core?.snapshot ?? null;
      const from = snapshot === null ? '' : ` snapshot=${snapshot.index}@${snapshot.term}`;
      return `${event.node} starts: term=${term} vote=${vote} last=${lastIndex}@${lastTerm}${from}`;
    }
    case 'role': {
      const { node, role, term, leader, reason } = event;
      return role === 'follower' && leader !== null
        ? `${node} follows ${leader} in term ${term} (${reason})`
        : `${node} becomes ${role} in term ${term} (${reason})`;
    }
    case 'halt':
      return `${event.node} stops: ${event.reason.split('\n')[0]}`;
    case 'crash':
      return `${event.node} crashes`;
    case 'fault':
      return `fault: ${event.fault}${event.phase === 'end' ? ' ends' : ''}: ${event.text}`;
    case 'broken': {
      const { rule, node, detail } = event;
      // The specification says node and rule once more.
      const more = detail.replace(`${node}: ${rule}`, '').trim();
      return `BROKEN: ${rule}${node === null ? '' : ` (${node})`}${more === '' ? '' : `: ${more}`}`;
    }
  }
}

/** So many messages on their way, and open operations, are remembered. */
const maxRemembered = 100_000;

export interface TellerOptions {
  /** Ticks, reports of disks and everything else that `linesOf` leaves out. */
  readonly isAll: boolean;
  /** Messages are told of as events of a network; else as what cores hand over. */
  readonly hasNetwork: boolean;
}

/** Tells a trace from its beginning; it remembers what later events are about. */
export class TraceTeller {
  readonly #options: TellerOptions;
  readonly #messages = new Map<number, Extract<NetworkEvent, { kind: 'send' }>>();
  readonly #operations = new Map<number, string>();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** All about an event; empty when it is not worth a line. */
  tell(event: TraceEvent): readonly string[] {
    try {
      const lines = this.#tell(event);
      return this.#options.isAll ? lines : lines.map(shortened);
    } catch {
      // What no core takes in or hands over, there are no words for.
      return [`${event.kind} ${encodeEvent(event)}`];
    }
  }

  #tell(event: TraceEvent): readonly string[] {
    const { isAll, hasNetwork } = this.#options;
    switch (event.kind) {
      case 'send':
        remember(this.#messages, event.id, event);
        return [`${event.from} → ${event.to} ${bodyWords(event)}`];
      case 'receive':
        // Most are told of by what the receiver makes of them.
        return isAll ? [`#${event.id} arrives: ${this.#message(event.id)}`] : [];
      case 'lose':
        return [`#${event.id} is lost: ${this.#message(event.id)}`];
      case 'invoke': {
        const { client, node, f, key, value } = event;
        const what = [f, key, value].filter((word) => word !== null).map(wordOf);
        remember(this.#operations, event.operation, `${client} ${what.join(' ')}`);
        return [`${client} asks ${node}: ${what.join(' ')} (operation ${event.operation})`];
      }
      case 'complete': {
        const asked = this.#operations.get(event.operation) ?? 'somebody';
        const { type, value, error } = event;
        const why = type === 'ok' ? ` → ${wordOf(value)}` : `: ${wordOf(error)}`;
        return [`${asked}: ${type}${why} (operation ${event.operation})`];
      }
      case 'step':
        return isAll
          ? [`${fullInputLine(event.node, event.input)}${stateWords(event.state)}`]
          : linesOf(event);
      case 'drain': {
        const sent = hasNetwork ? [] : sentLines(event);
        return [...sent, ...(isAll ? writeLines(event) : []), ...linesOf(event)];
      }
      case 'durable':
        return isAll ? [`${event.node} has on disk: ${formatFields(event.write as object)}`] : [];
      case 'snapshot':
        return isAll
          ? [`${event.node} has a snapshot to ${event.index}: ${event.bytes} bytes`]
          : [];
      default:
        return linesOf(event);
    }
  }

  /** Who an event is about. */
  nodesOf(event: TraceEvent): readonly string[] {
    switch (event.kind) {
      case 'send':
        return [event.from, event.to];
      case 'receive':
      case 'lose': {
        const message = this.#messages.get(event.id);
        return message === undefined ? [] : [message.from, message.to];
      }
      case 'fault':
        return event.nodes;
      case 'invoke':
        return [event.client, event.node];
      case 'complete':
        return this.#operations.get(event.operation)?.split(' ').slice(0, 1) ?? [];
      default:
        return event.node === null ? [] : [event.node];
    }
  }

  #message(id: number): string {
    const message = this.#messages.get(id);
    return message === undefined
      ? 'sent before this'
      : `${message.from} → ${message.to} ${message.body.type}`;
  }
}

/** A line that is read, and not searched, has an end in sight. */
const maxLineLength = 300;

function shortened(line: string): string {
  return line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
}

function remember<T>(known: Map<number, T>, id: number, value: T): void {
  known.set(id, value);
  if (known.size <= maxRemembered) return;
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}

function sentLines({ node, effects }: Extract<NodeEvent, { kind: 'drain' }>): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.kind === 'send') {
      return [`  ${node} → ${effect.message.to} ${messageWords(effect.message)}`];
    }
    if (effect.kind !== 'persist') return [];
    return effect.messages.map(
      (message) => `  ${node} → ${message.to} ${messageWords(message)}, when it is on disk`,
    );
  });
}

function writeLines({ node, effects }: Extract<NodeEvent, { kind: 'drain' }>): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'persist') return [];
    const { hardState, truncateFrom, entries, token } = effect;
    const parts = [
      ...(hardState === null ? [] : [formatFields(hardState)]),
      ...(truncateFrom === null ? [] : [`truncate=${truncateFrom}`]),
      ...(entries.length === 0 ? [] : [`entries=${entries[0]?.index}..${entries.at(-1)?.index}`]),
    ];
    return [`  ${node} writes (${token}) ${parts.join(' ')}`.trimEnd()];
  });
}

function stateWords(state: StateSummary): string {
  const { role, term, lastIndex, lastTerm, durableIndex, commitIndex } = state;
  return ` | ${role} ${term} last=${lastIndex}@${lastTerm} disk=${durableIndex} commit=${commitIndex}`;
}

/** A message of a network: what cores say in the words of scenarios, the rest by its type. */
function bodyWords({ id, body }: Extract<NetworkEvent, { kind: 'send' }>): string {
  const { type, msg_id, in_reply_to, ...rest } = body;
  const text = JSON.stringify(rest);
  return `#${id} ${type} ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Logs of messages, each with a key, and for each key an offset that its readers have committed.
 *
 * - Offsets count the messages of a log from 0 without a gap, and what stands at one never changes.
 * - A committed offset never moves back.
 * - A poll gives what follows on each offset asked for, without a gap, as much as fits: its limits
 *   are shared out message by message among the keys, so that none waits for another's end.
 */

import { type Json, stringifyJson } from './json.ts';
import type { StateMachine } from './machine.ts';

/** Adds a message to the log of a key, or says how far logs have been processed. */
export type LogsCommand =
  | { readonly kind: 'send'; readonly key: string; readonly message: Json }
  /** All up to these offsets, these included, has been processed. */
  | { readonly kind: 'commit'; readonly offsets: readonly KeyOffset[] };

/** Asks for messages from offsets on, or for the offsets that were committed. */
export type LogsQuery =
  | { readonly kind: 'poll'; readonly from: readonly KeyOffset[] }
  | { readonly kind: 'committed'; readonly keys: readonly string[] };

/** What came of a command or a query of logs. */
export type LogsResult =
  | {
      readonly kind: 'sent';
      /** How many messages stand before it in its log. */
      readonly offset: number;
    }
  | { readonly kind: 'done' }
  /** Of each key that was asked for and has any; the first message is at the offset asked for. */
  | { readonly kind: 'messages'; readonly polled: readonly PolledLog[] }
  /** Of each key for which some was committed. */
  | { readonly kind: 'offsets'; readonly offsets: readonly KeyOffset[] };

/** A key, and an offset in its log: messages are counted from 0. */
export type KeyOffset = readonly [key: string, offset: number];

/** Messages of one key, without a gap; the first stands at the offset `first`. */
export interface PolledLog {
  readonly key: string;
  readonly first: number;
  readonly messages: readonly Json[];
}

/** Logs only grow: what they were is told by how long they were. */
export interface LogsSnapshot {
  readonly logs: readonly (readonly [key: string, messages: readonly Json[], length: number])[];
  readonly committed: readonly KeyOffset[];
}

/** What one poll gives at most: so many messages, and more than one only up to so many characters. */
export const maxPolledMessages: number = 1000;
export const maxPolledLength: number = 1024 * 1024;

/**
 * Logs of messages, each with a key, and for each key an offset that its readers have committed. What
 * stands at an offset never changes, and a committed offset never moves back.
 */
export class LogsMachine implements StateMachine<LogsCommand, LogsQuery, LogsResult, LogsSnapshot> {
  readonly #logs = new Map<string, Json[]>();
  readonly #committed = new Map<string, number>();

  apply(command: LogsCommand): LogsResult {
    if (command.kind === 'send') {
      const log = this.#logs.get(command.key) ?? [];
      if (log.push(command.message) === 1) this.#logs.set(command.key, log);
      return { kind: 'sent', offset: log.length - 1 };
    }
    for (const [key, offset] of command.offsets) {
      if (offset > (this.#committed.get(key) ?? -1)) this.#committed.set(key, offset);
    }
    return { kind: 'done' };
  }

  query(query: LogsQuery): LogsResult {
    if (query.kind === 'poll') return { kind: 'messages', polled: this.#poll(query.from) };
    const offsets = query.keys.map((key) => [key, this.#committed.get(key) ?? -1] as const);
    return { kind: 'offsets', offsets: offsets.filter(([, offset]) => offset >= 0) };
  }

  #poll(from: readonly KeyOffset[]): readonly PolledLog[] {
    const polled = from.map(([key, first]) => ({ key, first, messages: [] as Json[] }));
    let [count, length] = [0, 0];
    // Who asks for many logs is not looked for in those that have ended again and again.
    for (let open = polled; open.length > 0; ) {
      const more: typeof open = [];
      for (const log of open) {
        const { key, first, messages } = log;
        const message = this.#logs.get(key)?.[first + messages.length];
        if (message === undefined) continue;
        length += stringifyJson(message).length;
        if (count > 0 && (count === maxPolledMessages || length > maxPolledLength))
          return some(polled);
        messages.push(message);
        count++;
        more.push(log);
      }
      open = more;
    }
    return some(polled);
  }

  snapshot(): LogsSnapshot {
    const logs = [...this.#logs].map(
      ([key, messages]) => [key, messages, messages.length] as const,
    );
    return { logs, committed: [...this.#committed] };
  }

  restore({ logs, committed }: LogsSnapshot): void {
    this.#logs.clear();
    for (const [key, messages, length] of logs) this.#logs.set(key, messages.slice(0, length));
    this.#committed.clear();
    for (const [key, offset] of committed) this.#committed.set(key, offset);
  }
}

function some(polled: readonly PolledLog[]): readonly PolledLog[] {
  return polled.filter(({ messages }) => messages.length > 0);
}

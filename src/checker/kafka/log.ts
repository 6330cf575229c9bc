/** What all clients together know of the log of one key. */

import { MalformedHistory } from '../history.ts';
import { endOf, type KafkaOperation, type Placed, type Send } from './operation.ts';

/** An operation that showed a message at an offset: the first that did. */
interface Sighting {
  readonly message: string;
  readonly operation: number;
}

export class KeyLog {
  readonly key: string;
  /** Position of the send of each message. */
  readonly senders: Map<string, number> = new Map();
  /** The messages that were seen at each offset, by acknowledgements and polls. */
  readonly #byOffset = new Map<number, Sighting[]>();
  /** The offsets at which each message was seen, and by whom first. */
  readonly #placesOf = new Map<string, Map<number, number>>();
  readonly #polled = new Set<string>();
  /** The highest offset that was polled, and by whom. */
  highestPoll: { readonly offset: number; readonly operation: number } | undefined;
  #sorted: readonly number[] | undefined;

  constructor(key: string) {
    this.key = key;
  }

  note({ offset, message }: Placed, operation: number, isPoll: boolean): void {
    const there = this.#byOffset.get(offset) ?? [];
    this.#byOffset.set(offset, there);
    if (there.every((it) => it.message !== message)) there.push({ message, operation });
    const places = this.#placesOf.get(message) ?? new Map<number, number>();
    this.#placesOf.set(message, places);
    if (!places.has(offset)) places.set(offset, operation);
    this.#sorted = undefined;
    if (!isPoll) return;
    this.#polled.add(message);
    if (offset > (this.highestPoll?.offset ?? -1)) this.highestPoll = { offset, operation };
  }

  isPolled(message: string): boolean {
    return this.#polled.has(message);
  }

  /** Offsets with more than one message. */
  get conflicts(): readonly { readonly offset: number; readonly seen: readonly Sighting[] }[] {
    return Array.from(this.#byOffset, ([offset, seen]) => ({ offset, seen })).filter(
      ({ seen }) => seen.length > 1,
    );
  }

  /** Messages with more than one offset, and who saw them there first. */
  get duplicates(): readonly {
    readonly message: string;
    readonly places: ReadonlyMap<number, number>;
  }[] {
    return Array.from(this.#placesOf, ([message, places]) => ({ message, places })).filter(
      ({ places }) => places.size > 1,
    );
  }

  /** Who was the first to see anything at an offset. */
  sightingAt(offset: number): Sighting | undefined {
    return this.#byOffset.get(offset)?.[0];
  }

  /** The least offset from `from` on that has a message; undefined when none is known. */
  nextKnown(from: number): number | undefined {
    const sorted = this.#knownOffsets;
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return sorted[low];
  }

  /** Offsets from 0 to the highest known one of which nothing is known. */
  get gaps(): number {
    const highest = this.#knownOffsets.at(-1);
    return highest === undefined ? 0 : highest + 1 - this.#knownOffsets.length;
  }

  get #knownOffsets(): readonly number[] {
    this.#sorted ??= [...this.#byOffset.keys()].sort((a, b) => a - b);
    return this.#sorted;
  }
}

/**
 * The logs of all keys.
 *
 * @throws MalformedHistory when a message is sent to a key twice: polls would not tell which it was
 */
export function logsOf(operations: readonly KafkaOperation[]): ReadonlyMap<string, KeyLog> {
  const logs = new Map<string, KeyLog>();
  const logOf = (key: string): KeyLog => {
    const log = logs.get(key) ?? new KeyLog(key);
    logs.set(key, log);
    return log;
  };
  for (const [position, operation] of operations.entries()) {
    if (operation.f === 'send') noteSend(logOf(operation.key), operation, position);
    if (operation.f !== 'poll') continue;
    for (const [key, messages] of operation.messages) {
      for (const it of messages) logOf(key).note(it, position, true);
    }
  }
  return logs;
}

function noteSend(log: KeyLog, send: Send, position: number): void {
  const { key, message, offset, invoked } = send;
  if (log.senders.has(message)) {
    throw new MalformedHistory(
      invoked.line,
      `${message} is sent to key ${key} a second time; a message must be sent once, so that a poll tells which it is`,
    );
  }
  log.senders.set(message, position);
  if (offset !== undefined && endOf(send) !== Number.POSITIVE_INFINITY) {
    log.note({ offset, message }, position, false);
  }
}

/**
 * The load of Maelstrom's kafka workload. A client is given keys now and then, and begins each at
 * the offset after the committed one; from then on it polls from where it is, and commits what it
 * has polled. In between it sends messages, each once to its key.
 */

import { isJsonObject, type Json } from '../../machine/json.ts';
import { nextFraction, nextInteger, type Random } from '../../raft/index.ts';
import type { ClientOperation, Completion } from '../client-operation.ts';
import type { Workload } from '../workload.ts';
import type { WorkloadOptions } from './bench-workload.ts';
import { KeyPool } from './key-pool.ts';

/** A client is given other keys with this chance, one operation after the other. */
const assignChance = 1 / 16;

/** How many keys a client has at a time. */
const maxAssigned = 8;

/**
 * In the end: how many keys are polled together, and how many polls may fail in a row. So many, that
 * a node with limits to what one poll gives reaches them: there it may lose something.
 */
const finalKeys = 128;
const maxFailures = 5;

/** The next offset of each key that a client has, and what it has still to commit. */
interface Consumer {
  positions: Map<string, number>;
  readonly processed: Map<string, number>;
}

export class KafkaLoad implements Workload<ClientOperation, Completion> {
  readonly #random: Random;
  readonly #pool: KeyPool;
  readonly #consumers = new Map<number, Consumer>();
  /** All keys that were ever sent to. */
  readonly #keys = new Set<string>();
  /** The highest offset of each key that was acknowledged, and that was polled. */
  readonly #sent = new Map<string, number>();
  readonly #polled = new Map<string, number>();
  /** How the last of the polls at the end of each client ended. */
  readonly #lastFinal = new Map<number, Completion>();

  constructor(random: Random, options: WorkloadOptions) {
    this.#random = random;
    this.#pool = new KeyPool(random, options.keyCount, options.maxWritesPerKey);
  }

  next(client: number): ClientOperation {
    const { positions, processed } = this.#consumerOf(client);
    if (processed.size > 0) {
      const value = Object.fromEntries(processed);
      processed.clear();
      return { f: 'commit_offsets', key: null, value };
    }
    if (positions.size === 0 || nextFraction(this.#random) < assignChance) {
      return { f: 'list_committed_offsets', key: null, value: this.#drawKeys() };
    }
    if (nextFraction(this.#random) < 0.5) {
      return { f: 'poll', key: null, value: Object.fromEntries(positions) };
    }
    const { key, value } = this.#pool.drawWrite();
    this.#keys.add(String(key));
    return { f: 'send', key: String(key), value };
  }

  /** A new client knows nothing of what the old one had. */
  replaceProcess(client: number): void {
    this.#consumers.delete(client);
  }

  completed(client: number, operation: ClientOperation, completion: Completion): void {
    if (operation.final === true) this.#lastFinal.set(client, completion);
    else if (completion.type === 'ok') this.#note(client, operation, completion.value ?? null);
  }

  /**
   * Asks for all committed offsets, and polls everything, from the beginning of each key until
   * nothing more comes.
   */
  *finalQuestions(client: number): Generator<ClientOperation> {
    const keys = [...this.#keys];
    for (let first = 0; first < keys.length; first += finalKeys) {
      const some = keys.slice(first, first + finalKeys);
      yield { f: 'list_committed_offsets', key: null, value: some };
      const positions = new Map(some.map((key) => [key, 0]));
      let failures = 0;
      // What a poll leaves out of some keys may be more than it can carry: all are asked again.
      for (let isMore = true; isMore && failures < maxFailures; ) {
        yield { f: 'poll', key: null, value: Object.fromEntries(positions) };
        const completion = this.#lastFinal.get(client);
        if (completion?.type !== 'ok') {
          failures++;
          continue;
        }
        failures = 0;
        isMore = false;
        for (const [key, offset] of lastOffsets(completion.value ?? null)) {
          // Who is shown the same for ever would poll for ever.
          if (offset < (positions.get(key) ?? Number.POSITIVE_INFINITY)) continue;
          positions.set(key, offset + 1);
          isMore = true;
        }
      }
    }
  }

  #note(client: number, { f, key, value: asked }: ClientOperation, value: Json): void {
    const consumer = this.#consumerOf(client);
    if (f === 'send') raise(this.#sent, key as string, value as number);
    if (f === 'poll') {
      for (const [polled, offset] of lastOffsets(value)) {
        raise(this.#polled, polled, offset);
        raise(consumer.positions, polled, offset + 1);
        consumer.processed.set(polled, offset);
      }
    }
    if (f === 'list_committed_offsets') {
      const committed = value as { readonly [key: string]: number };
      consumer.positions = new Map(
        (asked as readonly string[]).map((it) => [
          it,
          consumer.positions.get(it) ?? (committed[it] ?? -1) + 1,
        ]),
      );
    }
  }

  /** Keys of the pool, and now and then those of which nobody has polled everything. */
  #drawKeys(): readonly string[] {
    const keys = new Set<string>();
    if (nextInteger(this.#random, 0, 3) === 0) {
      for (const [key, offset] of this.#sent) {
        if (keys.size < maxAssigned / 2 && (this.#polled.get(key) ?? -1) < offset) keys.add(key);
      }
    }
    const most = nextInteger(this.#random, 1, maxAssigned / 2 + 1);
    for (let draws = 0; draws < most; draws++) keys.add(String(this.#pool.draw()));
    return [...keys];
  }

  #consumerOf(client: number): Consumer {
    const consumer = this.#consumers.get(client) ?? {
      positions: new Map<string, number>(),
      processed: new Map<string, number>(),
    };
    this.#consumers.set(client, consumer);
    return consumer;
  }
}

function raise(offsets: Map<string, number>, key: string, offset: number): void {
  if (offset > (offsets.get(key) ?? -1)) offsets.set(key, offset);
}

/** The highest offset that a poll showed of each key. */
function lastOffsets(messages: Json): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  if (!isJsonObject(messages)) return last;
  for (const [key, pairs] of Object.entries(messages)) {
    for (const [offset] of pairs as readonly [number, Json][]) raise(last, key, offset);
  }
  return last;
}

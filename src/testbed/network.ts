/**
 * The network between nodes, services and clients, as Maelstrom has it.
 *
 * Each receiver has one queue, ordered by when messages are due. The message at its head is waited
 * for, even if one that is due earlier arrives meanwhile. Whether a partition lies between sender
 * and receiver is asked when a message is delivered, not when it is sent. Messages from and to
 * clients take no time and are never lost.
 *
 * It can be made worse than Maelstrom's: then messages between servers are lost, doubled, held up,
 * and overtake each other.
 */

import type { Body } from '../maelstrom/message.ts';
import { nextFraction, type Random } from '../raft/index.ts';
import type { Clock } from '../replica/index.ts';
import { drawLatencyMs, type Latency } from './latency.ts';

/** What a message between any two says: Maelstrom's fields, whatever the others are. */
export interface AnyBody {
  readonly type: string;
  readonly msg_id?: number;
  readonly in_reply_to?: number;
}

export interface NetworkMessage<B extends AnyBody> {
  readonly src: string;
  readonly dest: string;
  readonly body: B;
}

/** What happens to messages between servers, beyond their latency. Chances are from 0 to 1. */
export interface Disturbance {
  readonly loss: number;
  readonly duplication: number;
  /** Each message goes its own way: none waits for the one before it. */
  readonly isReordering: boolean;
  /** Now and then a message is held up for so long. */
  readonly spikeChance: number;
  readonly spikeMs: number;
}

/** For each receiver the senders that it does not hear. */
export type Grudge = ReadonlyMap<string, ReadonlySet<string>>;

export type EndpointKind = 'server' | 'service' | 'client';

/** A message that was sent; `id` counts them. */
export interface Envelope<B extends AnyBody = Body> {
  readonly id: number;
  readonly message: NetworkMessage<B>;
  /** What `textOf` has made of it; empty before. */
  text: string;
}

export type NetworkEvent = 'send' | 'receive' | 'lose';

export interface NetworkOptions<B extends AnyBody = Body> {
  readonly clock: Clock;
  readonly random: Random;
  readonly latency: Latency;
  /** Told of everything that passes. */
  readonly onEvent: (event: NetworkEvent, envelope: Envelope<B>) => void;
  /** Whether a message may arrive twice; asked only while the network is disturbed. */
  readonly mayDuplicate?: (body: B) => boolean;
}

interface Endpoint<B extends AnyBody> {
  readonly kind: EndpointKind;
  readonly deliver: (envelope: Envelope<B>) => void;
  /** Whether there is room for another message. */
  canTake: () => boolean;
  readonly queue: Queued<B>[];
  /** What came while nobody was there to take it; null while somebody is. */
  backlog: Envelope<B>[] | null;
  /** The head of the queue has been taken out and is waited for. */
  isWaiting: boolean;
}

interface Queued<B extends AnyBody> {
  readonly dueMs: number;
  readonly envelope: Envelope<B>;
}

/** How many messages are kept for a receiver that is down. */
const maxBacklog = 10;

export class Network<B extends AnyBody = Body> {
  readonly #options: NetworkOptions<B>;
  readonly #endpoints = new Map<string, Endpoint<B>>();
  #latency: Latency;
  #disturbance: Disturbance | null = null;
  #grudge: Grudge = new Map();
  #nextId = 0;

  constructor(options: NetworkOptions<B>) {
    this.#options = options;
    this.#latency = options.latency;
  }

  /**
   * Registers a name. Messages can be sent from and to it from now on; those that it cannot take
   * when they arrive are lost.
   */
  add(
    name: string,
    kind: EndpointKind,
    deliver: (envelope: Envelope<B>) => void,
    canTake: () => boolean = () => true,
  ): void {
    const queue: Queued<B>[] = [];
    this.#endpoints.set(name, { kind, deliver, canTake, queue, backlog: null, isWaiting: false });
  }

  /**
   * Nobody is there any more. As in Maelstrom, the first few messages that arrive are kept for
   * whoever comes next, and all others are lost.
   */
  takeDown(name: string): void {
    this.#endpoint(name).backlog ??= [];
  }

  /** Somebody new is there, for whom nothing is on its way yet. Returns what was kept. */
  bringUp(name: string): readonly Envelope<B>[] {
    const gone = this.#endpoint(name);
    this.add(name, gone.kind, gone.deliver, gone.canTake);
    const queued = gone.queue.splice(0).map(({ envelope }) => envelope);
    const waiting = [...(gone.backlog ?? []), ...queued];
    // The message that was at the head of the queue is not due yet; it will be lost.
    gone.backlog = null;
    gone.canTake = () => false;
    for (const envelope of waiting.slice(maxBacklog)) this.#options.onEvent('lose', envelope);
    return waiting.slice(0, maxBacklog);
  }

  /** Delivers what was kept, unless a partition is in the way now. */
  redeliver(kept: readonly Envelope<B>[]): void {
    for (const envelope of kept) this.#deliver(this.#endpoint(envelope.message.dest), envelope);
  }

  has(name: string): boolean {
    return this.#endpoints.has(name);
  }

  kindOf(name: string): EndpointKind | null {
    return this.#endpoints.get(name)?.kind ?? null;
  }

  partition(grudge: Grudge): void {
    this.#grudge = grudge;
  }

  get isPartitioned(): boolean {
    return this.#grudge.size > 0;
  }

  heal(): void {
    this.#grudge = new Map();
  }

  /** From now on messages between servers fare like this; null for no worse than their latency. */
  disturb(latency: Latency, disturbance: Disturbance | null): void {
    this.#latency = latency;
    this.#disturbance = disturbance;
  }

  /**
   * @param text what `textOf` would make of it, if that is at hand
   * @throws Error when sender or receiver is unknown
   */
  send(message: NetworkMessage<B>, text = ''): void {
    const sender = this.#endpoint(message.src);
    const receiver = this.#endpoint(message.dest);
    const envelope = { id: this.#nextId++, message, text };
    this.#options.onEvent('send', envelope);
    const isAmongServers = sender.kind !== 'client' && receiver.kind !== 'client';
    if (isAmongServers && this.#disturbance !== null) {
      this.#sendDisturbed(envelope, receiver, this.#disturbance);
    } else {
      this.#enqueue(envelope, receiver, isAmongServers ? this.#drawLatencyMs() : 0);
    }
  }

  #sendDisturbed(envelope: Envelope<B>, receiver: Endpoint<B>, disturbance: Disturbance): void {
    const { random, mayDuplicate, onEvent } = this.#options;
    const { loss, duplication, isReordering, spikeChance, spikeMs } = disturbance;
    if (loss > 0 && nextFraction(random) < loss) return onEvent('lose', envelope);
    const isDoubled = duplication > 0 && nextFraction(random) < duplication;
    const copies = isDoubled && (mayDuplicate?.(envelope.message.body) ?? true) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const isHeldUp = spikeChance > 0 && nextFraction(random) < spikeChance;
      const delayMs = this.#drawLatencyMs() + (isHeldUp ? spikeMs : 0);
      if (isReordering) {
        this.#options.clock.after(delayMs, () => this.#deliver(receiver, envelope));
      } else {
        this.#enqueue(envelope, receiver, delayMs);
      }
    }
  }

  #enqueue(envelope: Envelope<B>, receiver: Endpoint<B>, delayMs: number): void {
    // Most messages wait for nobody.
    const isFirst = receiver.queue.length === 0 && !receiver.isWaiting;
    if (delayMs <= 0 && isFirst) return this.#deliver(receiver, envelope);
    insertByDue(receiver.queue, { dueMs: this.#options.clock.now() + delayMs, envelope });
    this.#advance(receiver);
  }

  #endpoint(name: string): Endpoint<B> {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) throw new Error(`no such node in the network: ${name}`);
    return endpoint;
  }

  #drawLatencyMs(): number {
    return drawLatencyMs(this.#latency, this.#options.random);
  }

  /** Delivers what is due, and waits for the next. */
  #advance(receiver: Endpoint<B>): void {
    while (!receiver.isWaiting) {
      const head = receiver.queue.shift();
      if (head === undefined) return;
      const waitMs = head.dueMs - this.#options.clock.now();
      if (waitMs <= 0) {
        this.#deliver(receiver, head.envelope);
      } else {
        receiver.isWaiting = true;
        this.#options.clock.after(waitMs, () => {
          receiver.isWaiting = false;
          this.#deliver(receiver, head.envelope);
          this.#advance(receiver);
        });
      }
    }
  }

  #deliver(receiver: Endpoint<B>, envelope: Envelope<B>): void {
    const { backlog } = receiver;
    if (backlog !== null && backlog.length < maxBacklog) {
      backlog.push(envelope);
      return;
    }
    const { src, dest } = envelope.message;
    const isCut = this.#grudge.get(dest)?.has(src) ?? false;
    const isLost = isCut || backlog !== null || !receiver.canTake();
    this.#options.onEvent(isLost ? 'lose' : 'receive', envelope);
    if (!isLost) receiver.deliver(envelope);
  }
}

/** Messages that are due at the same time stay in the order in which they were sent. */
function insertByDue<B extends AnyBody>(queue: Queued<B>[], item: Queued<B>): void {
  let at = queue.length;
  while (at > 0 && (queue[at - 1]?.dueMs ?? 0) > item.dueMs) at--;
  queue.splice(at, 0, item);
}

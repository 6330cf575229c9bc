/**
 * The network between nodes, services and clients, as Maelstrom has it.
 *
 * Each receiver has one queue, ordered by when messages are due. The message at its head is waited
 * for, even if one that is due earlier arrives meanwhile. Whether a partition lies between sender
 * and receiver is asked when a message is delivered, not when it is sent. Messages from and to
 * clients take no time and are never lost.
 */

import type { MaelstromMessage } from '../maelstrom/message.ts';
import type { Random } from '../raft/index.ts';
import type { Clock } from '../replica/index.ts';
import { drawLatencyMs, type Latency } from './latency.ts';

/** For each receiver the senders that it does not hear. */
export type Grudge = ReadonlyMap<string, ReadonlySet<string>>;

export type EndpointKind = 'server' | 'service' | 'client';

/** A message that was sent; `id` counts them. */
export interface Envelope {
  readonly id: number;
  readonly message: MaelstromMessage;
}

export type NetworkEvent = 'send' | 'receive' | 'lose';

export interface NetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly latency: Latency;
  /** Told of everything that passes. */
  readonly onEvent: (event: NetworkEvent, envelope: Envelope) => void;
}

interface Endpoint {
  readonly kind: EndpointKind;
  readonly deliver: (envelope: Envelope) => void;
  readonly queue: Queued[];
  /** The head of the queue has been taken out and is waited for. */
  isWaiting: boolean;
}

interface Queued {
  readonly dueMs: number;
  readonly envelope: Envelope;
}

export class Network {
  readonly #options: NetworkOptions;
  readonly #endpoints = new Map<string, Endpoint>();
  #grudge: Grudge = new Map();
  #nextId = 0;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Registers a name. Messages can be sent from and to it from now on. */
  add(name: string, kind: EndpointKind, deliver: (envelope: Envelope) => void): void {
    this.#endpoints.set(name, { kind, deliver, queue: [], isWaiting: false });
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

  heal(): void {
    this.#grudge = new Map();
  }

  /** @throws Error when sender or receiver is unknown */
  send(message: MaelstromMessage): void {
    const { clock, onEvent } = this.#options;
    const sender = this.#endpoint(message.src);
    const receiver = this.#endpoint(message.dest);
    const envelope = { id: this.#nextId++, message };
    onEvent('send', envelope);
    const delayMs = this.#drawDelayMs(sender, receiver);
    insertByDue(receiver.queue, { dueMs: clock.now() + delayMs, envelope });
    this.#advance(receiver);
  }

  #endpoint(name: string): Endpoint {
    const endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) throw new Error(`no such node in the network: ${name}`);
    return endpoint;
  }

  #drawDelayMs(sender: Endpoint, receiver: Endpoint): number {
    if (sender.kind === 'client' || receiver.kind === 'client') return 0;
    return drawLatencyMs(this.#options.latency, this.#options.random);
  }

  /** Delivers what is due, and waits for the next. */
  #advance(receiver: Endpoint): void {
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

  #deliver(receiver: Endpoint, envelope: Envelope): void {
    const { src, dest } = envelope.message;
    const isCut = this.#grudge.get(dest)?.has(src) ?? false;
    this.#options.onEvent(isCut ? 'lose' : 'receive', envelope);
    if (!isCut) receiver.deliver(envelope);
  }
}

/** Messages that are due at the same time stay in the order in which they were sent. */
function insertByDue(queue: Queued[], item: Queued): void {
  let at = queue.length;
  while (at > 0 && (queue[at - 1]?.dueMs ?? 0) > item.dueMs) at--;
  queue.splice(at, 0, item);
}

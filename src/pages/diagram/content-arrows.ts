/**
 * Messages as arrows where only nodes have told what happened: what one handed over to be sent, and
 * what another took in. A message is known by its contents; of equal ones, the first that was sent
 * is the first to arrive.
 */

import type { Effect } from '../../raft/index.ts';
import type { Arrow } from './arrows.ts';
import type { Body } from './bodies.ts';
import type { Keeper } from './keeper.ts';

interface NodeMessage {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

/** Messages that leave only when the write with this token is durable. */
interface Held {
  readonly token: number;
  readonly messages: readonly NodeMessage[];
}

/** Arrows with the same contents: those on their way, and the last that has arrived. */
interface Alike {
  readonly onTheirWay: Arrow[];
  arrived: Arrow | null;
}

export class ContentArrows {
  readonly #keeper: Keeper<Arrow>;
  readonly #laneOf: (name: string) => number | null;
  readonly #alike = new Map<string, Alike>();
  readonly #held = new Map<string, Held[]>();
  #packet = 0;

  constructor(keeper: Keeper<Arrow>, laneOf: (name: string) => number | null) {
    this.#keeper = keeper;
    this.#laneOf = laneOf;
  }

  drain(atUs: number, node: string, effects: readonly Effect<unknown>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#send(atUs, effect.message);
      // A trace may come from anywhere: what stands inside effects has not been looked at.
      if (effect.kind === 'persist' && Array.isArray(effect.messages)) {
        const held = this.#held.get(node) ?? [];
        held.push({ token: effect.token, messages: effect.messages });
        this.#held.set(node, held);
      }
    }
  }

  /** The writes up to this token are durable. */
  persisted(atUs: number, node: string, token: number): void {
    const held = this.#held.get(node) ?? [];
    while (held[0] !== undefined && held[0].token <= token) {
      for (const message of held.shift()?.messages ?? []) this.#send(atUs, message);
    }
  }

  /** What waited for its disk never leaves. */
  stopped(node: string): void {
    this.#held.delete(node);
  }

  receive(atUs: number, message: NodeMessage | undefined): void {
    if (!isMessage(message)) return;
    const alike = this.#alike.get(keyOf(message));
    const arrow = alike?.onTheirWay.shift();
    if (alike !== undefined && arrow !== undefined) {
      arrow.endUs = atUs;
      arrow.fate = 'received';
      alike.arrived = arrow;
    } else if (alike !== undefined && alike.arrived !== null) {
      const { sentUs } = alike.arrived;
      this.#keeper.keep(sentUs, { ...alike.arrived, endUs: atUs, fate: 'receivedAgain' });
    } else {
      // Its sender's trace is not here, or begins later: nobody knows when it was sent.
      const unknown = this.#arrow(atUs, message);
      if (unknown === null) return;
      unknown.endUs = atUs;
      unknown.fate = 'sentUnseen';
      this.#keeper.keep(atUs, unknown);
    }
  }

  #send(atUs: number, message: NodeMessage | undefined): void {
    if (!isMessage(message)) return;
    const key = keyOf(message);
    const arrow = this.#arrow(atUs, message, () => this.#alike.delete(key));
    if (arrow === null) return;
    const alike = this.#alike.get(key);
    if (alike === undefined) this.#alike.set(key, { onTheirWay: [arrow], arrived: null });
    else alike.onTheirWay.push(arrow);
    this.#keeper.keep(atUs, arrow);
  }

  #arrow(
    atUs: number,
    { kind, from, to, ...fields }: NodeMessage,
    forget = () => {},
  ): Arrow | null {
    const sender = this.#laneOf(from);
    const receiver = this.#laneOf(to);
    if (sender === null || receiver === null) return null;
    const body: Body = { ...fields, type: kind };
    const packet = this.#packet++;
    return {
      sentUs: atUs,
      endUs: null,
      fate: 'inFlight',
      from: sender,
      to: receiver,
      origin: null,
      packet,
      body,
      forget,
    };
  }
}

function isMessage(message: Partial<NodeMessage> | null | undefined): message is NodeMessage {
  const names = [message?.kind, message?.from, message?.to];
  return names.every((name) => typeof name === 'string');
}

/** The same for the same contents, in whatever order the fields stand. */
function keyOf(message: NodeMessage): string {
  return JSON.stringify(message, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return ArrayBuffer.isView(value) ? value : Object.fromEntries(Object.entries(value).sort());
  });
}

/**
 * Messages as arrows, from what the network has told: each is sent once, and received or lost. What
 * travels as one is taken apart (`bundle`), and what is passed on by others is shown as what it
 * carries (`relay`); src/maelstrom/peer-packets.ts has their forms.
 */

import type { Body } from './bodies.ts';
import type { Fate } from './format.ts';
import type { Keeper, Kept } from './keeper.ts';

/** One message on its way from one node to the next. Times are in microseconds. */
export interface Arrow extends Kept {
  readonly sentUs: number;
  /** When it was received or lost; null while it is on its way. */
  endUs: number | null;
  fate: Fate;
  readonly from: number;
  readonly to: number;
  /** Who has sent what is relayed here; null for a message that goes straight. */
  readonly origin: number | null;
  readonly packet: number;
  readonly body: Body;
}

/** A bundle of more parts is shown as one message. */
const maxParts = 1000;

export class NetworkArrows {
  readonly #keeper: Keeper<Arrow>;
  readonly #laneOf: (name: string) => number | null;
  /** By the id of what travels, all its parts. */
  readonly #packets = new Map<number, readonly Arrow[]>();
  #packet = 0;
  clientMessages = 0;

  /** @param laneOf the position of a node; null for a client */
  constructor(keeper: Keeper<Arrow>, laneOf: (name: string) => number | null) {
    this.#keeper = keeper;
    this.#laneOf = laneOf;
  }

  send(sentUs: number, id: number, from: string, to: string, body: Body): void {
    const sender = this.#laneOf(from);
    const receiver = this.#laneOf(to);
    if (sender === null || receiver === null) {
      this.clientMessages++;
      return;
    }
    const packet = this.#packet++;
    const arrows = partsOf(body).map((part): Arrow => {
      const { origin, message } = unwrap(part);
      return {
        sentUs,
        endUs: null,
        fate: 'inFlight',
        from: sender,
        to: receiver,
        origin: origin === null ? null : this.#laneOf(origin),
        packet,
        body: message,
        forget: () => this.#packets.delete(id),
      };
    });
    this.#packets.set(id, arrows);
    for (const arrow of arrows) this.#keeper.keep(sentUs, arrow);
  }

  /** Of what was sent before the trace began, or is not kept any more, nothing is shown. */
  end(atUs: number, id: number, isLost: boolean): void {
    const arrows = this.#packets.get(id) ?? [];
    const isAgain = arrows.some(({ endUs }) => endUs !== null);
    for (const arrow of arrows) {
      if (!isAgain) {
        arrow.endUs = atUs;
        arrow.fate = isLost ? 'lost' : 'received';
      } else {
        const fate = isLost ? 'lost' : 'receivedAgain';
        this.#keeper.keep(arrow.sentUs, { ...arrow, endUs: atUs, fate });
      }
    }
  }
}

function partsOf(body: Body): readonly Body[] {
  const parts = body['parts'];
  if (body.type !== 'bundle' || !Array.isArray(parts) || parts.length > maxParts) return [body];
  return parts.every(isBody) ? parts : [body];
}

function unwrap(body: Body): { readonly origin: string | null; readonly message: Body } {
  const { type, message, origin, number, path } = body;
  if (type !== 'relay' || typeof origin !== 'string' || !isBody(message)) {
    return { origin: null, message: body };
  }
  return { origin, message: { ...message, relay: { number, path } } };
}

function isBody(value: unknown): value is Body {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly type?: unknown }).type === 'string'
  );
}

/**
 * What an operator asks of a replica, and how it ends: a change of membership, a transfer of
 * leadership. Unlike a client's operation it is not forwarded: it is for the leader.
 */

import { asRequestId, type Refusal, type RequestId } from '../raft/index.ts';

/** How a change of membership or a transfer of leadership ended. */
export type ControlOutcome =
  /** A change of membership is committed; leadership was given up for a later term. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The replica has stopped; it may have taken effect, or may still. */
  | { readonly kind: 'stopped' };

export class Controls {
  readonly #open = new Map<RequestId, (outcome: ControlOutcome) => void>();
  /** Clients' operations count upwards from 1. */
  #nextId = -1;

  /** Hands out an id to ask the core with; the promise is settled when it has answered. */
  open(ask: (requestId: RequestId) => void): Promise<ControlOutcome> {
    const requestId = asRequestId(this.#nextId--);
    return new Promise((resolve) => {
      this.#open.set(requestId, resolve);
      ask(requestId);
    });
  }

  /** Ends a request, if it is one of these. */
  settle(requestId: RequestId | null, outcome: ControlOutcome): void {
    if (requestId === null) return;
    this.#open.get(requestId)?.(outcome);
    this.#open.delete(requestId);
  }

  stop(): void {
    for (const requestId of [...this.#open.keys()]) this.settle(requestId, { kind: 'stopped' });
  }
}

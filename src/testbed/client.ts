/** A client of the test: asks one node, waits for the answer or until its patience ends. */

import type { Body } from '../maelstrom/message.ts';
import type { Clock } from '../replica/index.ts';
import type { AnyBody, Network } from './network.ts';

export class Client<B extends AnyBody = Body> {
  readonly #network: Network<B>;
  readonly #clock: Clock;
  readonly #name: string;
  #nextMsgId = 1;
  #waitingFor: { readonly msgId: number; readonly resolve: (reply: B | null) => void } | null =
    null;

  constructor(network: Network<B>, clock: Clock, name: string) {
    this.#network = network;
    this.#clock = clock;
    this.#name = name;
    network.add(name, 'client', ({ message: { body } }) => {
      // An answer to a request that was given up does not count.
      if (body.in_reply_to !== this.#waitingFor?.msgId) return;
      this.#waitingFor?.resolve(body);
    });
  }

  /** The answer, or null when none came in time. One request at a time. */
  call(dest: string, body: B, timeoutMs: number): Promise<B | null> {
    if (this.#waitingFor !== null) throw new Error('a client asks one thing at a time');
    const msgId = this.#nextMsgId++;
    return new Promise((resolve) => {
      const end = (reply: B | null): void => {
        cancel();
        this.#waitingFor = null;
        resolve(reply);
      };
      const cancel = this.#clock.after(timeoutMs, () => end(null));
      this.#waitingFor = { msgId, resolve: end };
      // A literal that begins with what is spread is many times as slow when shapes differ.
      const request = { msg_id: msgId, ...body };
      this.#network.send({ src: this.#name, dest, body: request });
    });
  }

  /** The open request ends without an answer, now. */
  giveUp(): void {
    this.#waitingFor?.resolve(null);
  }
}

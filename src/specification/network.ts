/**
 * All messages that were ever sent. A network may lose, repeat, delay and reorder them; it may not
 * invent one, and not change one. In the published TLA+ specification this is the bag `messages`.
 */

import { fingerprintOfMessage } from './fingerprint.ts';
import type { MessageView } from './message-view.ts';
import { demand } from './violation.ts';

export class Network {
  readonly #generationSize: number;
  #recent = new Set<number>();
  #recentTerm = -1;
  #older = new Set<number>();
  #olderTerm = -1;
  /** Messages of this term and below may have been forgotten, so they are believed. */
  #forgottenTerm = -1;

  /** @param generationSize so many messages are remembered at least, and twice as many at most */
  constructor(generationSize: number = 1 << 19) {
    this.#generationSize = generationSize;
  }

  send(message: MessageView): void {
    this.#recent.add(fingerprintOfMessage(message));
    if (message.term > this.#recentTerm) this.#recentTerm = message.term;
    if (this.#recent.size < this.#generationSize) return;
    this.#forgottenTerm = Math.max(this.#forgottenTerm, this.#olderTerm);
    this.#older = this.#recent;
    this.#olderTerm = this.#recentTerm;
    this.#recent = new Set();
    this.#recentTerm = -1;
  }

  receive(node: string, message: MessageView): void {
    demand(message.to === node, node, 'a message reaches the node it was sent to', message.to);
    const fingerprint = fingerprintOfMessage(message);
    if (this.#recent.has(fingerprint) || this.#older.has(fingerprint)) return;
    const rule = 'the network delivers only what was sent, as it was sent';
    demand(message.term <= this.#forgottenTerm, node, rule, message.kind, message.from);
  }
}

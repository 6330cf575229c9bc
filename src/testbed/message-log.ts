/** `messages.jsonl`: every message that a network carries, when, and what became of it. */

import type { Body } from '../maelstrom/message.ts';
import { textOf } from './envelope-text.ts';
import type { Envelope, NetworkEvent } from './network.ts';
import type { JsonLinesFile } from './run-directory.ts';
import type { MessageCounts } from './statistics.ts';

export class MessageLog {
  readonly #file: JsonLinesFile;
  readonly #isClient: (name: string) => boolean;
  readonly #counts = { servers: 0, clients: 0, lost: 0, overflowed: 0 };

  constructor(file: JsonLinesFile, isClient: (name: string) => boolean) {
    this.#file = file;
    this.#isClient = isClient;
  }

  get counts(): MessageCounts {
    return this.#counts;
  }

  note(timeMs: number, event: NetworkEvent, envelope: Envelope<Body>): void {
    const { id, message } = envelope;
    const time = Math.round(timeMs * 1e6);
    this.#file.push(`{"time":${time},"event":"${event}","id":${id},${textOf(envelope)}`);
    if (event === 'send') {
      const isClients = this.#isClient(message.src) || this.#isClient(message.dest);
      this.#counts[isClients ? 'clients' : 'servers']++;
    }
    if (event === 'lose') this.#counts.lost++;
  }

  /** A message is about to be lost, since it did not fit into what may wait for a paused node. */
  noteOverflow(): void {
    this.#counts.overflowed++;
  }
}

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  readonly connectionsMax: number;
  readonly heldBytesMax: number;
}

/**
 * Who is connected, and what they have not read yet. When there are too many, the connection that
 * has asked nothing for longest makes way: clients that hold connections keep nobody out.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  /** Bytes of responses that are not out of this process yet; who asked last stands last. */
  readonly #heldBytes = new Map<Socket, number>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  add(socket: Socket): void {
    socket.unref(); // no connection keeps the process alive
    this.#heldBytes.set(socket, 0);
    socket.once('close', () => this.#heldBytes.delete(socket));
    if (this.#heldBytes.size <= this.#limits.connectionsMax) return;
    const [silent] = this.#heldBytes.keys();
    if (silent !== undefined) this.#cut(silent);
  }

  /** Whether a client has read enough of what it has asked for to be answered once more. */
  mayAsk(socket: Socket): boolean {
    return (this.#heldBytes.get(socket) ?? Infinity) < this.#limits.heldBytesMax;
  }

  /** A response of so many bytes is on its way. */
  hold(socket: Socket, response: ServerResponse, bytes: number): void {
    const before = this.#heldBytes.get(socket);
    if (before === undefined) return;
    this.#heldBytes.delete(socket);
    this.#heldBytes.set(socket, before + bytes);
    response.once('close', () => {
      const held = this.#heldBytes.get(socket);
      if (held !== undefined) this.#heldBytes.set(socket, held - bytes);
    });
  }

  #cut(socket: Socket): void {
    this.#heldBytes.delete(socket);
    socket.destroy();
  }
}

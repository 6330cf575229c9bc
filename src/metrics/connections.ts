import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  readonly connectionsMax: number;
  readonly connectionsPerSecondMax: number;
  readonly requestsPerSecondMax: number;
  readonly heldBytesMax: number;
}

interface Client {
  /** Bytes of responses that are not out of this process yet. */
  heldBytes: number;
  /** The beginning of the second in which it has asked last, and how often in that. */
  askedSecondMs: number;
  asked: number;
}

/** So often a second one connection is answered whatever the others do. */
const askedAlwaysMax = 5;

/**
 * Who is connected, how often all of them ask, and what they have not read yet. A connection too
 * many costs one: of those that have not asked anything yet, else of all, the one that has been
 * silent for longest. When too many come or ask within a second, they are turned away until it is
 * over, but for whoever has hardly asked in it. So clients that hold or flood the server cost
 * little, and a scraper that keeps its connection is served beside them.
 */
export class Connections {
  readonly #server: Server;
  readonly #limits: ConnectionLimits;
  /** Those that have not asked, and those that have; who came or asked last stands last. */
  readonly #strangers = new Map<Socket, Client>();
  readonly #guests = new Map<Socket, Client>();
  #secondBeganMs = performance.now();
  #arrived = 0;
  #asked = 0;

  constructor(server: Server, limits: ConnectionLimits) {
    this.#server = server;
    this.#limits = limits;
    server.on('connection', (socket) => this.#add(socket));
    server.on('drop', () => this.#keepTime());
  }

  /** Whether a client may be answered: it has read what it has asked for, and there is time. */
  mayAsk(socket: Socket): boolean {
    const client = this.#strangers.get(socket) ?? this.#guests.get(socket);
    if (client === undefined) return false;
    this.#keepTime();
    this.#asked++;
    if (client.askedSecondMs !== this.#secondBeganMs) client.asked = 0;
    client.askedSecondMs = this.#secondBeganMs;
    client.asked++;
    this.#forget(socket);
    this.#guests.set(socket, client);
    const { heldBytesMax, requestsPerSecondMax } = this.#limits;
    const isInTime = client.asked <= askedAlwaysMax || this.#asked <= requestsPerSecondMax;
    return client.heldBytes < heldBytesMax && isInTime;
  }

  /** A response of so many bytes is on its way. */
  hold(socket: Socket, response: ServerResponse, bytes: number): void {
    const client = this.#guests.get(socket);
    if (client === undefined) return;
    client.heldBytes += bytes;
    response.once('close', () => {
      client.heldBytes -= bytes;
    });
  }

  #add(socket: Socket): void {
    socket.unref(); // no connection keeps the process alive
    socket.once('close', () => {
      this.#forget(socket);
      this.#keepTime();
    });
    if (this.#strangers.size + this.#guests.size >= this.#limits.connectionsMax) {
      const [stranger] = this.#strangers.keys();
      const [guest] = this.#guests.keys();
      const silent = stranger ?? guest;
      if (silent !== undefined) this.#cut(silent);
    }
    this.#strangers.set(socket, { heldBytes: 0, askedSecondMs: 0, asked: 0 });
    this.#keepTime();
    this.#arrived++;
    // Node.js itself turns away the others, before they cost anything worth mentioning.
    if (this.#arrived >= this.#limits.connectionsPerSecondMax) this.#server.maxConnections = 1;
  }

  #cut(socket: Socket): void {
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    this.#strangers.delete(socket);
    this.#guests.delete(socket);
  }

  #keepTime(): void {
    const nowMs = performance.now();
    if (nowMs - this.#secondBeganMs < 1000) return;
    this.#secondBeganMs = nowMs;
    this.#arrived = 0;
    this.#asked = 0;
    this.#server.maxConnections = Infinity;
  }
}

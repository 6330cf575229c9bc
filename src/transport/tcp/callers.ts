/** Those who call this node: it listens to its peers, and to nobody else. */

import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Cancel, Clock } from '../../replica/index.ts';
import { type Frame, FrameFault, FrameReader, frame } from './frames.ts';
import { type Address, type Hello, maxHelloBytes, parseHello, shown } from './hello.ts';
import {
  farewellMs,
  helloTimeoutMs,
  maxStrangers,
  pingIntervalMs,
  silenceMs,
  type TcpNetworkOptions,
  type TcpObserver,
} from './options.ts';

export interface CallersOptions {
  readonly id: string;
  readonly cluster: string;
  readonly address: Address;
  readonly tls: TcpNetworkOptions['tls'];
  readonly maxMessageBytes: number;
  readonly clock: Clock;
  readonly observer: TcpObserver;
  readonly isPeer: (name: string) => boolean;
  /** A peer has called, and was welcome. */
  readonly onWelcomed: (peer: string) => void;
  readonly receive: (from: string, message: Uint8Array) => void;
}

/** A peer's connection, and the lives of it that are over. */
interface Caller {
  socket: Socket;
  life: string;
  readonly earlierLives: string[];
  /** So many times nothing was heard from one look to the next. */
  silentLooks: number;
  answeredAtMs: number;
}

/** Of peers, strangers, and those whose encryption is still being agreed on. */
const maxConnections = 2048;

/** So many lives of a peer are remembered as over. */
const maxEarlierLives = 16;

export class Callers {
  readonly #options: CallersOptions;
  readonly #server: Server;
  /** All that are open, those whose encryption is still being agreed on included. */
  readonly #sockets = new Set<Socket>();
  readonly #callers = new Map<string, Caller>();
  readonly #stopWatching: Cancel;
  #strangers = 0;

  private constructor(options: CallersOptions) {
    this.#options = options;
    const { tls, clock } = options;
    const onCall = (socket: Socket): void => this.#called(socket);
    this.#server =
      tls === undefined
        ? createTcpServer({ noDelay: true }, onCall)
        : createTlsServer(
            {
              ...tls,
              requestCert: true,
              rejectUnauthorized: true,
              handshakeTimeout: helloTimeoutMs,
            },
            onCall,
          );
    this.#server.maxConnections = maxConnections;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#stopWatching = clock.every(pingIntervalMs, () => this.#dropTheSilent());
  }

  /** @throws Error when nobody can listen there */
  static async listen(options: CallersOptions): Promise<Callers> {
    const callers = new Callers(options);
    const { host, port } = options.address;
    try {
      await new Promise<void>((resolve, reject) => {
        callers.#server.once('error', reject);
        callers.#server.listen(port, host, () => resolve());
      });
    } catch (error) {
      callers.#stopWatching();
      const { message } = error as Error;
      throw new Error(`cannot listen at ${host}:${port}: ${message}`, { cause: error });
    }
    callers.#server.on('error', () => {}); // of single connections: their callers try again
    return callers;
  }

  close(): Promise<void> {
    this.#stopWatching();
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #called(socket: Socket): void {
    const { clock, observer } = this.#options;
    // Somebody else's troubles; 'close' follows.
    socket.on('error', () => {});
    if (this.#strangers >= maxStrangers) {
      observer.onTurnedAway?.(null, `${maxStrangers} callers have not said who they are`);
      socket.destroy();
      return;
    }
    this.#strangers++;
    let caller: { readonly name: string; readonly state: Caller } | null = null;
    let cancel: Cancel = () => {};
    const { remoteAddress, remotePort } = socket;
    const turnAway = (reason: string): void => {
      const from = `${reason} (a caller from ${remoteAddress} port ${remotePort})`;
      observer.onTurnedAway?.(caller?.name ?? null, from);
      socket.end(frame('refused', new TextEncoder().encode(reason)));
      // Not at once: what has arrived and was not read would cut off what was said last.
      cancel();
      cancel = clock.after(farewellMs, () => socket.destroy());
    };
    cancel = clock.after(helloTimeoutMs, () => turnAway('no hello in time'));
    const reader = new FrameReader(maxHelloBytes);
    const take = (received: Frame): void => {
      if (socket.writableEnded) return;
      if (caller !== null) return this.#take(caller.name, received);
      const hello = this.#check(received);
      caller = { name: hello.from, state: this.#takePlaceOf(hello, socket) };
      cancel();
      this.#strangers--;
      reader.maxBodyBytes = this.#options.maxMessageBytes;
    };
    socket.on('data', (chunk: Buffer) => {
      if (socket.writableEnded) return;
      try {
        reader.push(chunk, take);
        if (caller !== null) this.#heard(caller.state, socket);
      } catch (error) {
        turnAway(error instanceof Error ? error.message : String(error));
      }
    });
    socket.on('close', () => {
      cancel();
      if (caller === null) this.#strangers--;
    });
  }

  /** @throws Error saying why the caller is turned away */
  #check({ kind, body }: Frame): Hello {
    const { id, cluster, isPeer } = this.#options;
    if (kind !== 'hello') throw new FrameFault(`a ${kind} before a hello`);
    const hello = parseHello(body);
    if (hello.cluster !== cluster) {
      const [own, other] = [shown(cluster), shown(hello.cluster)];
      throw new Error(`this is the cluster "${own}", and not "${other}"`);
    }
    if (hello.to !== id) throw new Error(`this is node ${id}, and not ${shown(hello.to)}`);
    if (!isPeer(hello.from)) {
      throw new Error(`${shown(hello.from)} is no peer of ${id}, which was not told its address`);
    }
    return hello;
  }

  /**
   * A new connection takes the place of the one before, which may be one of a life that has ended
   * without a word. But a life whose place another has taken does not get it back: then there are
   * two processes that go by one name. And one that has forgotten what it promised in an earlier
   * life is not let in.
   */
  #takePlaceOf({ from, life, isDurable }: Hello, socket: Socket): Caller {
    const nowMs = this.#options.clock.now();
    const known = this.#callers.get(from);
    if (known !== undefined && known.life !== life && !isDurable) {
      throw new Error(
        `${from} was here before, and has kept nothing of what it promised: a node that is in ` +
          'memory must not come back under its name',
      );
    }
    if (known?.earlierLives.includes(life)) {
      throw new Error(`another process goes by the name ${from}, and came later`);
    }
    const earlierLives = known?.earlierLives ?? [];
    if (known !== undefined && known.life !== life) earlierLives.push(known.life);
    if (earlierLives.length > maxEarlierLives) earlierLives.shift();
    known?.socket.destroy();
    const caller = { socket, life, earlierLives, silentLooks: 0, answeredAtMs: nowMs };
    this.#callers.set(from, caller);
    socket.write(frame('welcome'));
    this.#options.onWelcomed(from);
    return caller;
  }

  #take(from: string, { kind, body }: Frame): void {
    if (kind === 'message') return this.#options.receive(from, body);
    if (kind !== 'ping') throw new FrameFault(`a ${kind} from a caller`);
  }

  /** Whoever calls is told now and then that something arrives, be it the half of a long message. */
  #heard(caller: Caller, socket: Socket): void {
    const nowMs = this.#options.clock.now();
    caller.silentLooks = 0;
    // Who does not read the answers does not get more of them.
    if (nowMs - caller.answeredAtMs < pingIntervalMs / 2 || socket.writableLength > 0) return;
    caller.answeredAtMs = nowMs;
    socket.write(frame('pong'));
  }

  /** A peer that says nothing sends pings; one that has vanished does not even do that. */
  #dropTheSilent(): void {
    for (const caller of this.#callers.values()) {
      if (caller.silentLooks++ * pingIntervalMs >= 2 * silenceMs) caller.socket.destroy();
    }
  }
}

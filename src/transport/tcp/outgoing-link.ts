/**
 * The connection from this node to one peer. It is made again whenever it ends, for as long as the
 * node lives.
 *
 * A message is written once, to the connection that there is; what a connection did not bring to its
 * end is lost, and is never written to the next. So nothing arrives twice.
 */

import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { nextFraction, type Random } from '../../raft/index.ts';
import type { Cancel, Clock } from '../../replica/index.ts';
import { type Frame, FrameReader, frame, frameHeader, headerBytes } from './frames.ts';
import { type Address, helloBody, maxHelloBytes, shown } from './hello.ts';
import {
  farewellMs,
  firstRetryMs,
  helloTimeoutMs,
  maxRetryMs,
  pingIntervalMs,
  silenceMs,
  type TcpLimits,
  type TcpNetworkOptions,
  type TcpObserver,
} from './options.ts';

export interface OutgoingLinkOptions {
  readonly from: string;
  readonly to: string;
  readonly cluster: string;
  readonly life: string;
  readonly isDurable: boolean;
  readonly address: Address;
  readonly tls: TcpNetworkOptions['tls'];
  readonly limits: TcpLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: TcpObserver;
  /** Messages were lost, and can be sent again. */
  readonly onLost: () => void;
}

export class OutgoingLink {
  readonly #options: OutgoingLinkOptions;
  #socket: Socket | null = null;
  #isWelcome = false;
  #isClosed = false;
  /** Messages were lost since the peer was last told of. */
  #hasLost = false;
  #isCorked = false;
  /** So many times nothing was heard from one look to the next. */
  #silentLooks = 0;
  #retryMs = firstRetryMs;
  #cancelTimer: Cancel = () => {};

  constructor(options: OutgoingLinkOptions) {
    this.#options = options;
    this.#connect();
  }

  send(message: Uint8Array): void {
    const { limits, observer, to } = this.#options;
    const socket = this.#socket;
    if (message.length > limits.maxMessageBytes) return observer.onMessageLost?.(to, 'tooLong');
    if (socket === null || !this.#isWelcome) {
      this.#hasLost = true;
      return;
    }
    if (socket.writableLength + headerBytes + message.length > limits.maxWaitingBytes) {
      this.#hasLost = true;
      return observer.onMessageLost?.(to, 'waiting');
    }
    this.#cork(socket);
    socket.write(frameHeader('message', message.length));
    socket.write(message);
  }

  /** The peer has called, so it is there: does not wait until the next attempt is due. */
  hurry(): void {
    if (this.#isClosed || this.#socket !== null) return;
    this.#cancelTimer();
    this.#retryMs = firstRetryMs;
    this.#connect();
  }

  /** What was said last, such as that this leader hands over, still leaves, if somebody reads. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    const socket = this.#socket;
    const wasWelcome = this.#isWelcome;
    this.#socket = null;
    return new Promise((resolve) => {
      if (socket === null || socket.destroyed) return resolve();
      const cancel = this.#options.clock.after(farewellMs, () => socket.destroy());
      socket.on('close', () => {
        cancel();
        resolve();
      });
      if (wasWelcome) socket.end(() => socket.destroy());
      else socket.destroy();
    });
  }

  /** What is sent in one turn leaves together. */
  #cork(socket: Socket): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    socket.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      socket.uncork();
    });
  }

  #connect(): void {
    const { address, tls, from, to, cluster, life, isDurable, clock } = this.#options;
    const { host, port } = address;
    // Authorities are checked as usual; who it is, the hello says.
    const checkServerIdentity = (): undefined => undefined;
    const socket =
      tls === undefined
        ? connectTcp({ host, port, noDelay: true })
        : connectTls({ host, port, ...tls, checkServerIdentity });
    this.#socket = socket;
    this.#isWelcome = false;
    const reader = new FrameReader(maxHelloBytes);
    let reason = 'the connection was closed';
    socket.on(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.setNoDelay(true);
      socket.write(frame('hello', helloBody({ cluster, from, to, life, isDurable })));
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk, (received) => this.#take(socket, received));
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on('drain', () => this.#caughtUp());
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#ended(reason);
    });
    this.#cancelTimer = clock.after(helloTimeoutMs, () => {
      socket.destroy(new Error(`no welcome in ${helloTimeoutMs} ms`));
    });
  }

  #take(socket: Socket, { kind, body }: Frame): void {
    const { clock, observer, to } = this.#options;
    if (this.#socket !== socket) return;
    this.#silentLooks = 0;
    switch (kind) {
      case 'welcome':
        this.#isWelcome = true;
        this.#retryMs = firstRetryMs;
        this.#cancelTimer();
        this.#cancelTimer = clock.every(pingIntervalMs, () => this.#keepAlive(socket));
        observer.onConnected?.(to);
        return this.#caughtUp();
      case 'pong':
        return;
      case 'refused': {
        const reason = shown(Buffer.from(body).toString());
        // There is no use in trying often.
        this.#retryMs = maxRetryMs;
        observer.onRefused?.(to, reason);
        socket.destroy(new Error(`not welcome: ${reason}`));
        return;
      }
      default:
        socket.destroy(new Error(`a ${kind} from the node that was called`));
    }
  }

  /**
   * A connection whose other end has vanished looks open for many minutes, unless one asks. Looks are
   * counted, and not time: a process that was stopped for a while has not listened meanwhile.
   */
  #keepAlive(socket: Socket): void {
    const silentMs = this.#silentLooks++ * pingIntervalMs;
    if (silentMs >= silenceMs) socket.destroy(new Error(`no answer for ${silentMs} ms`));
    else if (socket.writableLength === 0) socket.write(frame('ping'));
  }

  #caughtUp(): void {
    if (!this.#hasLost) return;
    this.#hasLost = false;
    this.#options.onLost();
  }

  #ended(reason: string): void {
    const { clock, random, observer, to } = this.#options;
    this.#socket = null;
    this.#hasLost = true;
    this.#isWelcome = false;
    this.#isCorked = false;
    this.#cancelTimer();
    observer.onDisconnected?.(to, reason);
    if (this.#isClosed) return;
    const waitMs = this.#retryMs * (0.5 + nextFraction(random) / 2);
    this.#retryMs = Math.min(2 * this.#retryMs, maxRetryMs);
    this.#cancelTimer = clock.after(waitMs, () => this.#connect());
  }
}

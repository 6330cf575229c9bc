/** Nodes of a TCP network in one process, on a clock that runs faster than the real one. */

import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createRandom } from '../../src/raft/index.ts';
import { type Clock, realClock } from '../../src/replica/index.ts';
import type { Links } from '../../src/transport/network.ts';
import { type Frame, FrameReader, frame } from '../../src/transport/tcp/frames.ts';
import type { TcpNetworkOptions } from '../../src/transport/tcp/options.ts';
import { TcpNetwork } from '../../src/transport/tcp-network.ts';

const speed = 10;

/** Timers are due ten times sooner; the sockets do not know. */
export const fastClock: Clock = {
  now: () => realClock.now() * speed,
  after: (ms, action) => realClock.after(ms / speed, action),
  every: (ms, action) => realClock.every(ms / speed, action),
  defer: (action) => realClock.defer(action),
};

/** Nothing is ever due. */
export const stoppedClock: Clock = {
  ...fastClock,
  after: () => () => {},
  every: () => () => {},
};

export interface Station {
  readonly links: Links;
  readonly network: TcpNetwork;
  readonly received: string[];
  /** Lines of what the observer, and `lost`, were told. */
  readonly told: string[];
  readonly say: (to: string, text: string) => void;
}

export interface StationOptions extends Partial<TcpNetworkOptions> {
  readonly cluster?: string;
  readonly isDurable?: boolean;
  readonly clock?: Clock;
}

export async function openStation(
  id: string,
  addresses: { readonly [node: string]: string },
  options: StationOptions = {},
): Promise<Station> {
  const { cluster = 'test', isDurable = true, clock = fastClock, ...rest } = options;
  const received: string[] = [];
  const told: string[] = [];
  const network = new TcpNetwork({
    addresses,
    observer: {
      onConnected: (peer) => told.push(`connected ${peer}`),
      onDisconnected: (peer, reason) => told.push(`disconnected ${peer}: ${reason}`),
      onRefused: (peer, reason) => told.push(`refused by ${peer}: ${reason}`),
      onTurnedAway: (peer, reason) => told.push(`turned away ${peer}: ${reason}`),
      onMessageLost: (peer, reason) => told.push(`lost to ${peer}: ${reason}`),
    },
    ...rest,
  });
  const links = await network.open({
    id,
    cluster,
    isDurable,
    clock,
    random: createRandom(id.charCodeAt(0)),
    receive: (from, message) => received.push(`${from}: ${Buffer.from(message).toString()}`),
    lost: (peer) => told.push(`perhaps lost to ${peer}`),
    added: (peer) => told.push(`added ${peer}`),
  });
  const say = (to: string, text: string): void => links.send(to, Buffer.from(text));
  return { links, network, received, told, say };
}

/** Addresses on this host that are free now. */
export async function freeAddresses(
  ...names: readonly string[]
): Promise<{ [node: string]: string }> {
  const addresses: { [node: string]: string } = {};
  const servers: Server[] = [];
  for (const name of names) {
    const server = await listening(createServer());
    servers.push(server);
    addresses[name] = addressOf(server);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return addresses;
}

export function addressOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `127.0.0.1:${address.port}`;
}

export function listening(server: Server, port = 0): Promise<Server> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

/** Resolves when something holds; the sockets of this process need some turns. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadlineMs = realClock.now() + 10_000;
  while (!holds()) {
    if (realClock.now() > deadlineMs) throw new Error(`${what}: not in 10 s`);
    await new Promise<void>((resolve) => {
      realClock.after(2, resolve);
    });
  }
}

/** Somebody who calls a node, and says what a test wants said. */
export class Stranger {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  isClosed = false;

  constructor(address: string) {
    const [host = '', port = ''] = address.split(':');
    this.socket = createConnection({ host, port: Number(port) });
    const reader = new FrameReader(2 ** 20);
    this.socket.on('data', (chunk: Buffer) => reader.push(chunk, (got) => this.frames.push(got)));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isClosed = true;
    });
  }

  hello(changes: { readonly [field: string]: unknown } = {}): void {
    const hello = {
      protocol: 'raftwright',
      version: 1,
      cluster: 'test',
      from: 'b',
      to: 'a',
      life: 'x',
      isDurable: true,
      ...changes,
    };
    this.socket.write(frame('hello', Buffer.from(JSON.stringify(hello))));
  }

  get refusal(): string | null {
    const refused = this.frames.find(({ kind }) => kind === 'refused');
    return refused === undefined ? null : Buffer.from(refused.body).toString();
  }
}

/**
 * A client of metrics servers that does its worst, as a child process: `node http-abuse.js ABUSE
 * PORT...`. Told to stop, it sends how often it has done so.
 */

import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

export const abuses = ['slow', 'unread', 'huge', 'malformed', 'churn', 'pipelined'] as const;
export type Abuse = (typeof abuses)[number];

const scrape = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
const megabyte = 'x'.repeat(1_000_000);
const huge = [
  `GET /${megabyte} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET /metrics HTTP/1.1\r\nHost: ${megabyte}\r\n\r\n`,
  `POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n${megabyte}`,
];
const malformed: readonly (string | Buffer)[] = [
  'hello\r\n\r\n',
  'GET /metrics\r\n',
  'GET /metrics HTTP/1.1\r\nno colon\r\n\r\n',
  'POST /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  Buffer.from('16030102000100', 'hex'),
  Buffer.alloc(10_000, 0xff),
];

let count = 0;

/** A connection whose errors are of no interest: being cut off is what it has earned. */
function open(port: number): Socket {
  return connect(port, '127.0.0.1').on('error', () => {});
}

/** How many of them try at once, at each port, and how long each rests in between, in ms. */
const crowds: { readonly [A in Abuse]: { readonly clients: number; readonly restMs: number } } = {
  slow: { clients: 200, restMs: 100 },
  unread: { clients: 20, restMs: 200 },
  huge: { clients: 2, restMs: 100 },
  malformed: { clients: 4, restMs: 40 },
  churn: { clients: 4, restMs: 20 },
  pipelined: { clients: 2, restMs: 200 },
};

/** What one client does, again and again; it goes on with the connection that it is given back. */
const deeds: { readonly [A in Abuse]: (port: number, socket: Socket | null) => Socket | null } = {
  slow(port, before) {
    const socket = before === null || before.destroyed ? open(port) : before;
    socket.write(socket === before ? 'X' : 'GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    return socket;
  },
  unread(port, before) {
    const socket = before === null || before.destroyed ? open(port).pause() : before;
    socket.write(scrape.repeat(20));
    return socket;
  },
  huge(port) {
    sendAndGo(port, huge[count % huge.length] ?? '');
    return null;
  },
  malformed(port) {
    sendAndGo(port, malformed[count % malformed.length] ?? '');
    return null;
  },
  churn(port) {
    const socket = open(port);
    socket.once('connect', () => (count % 2 === 0 ? socket.resetAndDestroy() : socket.end()));
    return null;
  },
  pipelined(port) {
    sendAndGo(port, scrape.repeat(500));
    return null;
  },
};

function sendAndGo(port: number, bytes: string | Buffer): void {
  const socket = open(port);
  socket.resume().setTimeout(2000, () => socket.destroy());
  socket.write(bytes, () => socket.end());
}

function main([abuse, ...ports]: readonly string[]): void {
  const { clients, restMs } = crowds[abuse as Abuse];
  for (const port of ports.map(Number)) {
    for (let client = 0; client < clients; client++) {
      let socket: Socket | null = null;
      const act = (): void => {
        socket = deeds[abuse as Abuse](port, socket);
        count++;
      };
      setTimeout(() => setInterval(act, restMs), (restMs * client) / clients);
    }
  }
  process.on('message', () => process.send?.(count, () => process.exit()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));

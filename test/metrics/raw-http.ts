import { connect, type Socket } from 'node:net';

/** A response taken apart; header names are in lower case. */
export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/**
 * A connection, perhaps cut off already. Its errors are of no interest: being cut off is often what
 * is wanted.
 */
export function connectTo(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket)).once('close', () => resolve(socket));
  });
}

/** Everything the server sends until it closes the connection. */
export function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const finish = (): void => resolve(Buffer.concat(chunks).toString());
    if (socket.closed) finish();
    else socket.once('close', finish);
  });
}

/** Sends bytes as they are, and reads what comes back until the server closes. */
export async function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const socket = await connectTo(port);
  socket.write(bytes);
  return readToEnd(socket);
}

/** One request on a connection of its own; the target is sent as it is. */
export async function request(port: number, method: string, target: string): Promise<RawResponse> {
  const head = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
  return parse(await exchange(port, head));
}

/** Takes apart the text of one response. */
export function parse(response: string): RawResponse {
  const [head = '', ...rest] = response.split('\r\n\r\n');
  const [statusLine = '', ...headerLines] = head.split('\r\n');
  const headers = headerLines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headers),
    body: rest.join('\r\n\r\n'),
  };
}

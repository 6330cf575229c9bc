/**
 * The way in: the bytes of a stream, as they come.
 *
 * To allocate memory for each read and hand it on through a stream takes about as long as to parse
 * and answer a request. So a pipe on stdin is read into one buffer, again and again.
 */

import { fstatSync } from 'node:fs';
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';

const stdinFd = 0;
const bufferBytes = 64 * 1024;

/**
 * Calls `onChunk` with whatever can be read: a chunk is good until the call returns, and what is
 * kept of it must be copied.
 *
 * @param input by default the process's stdin, which nobody else may read then
 * @returns the stream that ends or fails
 */
export function readChunks(
  input: Readable | undefined,
  onChunk: (chunk: Buffer) => void,
): Readable {
  if (input === undefined && isPipe(stdinFd)) return readPipe(stdinFd, onChunk);
  // Files and terminals are not read by sockets.
  return (input ?? process.stdin).on('data', onChunk);
}

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}

function readPipe(fd: number, onChunk: (chunk: Buffer) => void): Socket {
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const callback = (bytes: number): boolean => {
    onChunk(buffer.subarray(0, bytes));
    return true;
  };
  const options: SocketConstructorOpts & ConnectOpts = {
    fd,
    readable: true,
    writable: false,
    onread: { buffer, callback },
  };
  return new Socket(options);
}

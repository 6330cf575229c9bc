/**
 * The way out: protocol lines and nothing else, one write for each turn of the event loop, or more
 * when much is said.
 *
 * Maelstrom stops listening to a node after the first line that is not a message. So while a node
 * runs, `process.stdout.write`, and with it `console.log`, leads to stderr.
 */

import type { Writable } from 'node:stream';
import { type MaelstromMessage, membersOf } from './message.ts';

/** Takes a node's messages, one by one. */
export interface MessageSink {
  /** How much has been said and not yet been taken, in bytes. */
  readonly bufferedBytes: number;
  /** Takes a message; it may leave at once, or when `flush` is called. */
  push(message: MaelstromMessage): void;
  /** Hands on what has been said, and calls back when all of it was taken, or nobody takes it. */
  flush(taken?: () => void): void;
}

/** Told of each line that is written: to whom, and how many bytes it has. */
export type OnLine = (dest: string, bytes: number) => void;

/** So many characters are written without waiting for the end of the turn. */
const writeLength = 32 * 1024;

export class LineWriter implements MessageSink {
  readonly #stream: Writable;
  readonly #write: (lines: Buffer, taken?: () => void) => void;
  readonly #onLine: OnLine | null;
  #lines = '';
  /** To whom the lines go, and where each ends, if somebody wants to know. */
  #ends: { readonly dest: string; readonly end: number }[] = [];
  #isFlushDue = false;

  /** @param write writes to `stream`; differs from its own method once that is guarded */
  constructor(
    stream: Writable,
    onLine: OnLine | null = null,
    write: Writable['write'] = stream.write.bind(stream),
  ) {
    this.#stream = stream;
    this.#onLine = onLine;
    this.#write = write;
  }

  /** How many bytes have been said and not yet taken by the reader; characters, strictly. */
  get bufferedBytes(): number {
    return this.#lines.length + this.#stream.writableLength;
  }

  push(message: MaelstromMessage): void {
    this.#lines += `{${membersOf(message)}\n`;
    if (this.#onLine !== null) this.#ends.push({ dest: message.dest, end: this.#lines.length });
    if (this.#lines.length >= writeLength) return this.#writeLines();
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => this.flush());
  }

  flush(taken?: () => void): void {
    this.#isFlushDue = false;
    this.#writeLines();
    if (taken !== undefined) this.#write(Buffer.alloc(0), taken);
  }

  #writeLines(): void {
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    // A string would be kept as the rope that it is, of many small parts, while a reader is slow.
    const bytes = Buffer.from(lines);
    if (this.#onLine !== null) this.#tellSizes(this.#onLine, lines, bytes.length);
    this.#write(bytes);
  }

  /** Plain text, as most is, has as many bytes as characters: it need not be looked at again. */
  #tellSizes(onLine: OnLine, lines: string, bytes: number): void {
    const ends = this.#ends;
    this.#ends = [];
    const isPlain = bytes === lines.length;
    let start = 0;
    for (const { dest, end } of ends) {
      onLine(dest, isPlain ? end - start : Buffer.byteLength(lines.slice(start, end)));
      start = end;
    }
  }
}

/** Leads everything that is written to stdout to stderr, and returns the one way to stdout. */
export function guardStdout(): Writable['write'] {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return write;
}

/** Lines to a stream, or to stdout, which is then guarded against other writers. */
export function lineWriterTo(output: Writable | undefined, onLine: OnLine | null): LineWriter {
  if (output !== undefined) return new LineWriter(output, onLine);
  return new LineWriter(process.stdout, onLine, guardStdout());
}

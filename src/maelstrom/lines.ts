/** Cuts a stream of bytes into lines, whatever the chunks are, within limits. */

import { isUtf8 } from 'node:buffer';

export type Line =
  | { readonly kind: 'text'; readonly text: string; readonly bytes: number }
  /** `text` is the line with what is not UTF-8 replaced, or as much of the line as was kept. */
  | { readonly kind: 'faulty'; readonly fault: string; readonly text: string };

const newline = 0x0a;

/** How much is kept of a line that is too long to be kept. */
const keptBytes = 1024;

export class LineReader {
  readonly #maxBytes: number;
  readonly #onLine: (line: Line) => void;
  /** The beginning of a line whose end has not arrived. */
  #parts: Buffer[] = [];
  #partBytes = 0;
  #isOversized = false;

  /** @param maxBytes a line longer than this is not kept, only its beginning */
  constructor(maxBytes: number, onLine: (line: Line) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The stream has ended; a last line need not end in a newline. */
  end(): void {
    if (this.#partBytes > 0) this.#finish();
  }

  #keep(part: Buffer): void {
    this.#partBytes += part.length;
    if (this.#isOversized) return;
    this.#parts.push(part);
    if (this.#partBytes > this.#maxBytes) {
      this.#isOversized = true;
      this.#parts = [Buffer.concat(this.#parts).subarray(0, keptBytes)];
    }
  }

  #finish(): void {
    const [first] = this.#parts;
    const bytes =
      this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    const length = this.#partBytes;
    const isOversized = this.#isOversized;
    this.#parts = [];
    this.#partBytes = 0;
    this.#isOversized = false;
    this.#onLine(decode(bytes, isOversized ? length : null));
  }
}

function decode(bytes: Buffer, oversizedLength: number | null): Line {
  const text = bytes.toString('utf8');
  if (oversizedLength !== null) {
    return { kind: 'faulty', fault: `${oversizedLength} bytes long`, text };
  }
  // What is not UTF-8 is decoded to U+FFFD; but U+FFFD may also have been sent.
  if (text.includes('\ufffd') && !isUtf8(bytes)) {
    return { kind: 'faulty', fault: 'not UTF-8', text };
  }
  return { kind: 'text', text, bytes: bytes.length };
}

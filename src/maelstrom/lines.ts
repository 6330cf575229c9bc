/** Cuts a stream of bytes into lines, whatever the chunks are, within limits. */

import { isAscii, isUtf8 } from 'node:buffer';
import { JsonTexts } from '../machine/json.ts';

export type Line =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly bytes: number;
      /** The lines that came with it and were decoded at once, if so. */
      readonly among: JsonTexts | null;
    }
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

  /** `chunk` is not used any more after the call. */
  push(chunk: Buffer): void {
    let start = 0;
    if (this.#partBytes > 0) {
      start = chunk.indexOf(newline) + 1;
      if (start === 0) return this.#keep(chunk);
      this.#keep(chunk.subarray(0, start - 1));
      this.#finish();
    }
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > start) this.#takeLines(chunk.subarray(start, end));
    if (end < chunk.length) this.#keep(chunk.subarray(end));
  }

  /** `bytes` are lines that have both begun and ended. */
  #takeLines(bytes: Buffer): void {
    if (bytes.length > this.#maxBytes || !isAscii(bytes)) return this.#takeEachLine(bytes);
    // Most lines are plain, and to decode many at once is cheaper.
    const text = bytes.toString('latin1');
    const among = new JsonTexts(text);
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end);
      this.#onLine({ kind: 'text', text: line, bytes: end - start, among });
      start = end + 1;
    }
  }

  #takeEachLine(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
  }

  /** The stream has ended; a last line need not end in a newline. */
  end(): void {
    if (this.#partBytes > 0) this.#finish();
  }

  #keep(part: Buffer): void {
    this.#partBytes += part.length;
    if (this.#isOversized) return;
    this.#parts.push(Buffer.from(part));
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
  return { kind: 'text', text, bytes: bytes.length, among: null };
}

/**
 * Writes a trace to a file as the run goes on. Lines are collected and written in large pieces, or
 * at once where it is asked for; what was written is in the hands of the operating system, and
 * survives the process.
 */

import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeEvent, encodeHeader } from './encode.ts';
import type { TraceEvent, TraceHeader } from './format.ts';

/** Takes lines, each with its line break, in order. */
export interface LineSink {
  write(lines: string): void;
}

/** A file that is written to before the call returns. */
export class FileSink implements LineSink {
  readonly #file: number;

  /**
   * @param flags of `open`
   * @throws Error when the file cannot be opened
   */
  constructor(path: string, flags: 'w' | 'a' = 'w') {
    this.#file = openSync(path, flags);
  }

  write(lines: string): void {
    const bytes = Buffer.from(lines);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }

  close(): void {
    closeSync(this.#file);
  }
}

const pieceLength = 64 * 1024;

export class TraceWriter {
  readonly #sink: LineSink;
  #lines = '';

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  writeHeader(header: TraceHeader): void {
    this.writeLine(encodeHeader(header));
  }

  write(event: TraceEvent): void {
    this.writeLine(encodeEvent(event));
  }

  /** `line` is one JSON value, without a line break. */
  writeLine(line: string): void {
    this.#lines += `${line}\n`;
    if (this.#lines.length >= pieceLength) this.flush();
  }

  /** Hands on what was collected. */
  flush(): void {
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.#sink.write(lines);
  }
}

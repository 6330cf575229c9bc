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

  /** @throws Error when the file cannot be opened */
  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(lines: string): void {
    writeAll(this.#file, lines);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Returns when the operating system has it all. */
export function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
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

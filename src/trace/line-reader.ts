/** The lines of a file of any size, a piece of it in memory at a time. */

import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { TraceFault } from './trace-fault.ts';

const pieceBytes = 256 * 1024;

/** Nobody writes a longer line: a node's log fits into it, and so does the text of Node.js. */
const maxLineLength = 256 * 1024 * 1024;

export interface FileLine {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** Whether a line break follows. Where none does, the end may be missing. */
  readonly isWhole: boolean;
}

/** @throws TraceFault when the file cannot be read, or a line is too long */
export function* readLines(path: string): Generator<FileLine, void, undefined> {
  const file = open(path);
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    const decoder = new StringDecoder('utf8');
    // The beginning of a line of which the end is still to come; some are as long as a node's log.
    let parts: string[] = [];
    let length = 0;
    let number = 1;
    for (;;) {
      const bytes = read(path, file, piece);
      const [first = '', ...more] = decoder.write(piece.subarray(0, bytes)).split('\n');
      parts.push(first);
      length += first.length;
      if (length > maxLineLength) {
        throw new TraceFault(`${path}:${number}: longer than ${maxLineLength} characters`);
      }
      if (bytes === 0) break;
      for (const next of more) {
        yield { text: parts.join(''), number: number++, isWhole: true };
        parts = [next];
        length = next.length;
      }
    }
    const rest = parts.join('') + decoder.end();
    if (rest !== '') yield { text: rest, number, isWhole: false };
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new TraceFault(`${path} cannot be read: ${(error as Error).message}`);
  }
}

function read(path: string, file: number, piece: Buffer): number {
  try {
    return readSync(file, piece);
  } catch (error) {
    throw new TraceFault(`${path} cannot be read: ${(error as Error).message}`);
  }
}

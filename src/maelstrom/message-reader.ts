/**
 * The way in: a stream of bytes becomes lines, lines become values, and values messages.
 *
 * All that came in one chunk is read before the first of it is taken. To do one thing many times
 * over is a sixth cheaper than to read and answer in turns: the processor keeps its caches.
 */

import { type Json, parseJson } from '../machine/json.ts';
import { type Line, LineReader } from './lines.ts';
import {
  checkMessage,
  type MaelstromMessage,
  type ReturnAddress,
  returnAddress,
} from './message.ts';

/** What a line was: a message, or none, and then whom to tell if that can be made out. */
export type Received =
  | {
      readonly ok: true;
      readonly message: MaelstromMessage;
      /** Of the line, its end included. */
      readonly bytes: number;
    }
  | {
      readonly ok: false;
      readonly fault: string;
      readonly text: string;
      readonly replyTo: ReturnAddress | null;
    };

/** Lines up to this many times the limit are still read, to find out whom to answer. */
const oversizeFactor = 4;

export class MessageReader {
  readonly #maxLineBytes: number;
  readonly #onReceived: (received: Received) => void;
  readonly #lines: LineReader;
  /** What has been read and not yet been taken. */
  #received: Received[] = [];

  /** @param maxLineBytes a longer line is no message, whatever it says */
  constructor(maxLineBytes: number, onReceived: (received: Received) => void) {
    this.#maxLineBytes = maxLineBytes;
    this.#onReceived = onReceived;
    this.#lines = new LineReader(maxLineBytes * oversizeFactor, (line) => {
      this.#received.push(read(line, this.#maxLineBytes));
    });
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
    this.#handOver();
  }

  /** The stream has ended; a last line need not end in a newline. */
  end(): void {
    this.#lines.end();
    this.#handOver();
  }

  #handOver(): void {
    const received = this.#received;
    this.#received = [];
    for (const each of received) this.#onReceived(each);
  }
}

function read(line: Line, maxLineBytes: number): Received {
  const { text } = line;
  if (line.kind === 'faulty') return refused(line.fault, text, tryParse(text));
  let value: Json;
  try {
    value = parseJson(text, line.among);
  } catch (error) {
    return refused(`not JSON: ${(error as Error).message}`, text, tryParse(text));
  }
  if (line.bytes > maxLineBytes) return refused(`${line.bytes} bytes long`, text, value);
  const checked = checkMessage(value);
  if (!checked.ok) return refused(checked.fault, text, value);
  return { ok: true, message: checked.message, bytes: line.bytes + 1 };
}

function refused(fault: string, text: string, value: Json): Received {
  return { ok: false, fault, text, replyTo: returnAddress(value) };
}

/** Only to find out whom to answer: what is nested too deeply, or no exact number, says it, too. */
function tryParse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

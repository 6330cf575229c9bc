/**
 * What a machine with sessions remembers, as bytes: a mark, then numbers, texts and results one
 * after the other, and to the end what the machine inside has given.
 *
 * Numbers stand in as few bytes as they need, seven bits in each, the lowest first (LEB128).
 */

import type { SnapshotFormat } from './encoded-snapshots.ts';

export interface KeptResult<Result> {
  readonly result: Result;
  /** When it came about; see SessionState. */
  readonly appliedAt: number;
}

export interface Session<Result> {
  readonly id: number;
  readonly node: string;
  /** When it was opened, or given its last command. */
  usedAt: number;
  /** Sequences below are not applied any more. */
  floor: number;
  /** By sequence, in the order in which they came about. */
  readonly results: Map<number, KeptResult<Result>>;
}

export interface SessionState<Result> {
  /** The id of the next session. */
  nextSession: number;
  /** How many commands have been applied. This is all that time is here. */
  now: number;
  /** By id. */
  sessions: Map<number, Session<Result>>;
}

/** The last letter is the version of this format. */
const mark = 'sessions1';

export function encodeSessions<Result>(
  state: SessionState<Result>,
  machine: Uint8Array,
  format: SnapshotFormat<Result>,
): Uint8Array {
  const writer = new Writer(machine.length);
  writer.bytes(new TextEncoder().encode(mark));
  writer.number(state.nextSession);
  writer.number(state.now);
  writer.number(state.sessions.size);
  for (const { id, node, usedAt, floor, results } of state.sessions.values()) {
    writer.number(id);
    writer.sized(new TextEncoder().encode(node));
    writer.number(usedAt);
    writer.number(floor);
    writer.number(results.size);
    for (const [sequence, { result, appliedAt }] of results) {
      writer.number(sequence);
      writer.number(appliedAt);
      writer.sized(format.encode(result));
    }
  }
  writer.bytes(machine);
  return writer.written;
}

/** @throws Error when these are not bytes of `encodeSessions` */
export function decodeSessions<Result>(
  data: Uint8Array,
  format: SnapshotFormat<Result>,
): { readonly state: SessionState<Result>; readonly machine: Uint8Array } {
  const reader = new Reader(data);
  const begin = reader.bytes(Math.min(mark.length, data.length));
  if (new TextDecoder().decode(begin) !== mark) {
    throw new TypeError(
      `the snapshot does not begin with "${mark}": it was taken by a machine without sessions, ` +
        'or by another version',
    );
  }
  const [nextSession, now, count] = [reader.number(), reader.number(), reader.number()];
  const sessions = new Map<number, Session<Result>>();
  for (let at = 0; at < count; at++) {
    const session = readSession(reader, format);
    sessions.set(session.id, session);
  }
  return { state: { nextSession, now, sessions }, machine: reader.rest() };
}

function readSession<Result>(reader: Reader, format: SnapshotFormat<Result>): Session<Result> {
  const id = reader.number();
  // A mark of byte order is a part of the name like any other: no two names are one afterwards.
  const node = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(reader.sized());
  const [usedAt, floor, count] = [reader.number(), reader.number(), reader.number()];
  const results = new Map<number, KeptResult<Result>>();
  for (let at = 0; at < count; at++) {
    const [sequence, appliedAt] = [reader.number(), reader.number()];
    results.set(sequence, { result: format.decode(reader.sized()), appliedAt });
  }
  return { id, node, usedAt, floor, results };
}

class Writer {
  #data: Uint8Array;
  #length = 0;

  /** @param expected how many bytes will be written, about */
  constructor(expected: number) {
    this.#data = new Uint8Array(expected + 1024);
  }

  get written(): Uint8Array {
    return this.#data.subarray(0, this.#length);
  }

  number(value: number): void {
    this.#makeRoom(8);
    let rest = value;
    while (rest >= 128) {
      this.#data[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#data[this.#length++] = rest;
  }

  bytes(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#data.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  sized(bytes: Uint8Array): void {
    this.number(bytes.length);
    this.bytes(bytes);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#data.length) return;
    const larger = new Uint8Array(2 * needed);
    larger.set(this.#data.subarray(0, this.#length));
    this.#data = larger;
  }
}

class Reader {
  readonly #data: Uint8Array;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const [byte = 0] = this.bytes(1);
      value += (byte % 128) * factor;
      if (!Number.isSafeInteger(value)) throw new TypeError('a number in the snapshot is too long');
      if (byte < 128) return value;
    }
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#data.length) throw new TypeError('the snapshot ends in the middle');
    const bytes = this.#data.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  sized(): Uint8Array {
    return this.bytes(this.number());
  }

  rest(): Uint8Array {
    return this.bytes(this.#data.length - this.#at);
  }
}

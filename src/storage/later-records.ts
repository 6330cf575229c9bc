/**
 * Records beyond a damage. A start does not believe them, since what was before them is not known;
 * but they tell how much is lost, and some of them name terms, votes and snapshots.
 *
 * Header and body have checksums of their own, and that of the header begins with the store's id; so
 * what is found is a record of this store, and not a part of some command.
 */

import type { HardState } from '../raft/index.ts';
import type { DiskReading } from './disk.ts';
import { type Identity, seedOf } from './identity.ts';
import type { RecordPlace } from './log-reading.ts';
import { type LogRecord, readRecord } from './log-record.ts';
import { type OpaqueCommand, opaqueCommands } from './opaque-command.ts';
import { headerBytes, isBodyIntact, overheadBytes, readHeader } from './record.ts';
import { segmentName, segmentNumbers } from './segment-file.ts';
import { lastNonZero } from './segment-scan.ts';

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface LaterRecords {
  /** How many were found. */
  readonly found: number;
  /** How many there must have been between them, by their numbers, and were not found. */
  readonly lost: number;
  readonly numbers: Range | null;
  /** Of the entries among them. */
  readonly indices: Range | null;
  /** The newest term and vote that are known: of these records, or of those before the damage. */
  readonly hardState: HardState;
  /** Whether no record that was lost can have had newer ones. */
  readonly isTermKnown: boolean;
}

export type OnFound = (record: LogRecord<OpaqueCommand>, place: RecordPlace) => void;

/** Where a log cannot be read on, and what was read up to there. */
export interface BreakingPoint {
  readonly segment: number;
  readonly offset: number;
  /** The number of the last record; 0 when there is none. */
  readonly number: number;
  readonly hardState: HardState;
}

export async function findLaterRecords(
  disk: DiskReading,
  identity: Identity,
  from: BreakingPoint,
  onFound: OnFound,
): Promise<LaterRecords> {
  const tally = new Tally(from);
  const numbers = segmentNumbers(await disk.list()).filter((number) => number >= from.segment);
  for (const segment of numbers) {
    const bytes = Buffer.from(await disk.read(segmentName(segment)));
    const start = segment === from.segment ? from.offset : 0;
    let end = start;
    for (const found of recordsIn(bytes, start, seedOf(identity))) {
      end = found.end;
      const { record, offset, number } = found;
      if (number <= tally.lastNumber) continue;
      tally.note(record, number);
      if (record !== null) onFound(record, { segment, offset, number });
    }
    if (lastNonZero(bytes, end) !== -1) tally.isEndKnown = false;
  }
  return tally.result();
}

interface FoundRecord {
  /** Null when it makes no sense. */
  readonly record: LogRecord<OpaqueCommand> | null;
  readonly offset: number;
  readonly end: number;
  readonly number: number;
}

function* recordsIn(bytes: Buffer, start: number, seed: number): Generator<FoundRecord> {
  for (let offset = start; offset < bytes.length; ) {
    const header = readHeader(bytes, offset, seed);
    if (header === null || !isBodyIntact(bytes, offset, header)) {
      offset++;
      continue;
    }
    const body = bytes.subarray(offset + headerBytes, offset + headerBytes + header.length);
    const end = offset + overheadBytes + header.length;
    yield { record: recordOf(header.kind, body), offset, end, number: header.number };
    offset = end;
  }
}

function recordOf(kind: number, body: Buffer): LogRecord<OpaqueCommand> | null {
  try {
    return readRecord(kind, body, opaqueCommands);
  } catch {
    return null;
  }
}

class Tally {
  #found = 0;
  #lost = 0;
  #firstNumber: number | null = null;
  #indices: Range | null = null;
  #hardState: HardState;
  #hardStateNumber: number;
  #lastLostNumber = 0;
  lastNumber: number;
  /** Whether nothing can have stood after the last one. */
  isEndKnown = false;

  constructor({ number, hardState }: BreakingPoint) {
    this.#hardState = hardState;
    this.#hardStateNumber = number;
    this.lastNumber = number;
  }

  note(record: LogRecord<OpaqueCommand> | null, number: number): void {
    if (number > this.lastNumber + 1) {
      // Where nothing was read before, the log may have begun with any number.
      if (this.lastNumber > 0) this.#lost += number - this.lastNumber - 1;
      this.#lastLostNumber = number - 1;
    }
    this.#found++;
    this.#firstNumber ??= number;
    this.lastNumber = number;
    // After the end of a segment there must have been another.
    this.isEndKnown = record !== null && record.kind !== 'segmentEnd';
    if (record?.kind === 'entry') this.#indices = including(this.#indices, record.entry.index);
    const hardState =
      record?.kind === 'hardState'
        ? record.hardState
        : record?.kind === 'segmentStart'
          ? record.start.hardState
          : null;
    if (hardState === null) return;
    this.#hardState = newer(this.#hardState, hardState);
    this.#hardStateNumber = number;
  }

  result(): LaterRecords {
    const first = this.#firstNumber;
    return {
      found: this.#found,
      lost: this.#lost,
      numbers: first === null ? null : { first, last: this.lastNumber },
      indices: this.#indices,
      hardState: this.#hardState,
      isTermKnown: this.isEndKnown && this.#lastLostNumber < this.#hardStateNumber,
    };
  }
}

/** Terms only grow, and in each of them a vote is given once. */
function newer(one: HardState, other: HardState): HardState {
  if (one.currentTerm !== other.currentTerm) {
    return one.currentTerm > other.currentTerm ? one : other;
  }
  return other.votedFor === null ? one : other;
}

export function including(range: Range | null, value: number): Range {
  if (range === null) return { first: value, last: value };
  return { first: Math.min(range.first, value), last: Math.max(range.last, value) };
}

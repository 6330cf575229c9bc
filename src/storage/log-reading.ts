/** Reads a whole log, and changes nothing: for a store that opens, and for who examines one. */

import type { DiskReading } from './disk.ts';
import { formatVersion, type Identity, seedOf } from './identity.ts';
import {
  type CommandReading,
  type LogRecord,
  readRecord,
  type SegmentStart,
} from './log-record.ts';
import { type ChainEnd, overheadBytes } from './record.ts';
import type { StoreProblem } from './refusal.ts';
import { segmentName, segmentNumbers } from './segment-file.ts';
import { type SegmentEnding, scanSegment } from './segment-scan.ts';

/** Something that was durable and cannot be read. */
export interface Damage {
  readonly problem: StoreProblem;
  /** Null when the store as a whole is meant. */
  readonly file: string | null;
  /** Where in the file; null when all of it is meant. */
  readonly offset: number | null;
  readonly what: string;
}

export interface SegmentReading {
  readonly number: number;
  readonly fileBytes: number;
  readonly ending: SegmentEnding;
  /** The last write to it, from and to: it may be in the system's memory only. */
  readonly lastWrite: { readonly from: number; readonly to: number };
}

export type LogReading = {
  readonly segments: readonly SegmentReading[];
  /** The last record; null when there is none. */
  readonly chainEnd: ChainEnd | null;
} & (
  | {
      readonly damage: null;
      /** The segment that is written to next. */
      readonly current: SegmentReading;
    }
  /** The first thing that is wrong; nothing was read beyond it. */
  | { readonly damage: Damage; readonly current: null }
);

/** Told of each record, in order. What it throws is damage. */
export type OnRecord<Command> = (record: LogRecord<Command>, place: RecordPlace) => void;

export interface RecordPlace {
  readonly segment: number;
  readonly offset: number;
  /** In the log, from 1. */
  readonly number: number;
}

export async function readLog<Command>(
  disk: DiskReading,
  identity: Identity,
  format: CommandReading<Command>,
  onRecord: OnRecord<Command>,
): Promise<LogReading> {
  const segments: SegmentReading[] = [];
  let chainEnd: ChainEnd | null = null;
  let current: SegmentReading | null = null;
  const broken = (damage: Damage): LogReading => ({ segments, chainEnd, damage, current: null });

  const numbers = segmentNumbers(await disk.list());
  for (const number of numbers) {
    const file = segmentName(number);
    const expected = (segments.at(-1)?.number ?? number - 1) + 1;
    if (number !== expected) return broken(missing(expected));
    const bytes = Buffer.from(await disk.read(file));
    let lastWrite = { from: 0, to: 0 };
    const scan = scanSegment(bytes, {
      seed: seedOf(identity),
      after: chainEnd,
      onRecord: (code, body, offset, header) => {
        const record = readRecord(code, body, format);
        checkPlace(record, offset, number, identity);
        onRecord(record, { segment: number, offset, number: header.number });
        lastWrite = { from: header.durableBytes, to: offset + overheadBytes + header.length };
        return record.kind === 'segmentEnd';
      },
    });
    const { ending } = scan;
    const reading = { number, fileBytes: bytes.length, ending, lastWrite };
    segments.push(reading);
    const damage = damageOf(reading, scan.chainEnd !== null, current);
    // Of one that is out of place as a whole, nothing follows what was read before.
    if (damage === null || scan.ending.kind === 'damaged') chainEnd = scan.chainEnd;
    if (damage !== null) return broken({ ...damage, file });
    if (scan.ending.kind === 'open') current ??= reading;
  }
  if (current === null) return broken(missing((segments.at(-1)?.number ?? 0) + 1));
  return { segments, chainEnd, damage: null, current };
}

function missing(segment: number): Damage {
  const what = 'this segment of the log is missing';
  return { problem: 'missing', file: segmentName(segment), offset: null, what };
}

/** @throws Error when a record stands where none of its kind can stand */
function checkPlace(
  record: LogRecord<unknown>,
  offset: number,
  segment: number,
  identity: Identity,
): void {
  if ((record.kind === 'segmentStart') !== (offset === 0)) {
    throw new Error('the segment does not begin as segments do');
  }
  if (record.kind === 'segmentStart') checkStart(record.start, segment, identity);
}

function checkStart(start: SegmentStart, segment: number, { store, node }: Identity): void {
  if (start.format > formatVersion) throw new Error(`it is of format ${start.format}`);
  if (start.segment !== segment) throw new Error(`this is segment ${start.segment}`);
  if (start.store !== store || start.node !== node) throw new Error('it is of another store');
}

/**
 * What is wrong with a segment at its place in the log. After the one that is written to there may
 * be one that is prepared and still blank.
 */
function damageOf(
  { ending }: SegmentReading,
  hasBegun: boolean,
  current: SegmentReading | null,
): Omit<Damage, 'file'> | null {
  const problem = 'damaged';
  if (ending.kind === 'damaged') return { problem, offset: ending.offset, what: ending.problem };
  const isBlank = ending.kind === 'open' && ending.offset === 0 && ending.tornBytes === 0;
  if (current !== null && !isBlank) {
    const what = `it has records, although segment ${current.number} is not complete`;
    return { problem, offset: 0, what };
  }
  if (!hasBegun) {
    // A directory becomes a store only when its first segment has begun, and segments are removed
    // only when a later one has.
    return { problem, offset: 0, what: 'its beginning is missing' };
  }
  return null;
}

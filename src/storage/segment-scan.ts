/**
 * Reads a segment record by record, and tells where it ends and why.
 *
 * A segment is filled with zeros before anything is written to it, and each write is durable before
 * the next begins. So after a crash, what the last write has not brought to the disk is still 0:
 * from some byte on, or in some sectors of 512 bytes. That is a *torn tail*: nobody was told that it
 * is durable, and it may be cut off. Everything else that cannot be read is *damage*, and is never
 * cut off on the quiet:
 *
 * - a record before one that says "by then so much was durable";
 * - a record whose bytes are all there, and have changed. (Rot that turns a whole sector of the very
 *   last write into zeros looks like a torn tail; no file can tell.)
 *
 * (Alagappan and others, "Protocol-Aware Recovery for Consensus-Based Storage", 2018, is about what
 * happens when the two are taken for each other.)
 */

import {
  type ChainEnd,
  headerBytes,
  isBodyIntact,
  overheadBytes,
  type RecordHeader,
  readHeader,
} from './record.ts';

const sectorBytes = 512;

/** How a segment ends. */
export type SegmentEnding =
  /** After the record before `offset`; `tornBytes` from there on are the rest of a torn write. */
  | { readonly kind: 'open'; readonly offset: number; readonly tornBytes: number }
  /** With the record that says so. */
  | { readonly kind: 'complete' }
  /** Something cannot be read that was durable. */
  | { readonly kind: 'damaged'; readonly offset: number; readonly problem: string };

export interface SegmentScan {
  readonly ending: SegmentEnding;
  /** The last record that could be read; null when there is none, and none before. */
  readonly chainEnd: ChainEnd | null;
}

export interface ScanOptions {
  /** The checksum of the store's id. */
  readonly seed: number;
  /** What the first record follows; null when that is not known. */
  readonly after: ChainEnd | null;
  /** Takes a record; true when it is the segment's last. What it throws is damage. */
  readonly onRecord: (code: number, body: Buffer, offset: number, header: RecordHeader) => boolean;
}

export function scanSegment(bytes: Buffer, options: ScanOptions): SegmentScan {
  const { seed, onRecord } = options;
  let chainEnd = options.after;
  let offset = 0;
  const damaged = (problem: string): SegmentScan => ({
    ending: { kind: 'damaged', offset, problem },
    chainEnd,
  });
  for (;;) {
    const header = readHeader(bytes, offset, seed);
    if (header === null || !isBodyIntact(bytes, offset, header)) {
      return { ending: endingAt(bytes, offset, header, seed), chainEnd };
    }
    if (chainEnd !== null && !isNext(header, chainEnd)) {
      return damaged(`record ${header.number} does not follow record ${chainEnd.number}`);
    }
    const body = bytes.subarray(offset + headerBytes, offset + headerBytes + header.length);
    let isLast: boolean;
    try {
      isLast = onRecord(header.kind, body, offset, header);
    } catch (error) {
      return damaged(`record ${header.number}: ${(error as Error).message}`);
    }
    chainEnd = { number: header.number, checksum: header.checksum };
    offset += overheadBytes + header.length;
    if (isLast) return { ending: endingAfter(bytes, offset), chainEnd };
  }
}

function isNext(header: RecordHeader, { number, checksum }: ChainEnd): boolean {
  return header.number === number + 1 && header.previousChecksum === checksum;
}

function endingAfter(bytes: Buffer, offset: number): SegmentEnding {
  if (lastNonZero(bytes, offset) === -1) return { kind: 'complete' };
  return { kind: 'damaged', offset, problem: 'something stands after the end of the segment' };
}

/** At `offset` no record can be read; `header` is there if it at least is intact. */
function endingAt(
  bytes: Buffer,
  offset: number,
  header: RecordHeader | null,
  seed: number,
): SegmentEnding {
  const last = lastNonZero(bytes, offset);
  if (last === -1) return { kind: 'open', offset, tornBytes: 0 };
  const witness = findLaterSync(bytes, offset, last, seed);
  if (witness !== null) {
    const problem = `a record cannot be read, and was durable when record ${witness} was written`;
    return { kind: 'damaged', offset, problem };
  }
  const isTorn =
    header === null
      ? isPartlyUnwritten(bytes, offset, offset + headerBytes, true)
      : isPartlyUnwritten(
          bytes,
          offset + headerBytes,
          offset + overheadBytes + header.length,
          false,
        );
  if (isTorn) return { kind: 'open', offset, tornBytes: last + 1 - offset };
  return { kind: 'damaged', offset, problem: 'a record has changed: its checksum is wrong' };
}

/**
 * Whether a write can have missed a part of these bytes, none of whose sectors were written as
 * zeros: its end, or a sector. `hasStart`: they begin with a byte that is not 0, so that what is of
 * the first sector counts too.
 */
function isPartlyUnwritten(bytes: Buffer, start: number, end: number, hasStart: boolean): boolean {
  if (end > bytes.length || bytes[end - 1] === 0) return true;
  const firstSector = Math.ceil(start / sectorBytes) * sectorBytes;
  if (hasStart && isZero(bytes, start, Math.min(firstSector, end))) return true;
  for (let sector = firstSector; sector < end; sector += sectorBytes) {
    if (isZero(bytes, sector, Math.min(sector + sectorBytes, end))) return true;
  }
  return false;
}

/** The number of a record that was written when what stands at `offset` was durable, or null. */
function findLaterSync(bytes: Buffer, offset: number, last: number, seed: number): number | null {
  for (let at = offset + 1; at <= last; at++) {
    const header = readHeader(bytes, at, seed);
    if (header !== null && header.durableBytes > offset && header.durableBytes <= at) {
      return header.number;
    }
  }
  return null;
}

function isZero(bytes: Buffer, start: number, end: number): boolean {
  if (start >= end) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** The position of the last byte from `offset` on that is not 0; -1 when all are. */
export function lastNonZero(bytes: Buffer, offset: number): number {
  let at = bytes.length - 1;
  while (at >= offset && bytes[at] === 0) at--;
  return at >= offset ? at : -1;
}

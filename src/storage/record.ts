/**
 * How a write-ahead log is divided into records: a header, a body, and a mark at the end. What each
 * byte is, docs/storage.md says too.
 *
 * ```
 *  0  u8   kind of the body, never 0        21  u32  how much of this segment was durable when
 *  1  u64  number in the log, from 1                 this record was written
 *  9  u32  length of the body               25  u32  CRC-32C of the bytes 0 to 24, begun with
 * 13  u32  CRC-32C of the body                       that of the store's id
 * 17  u32  CRC at 25 of the record before   29  u8   0xa5
 * 30  …    the body, and after it one byte more: 0x5a
 * ```
 *
 * Numbers are little-endian. Through the checksum of the record before, a record vouches for the
 * whole log up to it. The first byte and the last of a header, and the last of a record, are not 0,
 * so that what a torn write has not reached, and is still 0, can be told from what has changed: see
 * segment-scan.ts.
 */

import { crc32c } from './crc32c.ts';

export const headerBytes = 30;
/** What a record takes beyond its body. */
export const overheadBytes: number = headerBytes + 1;

const headerMark = 0xa5;
const endMark = 0x5a;

/** Where a chain of records goes on. */
export interface ChainEnd {
  /** The number of the last record; 0 before the first. */
  readonly number: number;
  /** Its checksum; 0 before the first. */
  readonly checksum: number;
}

export interface RecordHeader {
  readonly kind: number;
  readonly number: number;
  readonly length: number;
  readonly bodyChecksum: number;
  readonly previousChecksum: number;
  readonly durableBytes: number;
  readonly checksum: number;
}

/** Writes records one after the other into memory, for one write to a segment. */
export class RecordBatch {
  #buffer: Buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  #end: ChainEnd = { number: 0, checksum: 0 };
  #number = 0;
  #checksum = 0;
  #durableBytes = 0;
  readonly #seed: number;

  /** @param seed the checksum of the store's id */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Begins anew. @param durableBytes how much of the segment is durable */
  begin(end: ChainEnd, durableBytes: number): void {
    this.#end = end;
    this.#number = end.number;
    this.#checksum = end.checksum;
    this.#durableBytes = durableBytes;
    this.#length = 0;
    // One large write must not hold its memory for ever.
    if (this.#buffer.length > 4 * 1024 * 1024) this.#buffer = Buffer.allocUnsafe(64 * 1024);
  }

  get length(): number {
    return this.#length;
  }

  /** What has been written, valid until the next `begin` or `add`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Where the chain is after these records. */
  get end(): ChainEnd {
    return this.#number === this.#end.number
      ? this.#end
      : { number: this.#number, checksum: this.#checksum };
  }

  /** Adds a record with a body of a known length, which `fill` writes into the buffer. */
  add(kind: number, length: number, fill: (buffer: Buffer, offset: number) => void): void {
    const start = this.#length;
    this.#reserve(overheadBytes + length);
    const buffer = this.#buffer;
    const bodyStart = start + headerBytes;
    fill(buffer, bodyStart);
    this.#number++;
    buffer[start] = kind;
    writeU64(buffer, start + 1, this.#number);
    buffer.writeUInt32LE(length, start + 9);
    buffer.writeUInt32LE(crc32c(buffer, bodyStart, bodyStart + length), start + 13);
    buffer.writeUInt32LE(this.#checksum, start + 17);
    buffer.writeUInt32LE(this.#durableBytes, start + 21);
    this.#checksum = crc32c(buffer, start, start + 25, this.#seed);
    buffer.writeUInt32LE(this.#checksum, start + 25);
    buffer[start + 29] = headerMark;
    buffer[bodyStart + length] = endMark;
    this.#length = bodyStart + length + 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** The header that stands at `offset`, or null when none does. */
export function readHeader(bytes: Buffer, offset: number, seed: number): RecordHeader | null {
  if (offset + headerBytes > bytes.length || bytes[offset + 29] !== headerMark) return null;
  const checksum = bytes.readUInt32LE(offset + 25);
  if (bytes[offset] === 0 || crc32c(bytes, offset, offset + 25, seed) !== checksum) return null;
  return unverifiedHeader(bytes, offset);
}

/** What would be the header at `offset`, whether or not its checksum is right. */
export function unverifiedHeader(bytes: Buffer, offset: number): RecordHeader {
  return {
    kind: bytes[offset] ?? 0,
    number: readU64(bytes, offset + 1),
    length: bytes.readUInt32LE(offset + 9),
    bodyChecksum: bytes.readUInt32LE(offset + 13),
    previousChecksum: bytes.readUInt32LE(offset + 17),
    durableBytes: bytes.readUInt32LE(offset + 21),
    checksum: bytes.readUInt32LE(offset + 25),
  };
}

/** Whether body and end are what the header says. */
export function isBodyIntact(bytes: Buffer, offset: number, header: RecordHeader): boolean {
  const start = offset + headerBytes;
  const end = start + header.length;
  if (end >= bytes.length || bytes[end] !== endMark) return false;
  return crc32c(bytes, start, end) === header.bodyChecksum;
}

/** Whole numbers up to 2**53 - 1. */
export function writeU64(buffer: Buffer, offset: number, value: number): void {
  buffer.writeUInt32LE(value >>> 0, offset);
  buffer.writeUInt32LE(Math.floor(value / 2 ** 32), offset + 4);
}

export function readU64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 2 ** 32;
}

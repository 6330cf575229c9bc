/**
 * A snapshot's file: the data as it is, then a footer that says what it is, with a checksum for each
 * 64 KiB of it, so that any part can be read, and trusted, without the rest.
 *
 * The footer is JSON; after it stand its length and its CRC-32C (u32 each, little-endian) and eight
 * bytes, "rwsnap01". The record in the log that makes the snapshot count has that CRC too.
 */

import type { SnapshotMeta } from '../raft/index.ts';
import { crc32c } from './crc32c.ts';
import type { DiskFile, DiskReading } from './disk.ts';
import type { SnapshotReference } from './log-record.ts';
import type { SnapshotPart } from './store.ts';

export const snapshotFileSuffix = '.snapshot';

const blockBytes = 64 * 1024;
const magic = 'rwsnap01';
const tailBytes = 8 + magic.length;

interface Footer {
  readonly store: string;
  readonly meta: SnapshotMeta;
  readonly bytes: number;
  readonly blockBytes: number;
  readonly checksums: readonly number[];
}

/** Writes a snapshot part by part. It counts only once it is finished and the log says so. */
export class SnapshotWriter {
  readonly #file: DiskFile;
  readonly #checksums: number[] = [];
  #bytes = 0;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  /** How much has been written. */
  get bytes(): number {
    return this.#bytes;
  }

  async append(data: Uint8Array): Promise<void> {
    this.#addChecksums(data);
    const position = this.#bytes;
    this.#bytes += data.length;
    await this.#file.write(data, position);
  }

  #addChecksums(data: Uint8Array): void {
    for (let at = 0; at < data.length; ) {
      const inBlock = (this.#bytes + at) % blockBytes;
      const end = Math.min(data.length, at + blockBytes - inBlock);
      const before = inBlock === 0 ? 0 : (this.#checksums.pop() ?? 0);
      this.#checksums.push(crc32c(data, at, end, before));
      at = end;
    }
  }

  /** Adds the footer, makes all of it durable, and closes the file. */
  async finish(
    store: string,
    meta: SnapshotMeta,
  ): Promise<Pick<SnapshotReference, 'bytes' | 'checksum'>> {
    const bytes = this.#bytes;
    const footer: Footer = { store, meta, bytes, blockBytes, checksums: this.#checksums };
    const json = Buffer.from(JSON.stringify(footer));
    const checksum = crc32c(json);
    const tail = Buffer.alloc(tailBytes);
    tail.writeUInt32LE(json.length, 0);
    tail.writeUInt32LE(checksum, 4);
    tail.write(magic, 8);
    await this.#file.write(Buffer.concat([json, tail]), bytes);
    await this.#file.sync();
    await this.#file.close();
    return { bytes, checksum };
  }

  /** Gives up what was written. */
  async abandon(): Promise<void> {
    await this.#file.close();
  }
}

/** Reads a snapshot's file, and believes nothing that its checksums do not vouch for. */
export class SnapshotReader {
  readonly reference: SnapshotReference;
  readonly #disk: DiskReading;
  readonly #footer: Footer;

  private constructor(disk: DiskReading, reference: SnapshotReference, footer: Footer) {
    this.#disk = disk;
    this.reference = reference;
    this.#footer = footer;
  }

  /** @throws Error saying in what the file is not the snapshot that the log speaks of */
  static async open(disk: DiskReading, reference: SnapshotReference): Promise<SnapshotReader> {
    const { file, bytes, checksum } = reference;
    const json = footerIn(Buffer.from(await disk.read(file, bytes)));
    if (json === null) throw new Error('its footer cannot be read');
    if (crc32c(json) !== checksum) throw new Error('it is not the snapshot that the log speaks of');
    return new SnapshotReader(disk, reference, JSON.parse(json.toString()) as Footer);
  }

  /** @throws Error when the data has changed */
  async read(offset: number, maxBytes: number): Promise<SnapshotPart> {
    const { bytes, checksums } = this.#footer;
    const start = Math.min(offset, bytes);
    const end = Math.min(bytes, start + maxBytes);
    const firstBlock = Math.floor(start / blockBytes);
    const from = firstBlock * blockBytes;
    const to = Math.min(bytes, Math.ceil(end / blockBytes) * blockBytes);
    const data = await this.#disk.read(this.reference.file, from, to - from);
    if (data.length !== to - from) throw new Error('it is shorter than its footer says');
    for (let block = firstBlock, at = 0; at < data.length; block++, at += blockBytes) {
      const blockEnd = Math.min(data.length, at + blockBytes);
      if (crc32c(data, at, blockEnd) !== checksums[block]) {
        throw new Error(`its data has changed, within 64 KiB of byte ${from + at}`);
      }
    }
    return { data: data.subarray(start - from, end - from), isLast: end >= bytes };
  }
}

/** The footer, when it is all that stands there. */
function footerIn(end: Buffer): Buffer | null {
  const tail = end.subarray(-tailBytes);
  const json = end.subarray(0, -tailBytes);
  const isWhole =
    end.length > tailBytes &&
    tail.toString('latin1', 8) === magic &&
    tail.readUInt32LE(0) === json.length &&
    tail.readUInt32LE(4) === crc32c(json);
  return isWhole ? json : null;
}

/** What a file is, without a log that speaks of it; null when it is no whole snapshot of the store. */
export async function findSnapshot(
  disk: DiskReading,
  file: string,
  store: string,
): Promise<SnapshotReference | null> {
  try {
    const all = Buffer.from(await disk.read(file));
    const bytes = all.length - tailBytes - all.readUInt32LE(all.length - tailBytes);
    const json = footerIn(all.subarray(Math.max(0, bytes)));
    if (json === null) return null;
    const footer = JSON.parse(json.toString()) as Footer;
    if (footer.store !== store || footer.bytes !== bytes) return null;
    const reference = { file, meta: footer.meta, bytes, checksum: crc32c(json) };
    await (await SnapshotReader.open(disk, reference)).read(0, Number.POSITIVE_INFINITY);
    return reference;
  } catch {
    return null;
  }
}

/**
 * The snapshots of a store: the current one, one that is being received, and those of this node that
 * are being saved. Each is written aside, made durable, and given its name; but it counts only from
 * when the log says so, and until then the one before it stays.
 */

import type { SnapshotChunk, SnapshotMeta } from '../raft/index.ts';
import type { Disk, DiskReading } from './disk.ts';
import type { SnapshotReference } from './log-record.ts';
import { StoreRefusal } from './refusal.ts';
import { SnapshotReader, SnapshotWriter, snapshotFileSuffix } from './snapshot-file.ts';
import type { SnapshotPart } from './store.ts';

export const temporarySuffix = '.tmp';

const partBytes = 1024 * 1024;

interface Current {
  readonly reference: SnapshotReference;
  /** Opened when it is first read. */
  reader: Promise<SnapshotReader> | null;
  reads: number;
  /** Another has taken its place; its file goes when nobody reads it any more. */
  isReplaced: boolean;
}

export class SnapshotFiles {
  readonly #disk: Disk;
  readonly #store: string;
  #nextNumber: number;
  #current: Current | null;
  #receiving: { readonly writer: SnapshotWriter; readonly file: string } | null = null;

  /** @param names of all files that there are */
  constructor(
    disk: Disk,
    store: string,
    current: SnapshotReference | null,
    names: readonly string[],
  ) {
    this.#disk = disk;
    this.#store = store;
    this.#current = current === null ? null : notYetRead(current);
    this.#nextNumber = Math.max(0, ...names.map(numberOf)) + 1;
  }

  /** Makes a snapshot of this node durable; the log has to speak of it yet. */
  async save(meta: SnapshotMeta, data: Uint8Array): Promise<SnapshotReference> {
    const file = this.#nextName();
    const writer = await this.#create(file);
    try {
      // In parts, so that whatever else is due meanwhile gets its turn.
      for (let at = 0; at < data.length; at += partBytes) {
        await writer.append(data.subarray(at, at + partBytes));
      }
      return await this.#finish(writer, file, meta);
    } catch (error) {
      await this.#drop(writer, file);
      throw error;
    }
  }

  /** Takes a part of a leader's snapshot; the last one makes it durable. */
  async receive(chunk: SnapshotChunk): Promise<SnapshotReference | null> {
    if (chunk.offset === 0) await this.#startReceiving();
    const receiving = this.#receiving;
    if (receiving === null || receiving.writer.bytes !== chunk.offset) {
      throw new Error(`no part of a snapshot was expected at byte ${chunk.offset}`);
    }
    await receiving.writer.append(chunk.data);
    if (!chunk.isLast) return null;
    this.#receiving = null;
    return await this.#finish(receiving.writer, receiving.file, chunk.snapshot);
  }

  /** The log speaks of this one now: it takes the place of the one before. */
  adopt(reference: SnapshotReference | null): void {
    const previous = this.#current;
    if (reference === null || reference.file === previous?.reference.file) return;
    this.#current = notYetRead(reference);
    if (previous === null) return;
    previous.isReplaced = true;
    this.#removeIfUnused(previous);
  }

  /** The log will not speak of this one. */
  discard({ file }: SnapshotReference): void {
    void this.#disk.remove(file).catch(() => {});
  }

  /**
   * A part of the current snapshot; null when it is not the one that ends at `index`.
   *
   * @throws StoreRefusal when the file is not what was written
   */
  async read(index: number, offset: number, maxBytes: number): Promise<SnapshotPart | null> {
    const current = this.#current;
    if (current?.reference.meta.index !== index) return null;
    current.reads++;
    try {
      current.reader ??= SnapshotReader.open(this.#disk, current.reference);
      const reader = await current.reader;
      return await reader.read(offset, maxBytes);
    } catch (error) {
      throw damagedSnapshot(this.#disk, current.reference, error as Error);
    } finally {
      current.reads--;
      this.#removeIfUnused(current);
    }
  }

  async close(): Promise<void> {
    const receiving = this.#receiving;
    this.#receiving = null;
    if (receiving !== null) await this.#drop(receiving.writer, receiving.file);
  }

  async #startReceiving(): Promise<void> {
    await this.close();
    const file = this.#nextName();
    this.#receiving = { writer: await this.#create(file), file };
  }

  #nextName(): string {
    return `${String(this.#nextNumber++).padStart(10, '0')}${snapshotFileSuffix}`;
  }

  async #create(file: string): Promise<SnapshotWriter> {
    return new SnapshotWriter(await this.#disk.open(file + temporarySuffix));
  }

  async #finish(
    writer: SnapshotWriter,
    file: string,
    meta: SnapshotMeta,
  ): Promise<SnapshotReference> {
    const { bytes, checksum } = await writer.finish(this.#store, meta);
    await this.#disk.rename(file + temporarySuffix, file);
    await this.#disk.syncNames();
    return { file, meta, bytes, checksum };
  }

  async #drop(writer: SnapshotWriter, file: string): Promise<void> {
    await writer.abandon().catch(() => {});
    await this.#disk.remove(file + temporarySuffix).catch(() => {});
  }

  #removeIfUnused({ reference, reads, isReplaced }: Current): void {
    if (isReplaced && reads === 0) this.discard(reference);
  }
}

function notYetRead(reference: SnapshotReference): Current {
  return { reference, reader: null, reads: 0, isReplaced: false };
}

/** The number in the name of a snapshot's file, temporary or not; 0 in other names. */
function numberOf(name: string): number {
  return Number(/^([0-9]{10})\.snapshot/.exec(name)?.[1] ?? 0);
}

export function damagedSnapshot(
  disk: DiskReading,
  { file, meta }: SnapshotReference,
  error: Error,
): StoreRefusal {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const what = isMissing ? 'it is missing' : error.message;
  return new StoreRefusal(
    isMissing ? 'missing' : 'damaged',
    `${disk.path}/${file}`,
    `the snapshot up to entry ${meta.index} cannot be read: ${what}`,
    disk.path,
  );
}

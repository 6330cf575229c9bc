/**
 * The write-ahead log: takes writes, gives them to the disk as records, one group at a time, and
 * goes on in the next segment when one is full.
 *
 * A full segment ends with a record that says so, and that is durable before anything is written to
 * the next; so a segment that is missing is missed. The next one is prepared while this one is used.
 */

import type { HardState, LogIndex } from '../raft/index.ts';
import type { Disk, DiskFile } from './disk.ts';
import { type Identity, seedOf } from './identity.ts';
import {
  addSegmentEnd,
  addSegmentStart,
  addSnapshot,
  addWrite,
  type CommandFormat,
  type SnapshotReference,
} from './log-record.ts';
import { type ChainEnd, overheadBytes, RecordBatch } from './record.ts';
import { lastIndexAfterTruncation } from './replay.ts';
import { prepareSegment, segmentName } from './segment-file.ts';
import type { SegmentMarks } from './segment-marks.ts';
import type { LogUsage, SegmentSizes } from './segment-sizes.ts';
import type { StoreWrite } from './store.ts';

/** What goes into the log together with what was queued beside it. */
export type LogWrite<Command> =
  | {
      readonly kind: 'write';
      readonly write: StoreWrite<Command>;
      /** The snapshot that this write completes. */
      readonly installed: SnapshotReference | null;
    }
  | { readonly kind: 'snapshotSaved'; readonly snapshot: SnapshotReference };

export interface LogPosition {
  readonly segment: number;
  readonly file: DiskFile;
  /** Where the next record goes; 0 when the segment has not begun. */
  readonly offset: number;
  readonly chainEnd: ChainEnd;
  /** As of there. */
  readonly hardState: HardState;
  readonly lastIndex: LogIndex;
  readonly snapshot: SnapshotReference | null;
  readonly marks: SegmentMarks;
  readonly sizes: SegmentSizes;
}

export interface LogOptions<Command> {
  readonly disk: Disk;
  readonly identity: Identity;
  readonly format: CommandFormat<Command>;
  /** How large a segment is, unless one write is larger. */
  readonly segmentBytes: number;
}

type Done = (failure: Error | null) => void;

export class SegmentedLog<Command> {
  readonly #options: LogOptions<Command>;
  readonly #batch: RecordBatch;
  readonly #marks: SegmentMarks;
  readonly #sizes: SegmentSizes;
  #segment: number;
  #file: DiskFile;
  #offset: number;
  #chainEnd: ChainEnd;
  #hardState: HardState;
  #lastIndex: LogIndex;
  #snapshot: SnapshotReference | null;
  /** The segment after this one, which is being prepared or ready. */
  #next: Promise<DiskFile> | null = null;
  /** Removals, one after the other; false when one has failed. */
  #removals: Promise<boolean> = Promise.resolve(true);

  constructor(options: LogOptions<Command>, position: LogPosition) {
    this.#options = options;
    this.#batch = new RecordBatch(seedOf(options.identity));
    this.#segment = position.segment;
    this.#file = position.file;
    this.#offset = position.offset;
    this.#chainEnd = position.chainEnd;
    this.#hardState = position.hardState;
    this.#lastIndex = position.lastIndex;
    this.#snapshot = position.snapshot;
    this.#marks = position.marks;
    this.#sizes = position.sizes;
    if (position.offset > 0) this.#prepareNext();
  }

  /** The newest snapshot that the log speaks of. */
  get snapshot(): SnapshotReference | null {
    return this.#snapshot;
  }

  get usage(): LogUsage {
    return this.#sizes.usage;
  }

  /** Makes writes durable, in their order, and calls back; one call at a time. */
  append(writes: readonly LogWrite<Command>[], done: Done): void {
    const isFirst = this.#offset === 0;
    let batch: RecordBatch;
    try {
      batch = this.#encode(writes, isFirst);
    } catch (error) {
      // A command that has no bytes cannot be made durable.
      return done(error as Error);
    }
    // There must be room for the record that ends the segment.
    const isFull = this.#offset + batch.length + overheadBytes > this.#options.segmentBytes;
    if (isFirst || !isFull) return this.#persist(batch, writes, done);
    this.#completeSegment((failure) => {
      if (failure !== null) done(failure);
      else this.append(writes, done);
    });
  }

  /** Resolves when nothing is under way beside `append`. */
  async close(): Promise<void> {
    await this.#removals;
    const next = await this.#next?.catch(() => null);
    await next?.close();
    await this.#file.close();
  }

  #encode(writes: readonly LogWrite<Command>[], isFirst: boolean): RecordBatch {
    const batch = this.#batch;
    const { identity, format } = this.#options;
    batch.begin(this.#chainEnd, this.#offset);
    if (isFirst) {
      addSegmentStart(batch, {
        ...identity,
        segment: this.#segment,
        hardState: this.#hardState,
        lastIndex: this.#lastIndex,
        snapshot: this.#snapshot,
      });
    }
    for (const each of writes) {
      if (each.kind === 'write') addWrite(batch, each.write, each.installed, format);
      else addSnapshot(batch, 'snapshotSaved', each.snapshot);
    }
    return batch;
  }

  #persist(batch: RecordBatch, writes: readonly LogWrite<Command>[], done: Done): void {
    if (batch.length === 0) return done(null);
    this.#file.persist(batch.bytes, this.#offset, (failure) => {
      if (failure !== null) return done(failure);
      if (this.#offset === 0) this.#begin();
      this.#offset += batch.length;
      this.#sizes.note(this.#segment, this.#offset);
      this.#chainEnd = batch.end;
      for (const each of writes) this.#note(each);
      done(null);
    });
  }

  /** The segment's first record is durable: now those before it may go. */
  #begin(): void {
    this.#marks.begin(this.#segment);
    this.#prepareNext();
  }

  #note(each: LogWrite<Command>): void {
    if (each.kind === 'snapshotSaved') {
      this.#snapshot = each.snapshot;
      return;
    }
    const { hardState, truncateFrom, entries } = each.write;
    this.#hardState = hardState ?? this.#hardState;
    if (each.installed !== null) {
      this.#snapshot = each.installed;
      this.#truncate(0 as LogIndex);
    }
    if (truncateFrom !== null) this.#truncate(truncateFrom);
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#lastIndex = last.index;
    this.#marks.append(last.index);
  }

  #truncate(from: LogIndex): void {
    this.#lastIndex = lastIndexAfterTruncation(this.#lastIndex, from);
    this.#marks.truncate(from);
  }

  /** Writes the record that ends the segment, and goes over to the next. */
  #completeSegment(done: Done): void {
    const batch = this.#batch;
    batch.begin(this.#chainEnd, this.#offset);
    addSegmentEnd(batch);
    this.#prepareNext();
    // A segment that says that another follows must not be the last.
    void this.#next?.then(
      (next) =>
        this.#file.persist(batch.bytes, this.#offset, (failure) => {
          if (failure !== null) return done(failure);
          const full = this.#file;
          this.#sizes.note(this.#segment, this.#offset + batch.length);
          this.#segment++;
          this.#file = next;
          this.#next = null;
          this.#offset = 0;
          this.#chainEnd = batch.end;
          void full.close().catch(() => {});
          done(null);
        }),
      (error) => done(error as Error),
    );
  }

  #prepareNext(): void {
    const { disk, segmentBytes } = this.#options;
    if (this.#next !== null) return;
    const segment = this.#segment + 1;
    this.#next = prepareSegment(disk, segment, segmentBytes);
    // Who needs it will be told that it has failed; it is not tried again.
    this.#next.then(
      () => this.#sizes.note(segment, segmentBytes),
      () => {},
    );
  }

  /** Removes the segments that only have entries up to `index`. */
  compact(index: LogIndex): void {
    for (const segment of this.#marks.takeObsolete(index)) {
      this.#removals = this.#remove(segment, this.#removals);
    }
  }

  /**
   * Oldest first, and each for good before the one after it: no crash may leave a gap. What is not
   * removed only takes up room, and the next start finds it again.
   */
  async #remove(segment: number, before: Promise<boolean>): Promise<boolean> {
    const { disk } = this.#options;
    if (!(await before)) return false;
    try {
      await disk.remove(segmentName(segment));
      this.#sizes.removed(segment);
      await disk.syncNames();
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * A disk that can be slow, fail, and lose what it was not done with.
 *
 * A write has parts, written in the order in which the contract has them: term and vote, a part of
 * a snapshot, the truncation, then each entry. A crash may leave any number of parts of the writes
 * on their way; parts of a snapshot that is not complete are of no use after it.
 */

import type {
  Effect,
  Entry,
  HardState,
  Input,
  PersistEffect,
  SnapshotChunk,
  SnapshotMeta,
} from '../../raft/index.ts';
import type { StoreWrite } from '../../storage/store.ts';
import { partsOf } from '../simulation/write-parts.ts';
import { demand } from './fault.ts';
import type { Command } from './notation.ts';

export type DiskMode = 'instant' | 'slow' | 'failing' | 'slowSnapshots';

export const diskModes: readonly DiskMode[] = ['instant', 'slow', 'failing', 'slowSnapshots'];

export interface StoredSnapshot {
  readonly meta: SnapshotMeta;
  readonly data: Uint8Array;
}

/** A part of a snapshot, as a driver hands it to its core. */
export type SnapshotPart = Extract<Input<Command>, { kind: 'snapshotRead' }>['chunk'];

export type SnapshotReading = Extract<Effect<Command>, { kind: 'readSnapshot' }>;

export class Disk {
  mode: DiskMode = 'instant';
  hardState: HardState;
  snapshot: StoredSnapshot | null;
  entries: Entry<Command>[];
  /** Begun and not durable, oldest first. */
  readonly pending: PersistEffect<Command>[] = [];
  /** Snapshots that were taken and are not durable. */
  readonly saving: StoredSnapshot[] = [];
  /** Parts of the snapshot that were asked for and not read. */
  readonly reading: SnapshotReading[] = [];
  /** Parts of a snapshot that is being received. */
  #parts: SnapshotChunk[] = [];

  readonly #onDurable: (part: StoreWrite<Command>) => void;

  /** @param onDurable told of each part of a write that is on the disk */
  constructor(
    hardState: HardState,
    entries: readonly Entry<Command>[],
    snapshot: StoredSnapshot | null,
    onDurable: (part: StoreWrite<Command>) => void,
  ) {
    this.#onDurable = onDurable;
    this.hardState = hardState;
    this.entries = [...entries];
    this.snapshot = snapshot;
  }

  /** Whether snapshots are taken, and parts of them read, as soon as that is asked for. */
  get isQuickWithSnapshots(): boolean {
    return this.mode === 'instant' || this.mode === 'failing';
  }

  /** Completes the oldest write. */
  complete(): PersistEffect<Command> {
    const write = this.pending.shift();
    demand(write !== undefined, 'the disk has nothing to write');
    for (const part of partsOf(write)) this.#carryOut(part);
    return write;
  }

  /** Loses what is pending, apart from its first `kept` parts. */
  crash(kept: number): void {
    const parts = this.pending.splice(0).flatMap((write) => partsOf(write));
    demand(kept <= parts.length, `only ${parts.length} parts are being written`);
    for (const part of parts.slice(0, kept)) this.#carryOut(part);
    this.saving.length = 0;
    this.reading.length = 0;
    this.#parts = [];
  }

  /** The oldest snapshot that was taken is durable, and replaces an older one. */
  save(): StoredSnapshot {
    const taken = this.saving.shift();
    demand(taken !== undefined, 'no snapshot is being saved');
    if ((this.snapshot?.meta.index ?? 0) < taken.meta.index) this.snapshot = taken;
    return taken;
  }

  /** A part of the snapshot, or null when it is another by now. */
  read({ snapshotIndex, offset, maxBytes }: SnapshotReading): SnapshotPart | null {
    if (this.snapshot?.meta.index !== snapshotIndex) return null;
    const { data } = this.snapshot;
    const isLast = offset + maxBytes >= data.length;
    return { snapshotIndex, offset, data: data.slice(offset, offset + maxBytes), isLast };
  }

  compact(index: number): void {
    this.entries = this.entries.filter((entry) => entry.index > index);
  }

  #carryOut(part: StoreWrite<Command>): void {
    const { hardState, snapshotChunk, truncateFrom, entries } = part;
    if (hardState !== null) this.hardState = hardState;
    if (snapshotChunk !== null) this.#store(snapshotChunk);
    if (truncateFrom !== null) {
      this.entries = this.entries.filter(({ index }) => index < truncateFrom);
    }
    for (const entry of entries) {
      const last = this.entries.at(-1)?.index ?? this.snapshot?.meta.index ?? 0;
      const next = last + 1;
      demand(entry.index === next, `the core writes entry ${entry.index} where ${next} is next`);
      this.entries.push(entry);
    }
    this.#onDurable(part);
  }

  #store(chunk: SnapshotChunk): void {
    const { snapshot, offset, isLast } = chunk;
    if (offset === 0) this.#parts = [];
    const bytes = this.#parts.flatMap(({ data }) => [...data]);
    const isSame = this.#parts.every(
      ({ snapshot: { index, term } }) => index === snapshot.index && term === snapshot.term,
    );
    demand(isSame && bytes.length === offset, 'the core mixes up the parts of a snapshot');
    this.#parts.push(chunk);
    if (!isLast) return;
    this.snapshot = { meta: snapshot, data: Uint8Array.from([...bytes, ...chunk.data]) };
    this.entries = [];
    this.#parts = [];
  }
}

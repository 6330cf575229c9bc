/**
 * A store that forgets when the process ends. What it holds survives its replica, not its process.
 */

import type { Entry, HardState, LogIndex, SnapshotMeta, Term } from '../raft/index.ts';
import type { SnapshotPart, Store, StoredState, StoreWrite } from './store.ts';

/**
 * A store that forgets when the process ends. What it holds survives its replica, not its process: a
 * node on it must not come back under its old name, since it has forgotten what it promised.
 */
export class MemoryStore<Command> implements Store<Command> {
  #hardState: HardState = { currentTerm: 0 as Term, votedFor: null };
  #snapshot: StoredState<Command>['snapshot'] = null;
  /** The parts of a snapshot that is being received. */
  #parts: Uint8Array[] = [];
  /** Consecutive. */
  readonly #entries: Entry<Command>[] = [];

  async load(): Promise<StoredState<Command>> {
    return {
      hardState: this.#hardState,
      snapshot: this.#snapshot,
      entries: [...this.#entries],
    };
  }

  write(write: StoreWrite<Command>, done: (failure: Error | null) => void): void {
    const { hardState, snapshotChunk, truncateFrom, entries } = write;
    this.#hardState = hardState ?? this.#hardState;
    if (snapshotChunk !== null) {
      if (snapshotChunk.offset === 0) this.#parts = [];
      this.#parts.push(snapshotChunk.data);
      if (snapshotChunk.isLast) this.#install(snapshotChunk.snapshot);
    }
    if (truncateFrom !== null) this.#entries.splice(this.#countBefore(truncateFrom));
    for (const entry of entries) this.#entries.push(entry);
    done(null);
  }

  #install(meta: SnapshotMeta): void {
    this.#snapshot = { meta, data: concatenated(this.#parts) };
    this.#parts = [];
    this.#entries.length = 0;
  }

  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: (failure: Error | null) => void): void {
    if (this.#snapshot === null || meta.index > this.#snapshot.meta.index) {
      this.#snapshot = { meta, data };
    }
    done(null);
  }

  readSnapshot(
    index: LogIndex,
    offset: number,
    maxBytes: number,
    done: (part: SnapshotPart | null) => void,
  ): void {
    if (this.#snapshot?.meta.index !== index) return done(null);
    const { data } = this.#snapshot;
    const end = offset + maxBytes;
    done({ data: data.subarray(offset, end), isLast: end >= data.length });
  }

  compact(index: LogIndex): void {
    this.#entries.splice(0, this.#countBefore(index + 1));
  }

  /** How many entries stand before this index. */
  #countBefore(index: number): number {
    return Math.max(0, index - (this.#entries[0]?.index ?? index));
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

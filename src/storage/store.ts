/** Where a replica's durable writes go. */

import type { Entry, HardState, LogIndex, PersistEffect, SnapshotMeta } from '../raft/index.ts';

/**
 * What is written: term and vote, then the part of a snapshot, then the truncation, then the
 * entries. See PersistEffect.
 */
export type StoreWrite<Command> = Pick<
  PersistEffect<Command>,
  'hardState' | 'snapshotChunk' | 'truncateFrom' | 'entries'
>;

/** What a store holds when a node starts. */
export interface StoredState<Command> {
  readonly hardState: HardState;
  /** The newest complete snapshot. */
  readonly snapshot: { readonly meta: SnapshotMeta; readonly data: Uint8Array } | null;
  /** Consecutive entries; of those that the snapshot covers, perhaps only some, or none. */
  readonly entries: readonly Entry<Command>[];
}

/** A part of a snapshot. */
export interface SnapshotPart {
  readonly data: Uint8Array;
  readonly isLast: boolean;
}

export interface Store<Command> {
  /** What was written and is durable; the initial state if nothing was. */
  load(): Promise<StoredState<Command>>;
  /**
   * Makes a write durable. Writes are carried out in the order of the calls, and `done` is called
   * in that order, at once or later. After a failure every later write fails too.
   */
  write(write: StoreWrite<Command>, done: (failure: Error | null) => void): void;
  /**
   * Makes a snapshot of this node durable, in place of the older ones. Other writes need not wait
   * for it, and `done` may be called in any order with theirs.
   */
  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: (failure: Error | null) => void): void;
  /**
   * Reads a part of the snapshot that ends at `index`; null when a newer one has taken its place.
   * A read sees what was written before it, and nothing that was written after.
   */
  readSnapshot(
    index: LogIndex,
    offset: number,
    maxBytes: number,
    done: (part: SnapshotPart | null) => void,
  ): void;
  /** Entries up to this index are not needed any more. */
  compact(index: LogIndex): void;
}

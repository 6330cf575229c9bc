/**
 * Where a replica's durable writes go. conformance.ts finds out whether a store does what it says
 * here.
 *
 * What is handed to a store, and what a store hands out, is changed by nobody afterwards: either
 * side may keep it as it is.
 */

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
  /** The newest term and vote. */
  readonly hardState: HardState;
  /** The newest complete snapshot. */
  readonly snapshot: { readonly meta: SnapshotMeta; readonly data: Uint8Array } | null;
  /** Consecutive entries; of those that the snapshot covers, perhaps only some, or none. */
  readonly entries: readonly Entry<Command>[];
}

/** A part of a snapshot. */
export interface SnapshotPart {
  readonly data: Uint8Array;
  /** Whether the snapshot ends with it. */
  readonly isLast: boolean;
}

/**
 * Where a replica's durable writes go. `storeConformance` finds out whether a store does what is said
 * here. What is handed to a store, and what it hands out, is changed by nobody afterwards.
 */
export interface Store<Command> {
  /**
   * What was written and is durable; the initial state if nothing was: term 0, no vote, no snapshot,
   * no entries. Called first, and once in each life of a node.
   *
   * After a crash that is everything that was reported, and of what was not, in the order in which
   * it was to be written, a beginning: some part of some write is the last. Parts of a snapshot that
   * is not complete are forgotten.
   */
  load(): Promise<StoredState<Command>>;
  /**
   * Makes a write durable. Writes are carried out in the order of the calls, and `done` is called
   * once for each, in that order, at once or later. After a failure every later write fails too;
   * what failed may be found by the next load, or a part of it, as after a crash.
   */
  write(write: StoreWrite<Command>, done: (failure: Error | null) => void): void;
  /**
   * Makes a snapshot of this node durable, in place of the older ones. Its entries were written
   * before and reported; those after its index stay. When the store has a newer one already, nothing
   * changes, and that is no failure. After a failure the one before it can still be read; the next
   * load may bring either.
   *
   * Other writes need not wait for it, and `done` may be called in any order with theirs.
   */
  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: (failure: Error | null) => void): void;
  /**
   * Reads a part of the snapshot that ends at `index`: `maxBytes` bytes from `offset` on, fewer only where
   * it ends, and nothing from there on. `maxBytes` may be infinite. Null when the newest complete
   * snapshot is another, or cannot be read.
   *
   * A read sees what was reported before it, and nothing that was handed in after it.
   */
  readSnapshot(
    index: LogIndex,
    offset: number,
    maxBytes: number,
    done: (part: SnapshotPart | null) => void,
  ): void;
  /**
   * Entries up to this index, which a durable snapshot covers, are not needed any more: the store
   * may delete them, now, later or never.
   */
  compact(index: LogIndex): void;
}

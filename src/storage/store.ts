/** Where a replica's durable writes go. */

import type { Entry, HardState, PersistEffect } from '../raft/index.ts';

/** What is written: term and vote, then the truncation, then the entries. See PersistEffect. */
export type StoreWrite<Command> = Pick<
  PersistEffect<Command>,
  'hardState' | 'truncateFrom' | 'entries'
>;

/** What a store holds when a node starts. */
export interface StoredState<Command> {
  readonly hardState: HardState;
  readonly entries: readonly Entry<Command>[];
}

export interface Store<Command> {
  /** What was written and is durable; the initial state if nothing was. */
  load(): Promise<StoredState<Command>>;
  /**
   * Makes a write durable. Writes are carried out in the order of the calls, and `done` is called
   * in that order, at once or later. After a failure every later write fails too.
   */
  write(write: StoreWrite<Command>, done: (failure: Error | null) => void): void;
}

/** How a store is made wrong in one way. */

import type { Entry, HardState, SnapshotMeta } from '../../src/raft/index.ts';
import type { MemoryStore, Store, StoredState, StoreWrite } from '../../src/storage/index.ts';

export type Write = StoreWrite<string>;
export type Chunk = NonNullable<Write['snapshotChunk']>;
export type Done = (failure: Error | null) => void;

export interface WrongStore<Inner> {
  readonly defect: string;
  readonly create: (inner: Inner) => Store<string>;
}

/** A store that does what another does, apart from what is given. */
export function like(inner: Store<string>, other: Partial<Store<string>>): Store<string> {
  return {
    load: () => inner.load(),
    write: (write, done) => inner.write(write, done),
    saveSnapshot: (meta, data, done) => inner.saveSnapshot(meta, data, done),
    readSnapshot: (index, offset, max, done) => inner.readSnapshot(index, offset, max, done),
    compact: (index) => inner.compact(index),
    ...other,
  };
}

export type Wrong = WrongStore<MemoryStore<string>>;

export function writing(defect: string, change: (write: Write) => Write): Wrong {
  return {
    defect,
    create: (inner) => like(inner, { write: (write, done) => inner.write(change(write), done) }),
  };
}

export function voting(defect: string, change: (hardState: HardState) => HardState): Wrong {
  return writing(defect, ({ hardState, ...rest }) => ({
    ...rest,
    hardState: hardState && change(hardState),
  }));
}

export function appending(
  defect: string,
  change: (entry: Entry<string>) => Entry<string>[],
): Wrong {
  return writing(defect, ({ entries, ...rest }) => ({ ...rest, entries: entries.flatMap(change) }));
}

/** Changes the text of commands. */
export function spelling(defect: string, change: (command: string) => string): Wrong {
  return appending(defect, (entry) => [
    entry.kind === 'command' ? { ...entry, command: change(entry.command) } : entry,
  ]);
}

export function receiving(defect: string, change: (chunk: Chunk) => Chunk): Wrong {
  return writing(defect, ({ snapshotChunk, ...rest }) => ({
    ...rest,
    snapshotChunk: snapshotChunk && change(snapshotChunk),
  }));
}

export function saving(defect: string, change: (data: Uint8Array) => Uint8Array): Wrong {
  return {
    defect,
    create: (inner) =>
      like(inner, {
        saveSnapshot: (meta, data, done) => inner.saveSnapshot(meta, change(data), done),
      }),
  };
}

export function loading(
  defect: string,
  change: (state: StoredState<string>) => StoredState<string>,
): Wrong {
  return {
    defect,
    create: (inner) => like(inner, { load: async () => change(await inner.load()) }),
  };
}

export type Read = Parameters<Store<string>['readSnapshot']>;

export function reading(
  defect: string,
  read: (inner: Store<string>, ...read: Read) => void,
): Wrong {
  return {
    defect,
    create: (inner) => like(inner, { readSnapshot: (...request) => read(inner, ...request) }),
  };
}

export const asIndex = (index: number): SnapshotMeta['index'] => index as SnapshotMeta['index'];
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

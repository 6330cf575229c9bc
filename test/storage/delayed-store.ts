/**
 * A store that takes its time, like one on a disk: what is handed in waits, is written together with
 * what else waits, and is lost in a crash. It can be told to fail. Its medium is a memory store.
 */

import type { SnapshotMeta } from '../../src/raft/index.ts';
import { type FailingStoreHarness, MemoryStore, type Store } from '../../src/storage/index.ts';
import type { StoredState, StoreWrite } from '../../src/storage/store.ts';
import { partsOf } from '../../src/testbed/simulation/write-parts.ts';

type Done = (failure: Error | null) => void;
type Write = StoreWrite<string>;

/** Parts of a snapshot that is not complete are in memory only. */
const forgetParts = { index: 1, term: 1, membership: { index: 0, membership: {} } };

export class Medium {
  readonly kept: MemoryStore<string> = new MemoryStore();
  isFailing = false;
  /** How many parts of what waits a crash leaves. */
  survivors = 0;

  forget(): void {
    const meta = forgetParts as unknown as SnapshotMeta;
    const snapshotChunk = { snapshot: meta, offset: 0, data: new Uint8Array(0), isLast: false };
    const nothing = { hardState: null, truncateFrom: null, entries: [] };
    this.kept.write({ ...nothing, snapshotChunk }, () => {});
  }
}

export class DelayedStore implements Store<string> {
  protected readonly medium: Medium;
  protected waiting: { readonly write: Write; readonly done: Done }[] = [];
  protected hasFailed = false;
  protected hasCrashed = false;
  #isDue = false;

  constructor(medium: Medium) {
    this.medium = medium;
  }

  load(): Promise<StoredState<string>> {
    return this.medium.kept.load();
  }

  write(write: Write, done: Done): void {
    this.waiting.push({ write, done });
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (!this.hasCrashed) this.sync();
    });
  }

  protected sync(): void {
    const group = this.waiting.splice(0);
    this.hasFailed ||= this.medium.isFailing;
    if (!this.hasFailed) for (const { write } of group) this.commit(write);
    const failure = this.hasFailed ? new Error('the medium fails') : null;
    for (const { done } of group) done(failure);
  }

  protected commit(write: Write): void {
    this.medium.kept.write(write, () => {});
  }

  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: Done): void {
    setImmediate(() => {
      if (this.hasCrashed) return;
      if (this.medium.isFailing) return done(new Error('the medium fails'));
      this.medium.kept.saveSnapshot(meta, data, done);
    });
  }

  readSnapshot(
    ...[index, offset, maxBytes, done]: Parameters<Store<string>['readSnapshot']>
  ): void {
    this.medium.kept.readSnapshot(index, offset, maxBytes, (part) =>
      setImmediate(() => done(part)),
    );
  }

  compact(index: SnapshotMeta['index']): void {
    this.medium.kept.compact(index);
  }

  /** Of what waits, some parts reach the medium. */
  crash(): void {
    this.hasCrashed = true;
    const parts = this.waiting.splice(0).flatMap(({ write }) => partsOf(write));
    for (const part of parts.slice(0, this.medium.survivors)) this.commit(part);
    this.medium.survivors = (this.medium.survivors + 3) % 20;
    this.medium.forget();
  }
}

/** Gives the rules stores of a class on one medium. */
export function delayedHarness(
  create: (medium: Medium) => DelayedStore = (medium) => new DelayedStore(medium),
): FailingStoreHarness {
  const medium = new Medium();
  let store: DelayedStore | null = null;
  return {
    async open() {
      medium.isFailing = false;
      store = create(medium);
      return store;
    },
    async close() {
      medium.forget();
    },
    async crash() {
      store?.crash();
    },
    async destroy() {},
    fail() {
      medium.isFailing = true;
    },
    recover() {
      medium.isFailing = false;
    },
  };
}

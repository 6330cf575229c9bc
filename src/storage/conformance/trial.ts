/**
 * A store on trial, in one life after the other. It keeps account of what the store was given and
 * of what it has reported, so that each load can be held against that.
 */

import type { LogIndex, SnapshotMeta } from '../../raft/index.ts';
import type { SnapshotPart, Store, StoredState, StoreWrite } from '../store.ts';
import type { Expected } from './expected.ts';
import { Ledger } from './ledger.ts';
import { firstDifference } from './shown.ts';

/** Gives the suite stores on one medium: a directory, a bucket, an object. */
export interface StoreHarness {
  /** A store on the medium, which is empty the first time. Only one is in use at a time. */
  open(): Promise<Store<string>>;
  /** Ends the store in use in good order; nothing is under way. */
  close(): Promise<void>;
  /**
   * Ends the store in use as a crash of its process or a power cut would, at once: what it has not
   * reported may be lost.
   */
  crash(): Promise<void>;
  /** Removes the medium, and ends the store in use if there is one. */
  destroy(): Promise<void>;
}

export type Ending = 'close' | 'crash';

export const nothing: StoreWrite<string> = {
  hardState: null,
  snapshotChunk: null,
  truncateFrom: null,
  entries: [],
};

export class Trial<Harness extends StoreHarness = StoreHarness> {
  readonly harness: Harness;
  readonly #ledger = new Ledger();
  #store: Store<string>;
  #life = 1;
  /** What the store in use does not do as it must, where nobody can be told at once. */
  #fault: string | null = null;

  private constructor(harness: Harness, store: Store<string>) {
    this.harness = harness;
    this.#store = store;
  }

  /** Opens the store for the first time. */
  static async begin<Harness extends StoreHarness>(harness: Harness): Promise<Trial<Harness>> {
    const store = await harness.open();
    const trial = new Trial(harness, store);
    trial.#compare(await store.load(), 'a new store');
    return trial;
  }

  get reported(): Expected {
    return this.#ledger.reported;
  }

  get store(): Store<string> {
    return this.#store;
  }

  get hasPending(): boolean {
    return this.#ledger.hasPending;
  }

  /**
   * Ends the store and opens the next; what that loads must be what was reported, and after a crash
   * perhaps a beginning of what was not.
   */
  async reopen(ending: Ending = 'crash'): Promise<StoredState<string>> {
    this.assertNoFault();
    this.#life++;
    if (ending === 'close') await this.harness.close();
    else await this.harness.crash();
    const store = await this.harness.open();
    this.#store = store;
    const state = await store.load();
    this.#compare(state, ending === 'close' ? 'after a restart' : 'after a crash');
    return state;
  }

  /** Writes, and waits for the report. What is left out does not change. */
  async write(parts: Partial<StoreWrite<string>>): Promise<void> {
    await this.queue(parts);
    this.assertNoFault();
  }

  /**
   * Hands a write in. The promise is resolved when it is reported, rejected when it fails.
   *
   * @param onReported called from within the report
   */
  queue(parts: Partial<StoreWrite<string>>, onReported: () => void = () => {}): Promise<void> {
    const write = { ...nothing, ...parts };
    const pending = this.#ledger.handIn(write);
    return this.#watch(
      'a write',
      (done) => this.#store.write(write, done),
      () => {
        if (!this.#ledger.report(pending)) {
          this.#fault ??= 'a write was reported before one that was handed in before it';
        }
        onReported();
      },
    );
  }

  /** Saves a snapshot of this node's own, and waits for the report. */
  async save(meta: SnapshotMeta, data: Uint8Array): Promise<void> {
    await this.queueSave(meta, data);
    this.assertNoFault();
  }

  queueSave(meta: SnapshotMeta, data: Uint8Array): Promise<void> {
    const snapshot = this.#ledger.handInSnapshot(meta, data);
    return this.#watch(
      'saving a snapshot',
      (done) => this.#store.saveSnapshot(meta, data, done),
      () => this.#ledger.reportSnapshot(snapshot),
    );
  }

  #watch(
    what: string,
    start: (done: (failure: Error | null) => void) => void,
    onReported: () => void,
  ): Promise<void> {
    const life = this.#life;
    let reports = 0;
    const outcome = new Promise<void>((resolve, reject) => {
      start((failure) => {
        // What a store says that has crashed is heard by nobody.
        if (life !== this.#life) return;
        reports++;
        if (reports > 1) this.#fault ??= `${what} was reported twice`;
        else if (failure !== null) reject(new Error(`${what} failed: ${failure.message}`));
        else {
          onReported();
          resolve();
        }
      });
    });
    outcome.catch(() => {});
    return outcome;
  }

  read(
    index: number,
    offset = 0,
    maxBytes: number = Number.POSITIVE_INFINITY,
  ): Promise<SnapshotPart | null> {
    return new Promise((resolve) => {
      this.#store.readSnapshot(index as LogIndex, offset, maxBytes, resolve);
    });
  }

  /** A read must bring this, and say whether it is the end. */
  async assertRead(
    [index, offset, maxBytes]: readonly [index: number, offset: number, maxBytes: number],
    expected: Uint8Array | null,
    isLast = true,
  ): Promise<void> {
    const what = `${maxBytes} bytes from ${offset} on of the snapshot at ${index}`;
    const part = await this.read(index, offset, maxBytes);
    if (part === null || expected === null) {
      assertThat(part === expected, () => `${what}: ${part === null ? 'null' : 'a part'} was read`);
      return;
    }
    const difference = firstDifference(expected, part.data);
    assertThat(difference === null, () => `${what}: ${difference}`);
    assertThat(part.isLast === isLast, () => `${what}: isLast is ${part.isLast}`);
  }

  compact(index: number): void {
    this.#store.compact(index as LogIndex);
  }

  assertNoFault(): void {
    assertThat(this.#fault === null, () => this.#fault ?? '');
  }

  #compare(state: StoredState<string>, when: string): void {
    const fault = this.#ledger.judge(state);
    assertThat(fault === null, () => `${when}: ${fault}`);
  }
}

/** @throws Error when it does not hold */
export function assertThat(holds: boolean, problem: () => string): void {
  if (!holds) throw new Error(problem());
}

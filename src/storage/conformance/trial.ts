/**
 * A store on trial, in one life after the other. It keeps account of what the store was given and
 * of what it has reported, so that each load can be held against that.
 */

import type { LogIndex, SnapshotMeta } from '../../raft/index.ts';
import type { SnapshotPart, Store, StoredState, StoreWrite } from '../store.ts';
import { Expected, type Snapshot, type Step, stepsOf } from './expected.ts';
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

interface Pending {
  readonly steps: readonly Step[];
}

export class Trial<Harness extends StoreHarness = StoreHarness> {
  readonly harness: Harness;
  /** What was reported: a load must bring it. */
  #reported = new Expected();
  /** Handed in and not reported, oldest first. */
  #pending: Pending[] = [];
  readonly #saving = new Set<Snapshot>();
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
    return this.#reported;
  }

  get store(): Store<string> {
    return this.#store;
  }

  get hasPending(): boolean {
    return this.#pending.length > 0 || this.#saving.size > 0;
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
    const pending: Pending = { steps: stepsOf(write) };
    this.#pending.push(pending);
    return this.#watch(
      'a write',
      (done) => this.#store.write(write, done),
      () => {
        if (this.#pending[0] !== pending) {
          this.#fault ??= 'a write was reported before one that was handed in before it';
        }
        this.#pending = this.#pending.filter((other) => other !== pending);
        for (const step of pending.steps) this.#reported.carryOut(step);
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
    // What the store makes of the bytes that it is given must not change what is expected of it.
    const snapshot = { meta, data: data.slice() };
    this.#saving.add(snapshot);
    const start = (done: (failure: Error | null) => void): void =>
      this.#store.saveSnapshot(meta, data, done);
    return this.#watch('saving a snapshot', start, () => {
      this.#saving.delete(snapshot);
      this.#reported.save(snapshot);
    });
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

  /** The store holds one of the states that it may hold; which one, is known from now on. */
  #compare(state: StoredState<string>, when: string): void {
    let fault = '';
    for (const candidate of this.#candidates()) {
      candidate.restart();
      const problem = candidate.fault(state);
      if (problem === null) {
        this.#reported = candidate;
        this.#pending = [];
        this.#saving.clear();
        return;
      }
      fault ||= problem;
    }
    const unreported = this.hasPending ? ', whatever is taken of what was not reported' : '';
    throw new Error(`${when}${unreported}: ${fault}`);
  }

  /** What was reported, and with more and more of what was not. */
  *#candidates(): Generator<Expected> {
    const steps = this.#pending.flatMap((pending) => pending.steps);
    for (const saved of subsets([...this.#saving])) {
      const candidate = this.#reported.copy();
      for (const snapshot of saved) candidate.save(snapshot);
      yield candidate.copy();
      for (const step of steps) {
        candidate.carryOut(step);
        yield candidate.copy();
      }
    }
  }
}

function subsets<Item>(items: readonly Item[]): Item[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]]);
}

/** @throws Error when it does not hold */
export function assertThat(holds: boolean, problem: () => string): void {
  if (!holds) throw new Error(problem());
}

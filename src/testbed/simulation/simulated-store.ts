/**
 * A disk between a node and its medium: writes take time, fail, and are lost in a crash unless they
 * were synced, whole or from some part on.
 *
 * The medium is the store that keeps what it is given; what is lost never gets there.
 */

import { nextFraction, nextInteger, type Random, type SnapshotMeta } from '../../raft/index.ts';
import type { Clock } from '../../replica/index.ts';
import { MemoryStore } from '../../storage/memory.ts';
import type { SnapshotPart, Store, StoredState, StoreWrite } from '../../storage/store.ts';
import { partsOf } from './write-parts.ts';

/** How a disk behaves; times by the simulation's clock, chances from 0 to 1. */
export interface DiskFaults {
  /** How long a sync takes, on average; 0 is at once. */
  readonly diskMs: number;
  /** The chance that a write fails, and with it all that follow until the node starts again. */
  readonly diskFailure: number;
  /** The chance that a crash loses all that was not synced. Otherwise it loses a part of it. */
  readonly lostWrites: number;
}

/** Told of what has reached the medium. */
export interface DiskWitness<Command> {
  onDurable(write: StoreWrite<Command>): void;
  /** A snapshot was taken, and is on its way to the medium. */
  onSnapshot(index: SnapshotMeta['index'], bytes: number): void;
}

/** What a failed write is reported with; a node that stops because of it is right. */
export const writeFailure = 'the disk does not write';

interface Pending<Command> {
  readonly write: StoreWrite<Command>;
  readonly done: (failure: Error | null) => void;
}

export class SimulatedStore<Command> implements Store<Command> {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #witness: DiskWitness<Command>;
  readonly #medium = new MemoryStore<Command>();
  #faults: DiskFaults;
  readonly #pending: Pending<Command>[] = [];
  #isSyncing = false;
  #hasFailed = false;
  #isRotten = false;
  /** What was under way in an earlier life of the node is over. */
  #life = 0;

  constructor(clock: Clock, random: Random, faults: DiskFaults, witness: DiskWitness<Command>) {
    this.#clock = clock;
    this.#random = random;
    this.#faults = faults;
    this.#witness = witness;
  }

  /** How it behaves from now on. */
  setFaults(faults: DiskFaults): void {
    this.#faults = faults;
  }

  async load(): Promise<StoredState<Command>> {
    if (this.#isRotten) throw new Error('the disk does not hold what was written');
    this.#hasFailed = false;
    return await this.#medium.load();
  }

  write(write: StoreWrite<Command>, done: (failure: Error | null) => void): void {
    const { diskMs, diskFailure } = this.#faults;
    if (diskFailure > 0 && nextFraction(this.#random) < diskFailure) this.#hasFailed = true;
    if (diskMs === 0 && this.#pending.length === 0 && !this.#hasFailed) {
      this.#commit(write);
      return done(null);
    }
    this.#pending.push({ write, done });
    this.#sync();
  }

  /** Everything that waits when a sync begins is durable when it ends: group commit. */
  #sync(): void {
    if (this.#isSyncing || this.#pending.length === 0) return;
    this.#isSyncing = true;
    const group = this.#pending.length;
    this.#later(() => {
      this.#isSyncing = false;
      if (this.#hasFailed) return this.#fail();
      const synced = this.#pending.splice(0, group);
      for (const { write } of synced) this.#commit(write);
      const life = this.#life;
      for (const { done } of synced) if (life === this.#life) done(null);
      this.#sync();
    });
  }

  #commit(write: StoreWrite<Command>): void {
    this.#medium.write(write, () => {});
    this.#witness.onDurable(write);
  }

  /** Nothing of it is known to be durable, though some of it may be: see `crash`. */
  #fail(): void {
    const life = this.#life;
    for (const { done } of [...this.#pending]) {
      if (life === this.#life) done(new Error(writeFailure));
    }
  }

  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: (failure: Error | null) => void): void {
    this.#witness.onSnapshot(meta.index, data.length);
    this.#soon(() => {
      if (nextFraction(this.#random) < this.#faults.diskFailure) {
        return done(new Error('the disk is full'));
      }
      this.#medium.saveSnapshot(meta, data, () => {});
      done(null);
    });
  }

  readSnapshot(
    index: SnapshotMeta['index'],
    offset: number,
    maxBytes: number,
    done: (part: SnapshotPart | null) => void,
  ): void {
    // What is read is what the store has now: see Store.
    this.#medium.readSnapshot(index, offset, maxBytes, (part) => this.#soon(() => done(part)));
  }

  compact(index: SnapshotMeta['index']): void {
    this.#medium.compact(index);
  }

  /** From now on a node that starts finds that its disk cannot be trusted. */
  rot(): void {
    this.#isRotten = true;
  }

  get isRotten(): boolean {
    return this.#isRotten;
  }

  get isLost(): boolean {
    return this.#isRotten;
  }

  /** The power fails. Of what waits for its sync, some parts may have reached the medium. */
  crash(): void {
    this.#life++;
    this.#isSyncing = false;
    const unsynced = this.#pending.splice(0).flatMap(({ write }) => partsOf(write));
    if (unsynced.length === 0 || nextFraction(this.#random) < this.#faults.lostWrites) return;
    const kept = nextInteger(this.#random, 0, unsynced.length + 1);
    for (const part of unsynced.slice(0, kept)) this.#commit(part);
  }

  #soon(action: () => void): void {
    if (this.#faults.diskMs === 0) action();
    else this.#later(action);
  }

  #later(action: () => void): void {
    const life = this.#life;
    this.#clock.after(2 * this.#faults.diskMs * nextFraction(this.#random), () => {
      if (life === this.#life) action();
    });
  }
}

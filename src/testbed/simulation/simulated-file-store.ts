/**
 * A node's file store on a simulated disk: the store that real nodes have, a new one in each life,
 * and a disk that outlives them. What is durable is known from what the store acknowledges, and
 * after a crash from what it loads; both are held against what it was asked to write.
 */

import { nextFraction, type Random, type SnapshotMeta } from '../../raft/index.ts';
import type { Clock } from '../../replica/index.ts';
import { FileStore, type FileStoreOptions } from '../../storage/file-store.ts';
import type { SnapshotPart, StoredState, StoreWrite } from '../../storage/store.ts';
import { mountDisk } from './mounted-disk.ts';
import type { FileFaults, NodeStore } from './node-store.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { type DiskWitness, writeFailure } from './simulated-store.ts';
import { StoreModel } from './store-model.ts';

/** Who fails at once and starts again at once might do so for ever. */
const failedStartMs = 10;

const defaultSegmentBytes = 64 * 1024;

type Done = (failure: Error | null) => void;

export interface SimulatedFileStoreOptions<Command> {
  readonly node: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly witness: DiskWitness<Command>;
  readonly format: FileStoreOptions<Command>['format'];
  readonly faults: FileFaults;
  /** The store is wrong, or has failed without a reason. */
  readonly onBroken: (rule: string, detail: string) => void;
  /** The disk has failed while the store was loaded: the node does not start. */
  readonly onFailedStart: () => void;
  /** Promises may have been settled. */
  readonly onTurn: () => void;
}

export class SimulatedFileStore<Command> implements NodeStore<Command> {
  readonly #options: SimulatedFileStoreOptions<Command>;
  readonly #disk: SimulatedDisk;
  readonly #model = new StoreModel<Command>();
  #faults: FileFaults;
  /** Of this life. */
  #store: FileStore<Command> | null = null;
  #isRotten = false;
  #isLost = false;

  constructor(options: SimulatedFileStoreOptions<Command>) {
    this.#options = options;
    this.#faults = options.faults;
    this.#disk = new SimulatedDisk(options);
  }

  setFaults(faults: FileFaults): void {
    this.#faults = faults;
    this.#disk.faults = faults;
    if (faults.diskRoomBytes === 0) this.#disk.capacityBytes = Number.POSITIVE_INFINITY;
  }

  async load(acts: () => boolean): Promise<StoredState<Command>> {
    const { node, format, onTurn } = this.#options;
    const { segmentBytes, diskRoomBytes } = this.#faults;
    const disk = this.#disk;
    if (diskRoomBytes > 0) disk.makeRoom(2 * diskRoomBytes);
    const store = new FileStore<Command>({
      disk: mountDisk(disk, acts),
      node,
      format,
      segmentBytes: segmentBytes === 0 ? defaultSegmentBytes : segmentBytes,
      createId: () => node,
    });
    const { crashes } = disk;
    const loaded = await store.load().catch((error) => error as Error);
    onTurn();
    // A life that is over learns nothing.
    if (crashes !== disk.crashes) return await new Promise(() => {});
    if (loaded instanceof Error) return await this.#refuse(loaded);
    this.#judge(loaded);
    this.#store = store;
    return loaded;
  }

  async #refuse(error: Error): Promise<StoredState<Command>> {
    const { clock, onBroken, onFailedStart } = this.#options;
    const { crashes } = this.#disk;
    if (this.#disk.hasFailed) {
      clock.after(failedStartMs, () => {
        if (crashes === this.#disk.crashes) onFailedStart();
      });
      return await new Promise(() => {});
    }
    if (this.#isRotten) this.#isLost = true;
    else onBroken('a store opens after a crash', error.message);
    throw error;
  }

  /** What was not acknowledged may be there all the same. */
  #judge(loaded: StoredState<Command>): void {
    const { witness, onBroken } = this.#options;
    const found = this.#model.find(loaded);
    if (found.kind === 'wrong') {
      return onBroken('a store comes back with what it has acknowledged', found.problem);
    }
    for (const part of found.parts) witness.onDurable(part);
    this.#model.restart(loaded, found.parts);
  }

  write(write: StoreWrite<Command>, done: Done): void {
    this.#model.write(write);
    this.#open().write(
      write,
      this.#inThisLife((failure) => {
        if (failure !== null) return done(this.#explain(failure));
        if (this.#model.acknowledge() !== write) {
          this.#options.onBroken('writes are acknowledged in their order', '');
        }
        this.#options.witness.onDurable(write);
        done(null);
      }),
    );
  }

  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: Done): void {
    this.#options.witness.onSnapshot(meta.index, data.length);
    const acknowledge = this.#model.saveSnapshot(meta, data);
    this.#open().saveSnapshot(
      meta,
      data,
      this.#inThisLife((failure) => {
        if (failure === null) acknowledge();
        done(failure === null ? null : this.#explain(failure));
      }),
    );
  }

  readSnapshot(
    index: SnapshotMeta['index'],
    offset: number,
    maxBytes: number,
    done: (part: SnapshotPart | null) => void,
  ): void {
    this.#open().readSnapshot(index, offset, maxBytes, this.#inThisLife(done));
  }

  compact(index: SnapshotMeta['index']): void {
    this.#model.compact(index);
    this.#open().compact(index);
  }

  rot(): void {
    if (this.#disk.rot(() => true) !== null) this.#isRotten = true;
  }

  get isRotten(): boolean {
    return this.#isRotten;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  crash(): void {
    this.#store = null;
    const { kills } = this.#faults;
    if (kills > 0 && nextFraction(this.#options.random) < kills) this.#disk.kill();
    else this.#disk.crash();
  }

  #open(): FileStore<Command> {
    if (this.#store === null) throw new Error('the store is not loaded');
    // It works when its microtasks run.
    this.#options.onTurn();
    return this.#store;
  }

  /** What is called back when the node has crashed meanwhile is not for the next life. */
  #inThisLife<Argument>(action: (argument: Argument) => void): (argument: Argument) => void {
    const store = this.#store;
    return (argument) => {
      if (store !== this.#store) return;
      this.#options.onTurn();
      action(argument);
    };
  }

  /** A disk that was told to fail is a good reason; anything else is not. */
  #explain(failure: Error): Error {
    if (this.#disk.hasFailed || this.#isRotten) return new Error(writeFailure);
    this.#options.onBroken('a store fails only with its disk', failure.message);
    return failure;
  }
}

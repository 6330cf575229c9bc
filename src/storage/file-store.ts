/**
 * A store on files: a write-ahead log in segments, and snapshots beside it. docs/storage.md says
 * what is in each file, and in which order things become durable.
 *
 * What is written is queued, and everything that was queued during one sync goes into the next.
 * (Group commit; DeWitt and others, "Implementation Techniques for Main Memory Database Systems",
 * 1984) The first failure is the last: a disk that has failed to write or to sync is not asked again,
 * since a later sync that succeeds says nothing about what the earlier one has lost. (Rebello and
 * others, "Can Applications Recover from fsync Failures?", 2020)
 */

import { randomBytes } from 'node:crypto';
import type { LogIndex, SnapshotChunk, SnapshotMeta } from '../raft/index.ts';
import type { Disk } from './disk.ts';
import { distrustful } from './distrustful-disk.ts';
import type { CommandFormat } from './log-record.ts';
import { openStore, type StoreRepair } from './opening.ts';
import { StoreRefusal } from './refusal.ts';
import type { LogUsage } from './segment-sizes.ts';
import type { LogWrite, SegmentedLog } from './segmented-log.ts';
import type { SnapshotFiles } from './snapshot-files.ts';
import type { SnapshotPart, Store, StoredState, StoreWrite } from './store.ts';

/** Where a file store is, whose it is, and how commands stand in it. */
export interface FileStoreOptions<Command> {
  /** The directory: `nodeDisk`, or a disk of your own. */
  readonly disk: Disk;
  /** Whose promises are kept here; a directory of another node is refused. */
  readonly node: string;
  /**
   * What tells its cluster from others, such as the first members' names: their promises rest on
   * it, so a directory of another cluster is refused. Default: empty.
   */
  readonly cluster?: string;
  /** How commands become bytes. What stands in a log must be read by every later version of it. */
  readonly format: CommandFormat<Command>;
  /** How large a segment of the log is, unless one write is larger. Default: 8 MiB. */
  readonly segmentBytes?: number;
  /** What a store that is created is called. Default: 16 random bytes, in hexadecimal digits. */
  readonly createId?: () => string;
  /** Told of what a crash has left, and was cut off. */
  readonly onRepair?: (repair: StoreRepair) => void;
}

type Done = (failure: Error | null) => void;

/** What waits for its turn. */
type Task<Command> =
  | { readonly kind: 'log'; readonly logWrite: LogWrite<Command>; readonly done: Done }
  /** A write with a part of a snapshot. */
  | {
      readonly kind: 'part';
      readonly write: StoreWrite<Command>;
      readonly chunk: SnapshotChunk;
      readonly done: Done;
    }
  | { readonly kind: 'read'; readonly read: () => void };

const defaultSegmentBytes = 8 * 1024 * 1024;

/** How much goes into one sync, in entries, so that those who wait are not kept waiting for long. */
const maxGroupEntries = 16_384;

/**
 * A store on files: a write-ahead log in segments, and snapshots beside it. docs/storage.md says what
 * is in each file, and in which order things become durable; docs/storage-operations.md, what to do
 * when one does not open.
 *
 * Writes that come while a sync is under way go into the next one together. The first failure is the
 * last: after it every write fails, until the store is opened anew.
 */
export class FileStore<Command> implements Store<Command> {
  readonly #options: FileStoreOptions<Command>;
  #log: SegmentedLog<Command> | null = null;
  #snapshots: SnapshotFiles | null = null;
  #tasks: Task<Command>[] = [];
  #isBusy = false;
  #failure: Error | null = null;
  #onIdle: (() => void) | null = null;
  /** Snapshots of this node that are being written. */
  readonly #saves = new Set<Promise<void>>();

  constructor(options: FileStoreOptions<Command>) {
    this.#options = options;
  }

  /**
   * Takes the directory for this process, and reads what is in it; once in the life of a store.
   *
   * @throws StoreRefusal, or the file system's own error
   */
  async load(): Promise<StoredState<Command>> {
    if (this.#log !== null) throw new Error('a file store is loaded once');
    const { log, snapshots, state } = await openStore({
      cluster: '',
      segmentBytes: defaultSegmentBytes,
      createId: () => randomBytes(16).toString('hex'),
      onRepair: () => {},
      ...this.#options,
      disk: distrustful(this.#options.disk),
    });
    this.#log = log;
    this.#snapshots = snapshots;
    return state;
  }

  /** What the log takes on its disk; null before it is loaded. */
  get logUsage(): LogUsage | null {
    return this.#log?.usage ?? null;
  }

  write(write: StoreWrite<Command>, done: Done): void {
    const { snapshotChunk: chunk } = write;
    if (chunk !== null) return this.#queue({ kind: 'part', write, chunk, done });
    this.#queue({ kind: 'log', logWrite: { kind: 'write', write, installed: null }, done });
  }

  saveSnapshot(meta: SnapshotMeta, data: Uint8Array, done: Done): void {
    const { log, snapshots } = this.#opened();
    const adopt: Done = (failure) => {
      if (failure === null) snapshots.adopt(log.snapshot);
      done(failure);
    };
    const save = snapshots.save(meta, data).then(
      (snapshot) =>
        this.#queue({ kind: 'log', logWrite: { kind: 'snapshotSaved', snapshot }, done: adopt }),
      // The log is whole without it; it is tried again later.
      (failure) => done(failure as Error),
    );
    this.#saves.add(save);
    void save.finally(() => this.#saves.delete(save));
  }

  readSnapshot(
    index: LogIndex,
    offset: number,
    maxBytes: number,
    done: (part: SnapshotPart | null) => void,
  ): void {
    const { snapshots } = this.#opened();
    const read = (): void => {
      snapshots.read(index, offset, maxBytes).then(done, (failure) => {
        this.#fail(failure as Error);
        done(null);
      });
    };
    this.#queue({ kind: 'read', read });
  }

  compact(index: LogIndex): void {
    const { log } = this.#opened();
    const covered = log.snapshot?.meta.index ?? 0;
    log.compact(Math.min(index, covered) as LogIndex);
  }

  /** Writes what is queued, and gives the directory up. What comes later fails. */
  async close(): Promise<void> {
    await Promise.all(this.#saves);
    if (this.#isBusy || this.#tasks.length > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    this.#failure ??= new Error(`the store in ${this.#options.disk.path} is closed`);
    await this.#snapshots?.close();
    await this.#log?.close();
    await this.#options.disk.release();
  }

  #opened(): { readonly log: SegmentedLog<Command>; readonly snapshots: SnapshotFiles } {
    if (this.#log === null || this.#snapshots === null) throw new Error('load the store first');
    return { log: this.#log, snapshots: this.#snapshots };
  }

  #queue(task: Task<Command>): void {
    this.#opened();
    this.#tasks.push(task);
    if (this.#isBusy) return;
    this.#isBusy = true;
    // What is asked for in this turn goes into one sync.
    queueMicrotask(() => this.#work());
  }

  #work(): void {
    for (;;) {
      const [next] = this.#tasks;
      if (next === undefined) break;
      if (next.kind === 'read') {
        this.#tasks.shift();
        next.read();
        continue;
      }
      if (this.#failure !== null || this.#isOutdated(next)) {
        this.#tasks.shift();
        next.done(this.#failure);
        continue;
      }
      return next.kind === 'part' ? this.#writePart(next) : this.#writeGroup();
    }
    this.#isBusy = false;
    this.#onIdle?.();
  }

  /** While this snapshot was being saved, a newer one has come from the leader. */
  #isOutdated(task: Task<Command>): boolean {
    if (task.kind !== 'log' || task.logWrite.kind !== 'snapshotSaved') return false;
    const { log, snapshots } = this.#opened();
    const { snapshot } = task.logWrite;
    if (snapshot.meta.index > (log.snapshot?.meta.index ?? 0)) return false;
    snapshots.discard(snapshot);
    return true;
  }

  /** All that waits, up to what has to be looked at by itself, goes into one sync. */
  #writeGroup(): void {
    const writes: LogWrite<Command>[] = [];
    const dones: Done[] = [];
    let entries = 0;
    for (const task of this.#tasks) {
      if (task.kind !== 'log' || entries >= maxGroupEntries) break;
      if (task.logWrite.kind === 'snapshotSaved' && writes.length > 0) break;
      writes.push(task.logWrite);
      dones.push(task.done);
      if (task.logWrite.kind === 'write') entries += task.logWrite.write.entries.length;
    }
    this.#tasks = this.#tasks.slice(writes.length);
    this.#append(writes, (failure) => {
      for (const done of dones) done(failure);
    });
  }

  /** The part itself, and the snapshot that it may complete, before what the log says of them. */
  #writePart({ write, chunk, done }: Extract<Task<Command>, { kind: 'part' }>): void {
    const { log, snapshots } = this.#opened();
    this.#tasks.shift();
    snapshots.receive(chunk).then(
      (installed) => {
        this.#append([{ kind: 'write', write, installed }], (failure) => {
          if (failure === null && installed !== null) snapshots.adopt(log.snapshot);
          done(failure);
        });
      },
      (failure) => {
        done(this.#fail(failure as Error));
        this.#work();
      },
    );
  }

  #append(writes: readonly LogWrite<Command>[], done: Done): void {
    const { log } = this.#opened();
    log.append(writes, (failure) => {
      done(failure === null ? null : this.#fail(failure));
      // What those who were waiting ask for next goes into the next sync together.
      queueMicrotask(() => this.#work());
    });
  }

  #fail(failure: Error): Error {
    const { path } = this.#options.disk;
    this.#failure ??=
      failure instanceof StoreRefusal
        ? failure
        : new StoreRefusal('failed', path, failure.message, path);
    return this.#failure;
  }
}

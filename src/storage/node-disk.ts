/** A directory of the real file system, by node:fs. */

import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DirectoryLock, lockHolder } from './directory-lock.ts';
import type { Disk, DiskFile } from './disk.ts';
import { makeDirectories } from './make-directories.ts';
import { QuickSyncs } from './quick-syncs.ts';

const lockFile = 'lock';

/** The process that uses a directory as a store, or null. */
export function userOf(path: string): Promise<number | null> {
  return lockHolder(join(path, lockFile));
}

/** Told of each write that was made durable, after the fact; for metrics. Times in milliseconds. */
export interface DiskObserver {
  /** So many bytes were made durable: the write took so long, and then the sync. */
  onPersisted?(bytes: number, writeMs: number, syncMs: number): void;
}

/**
 * A directory of the real file system. What fails rejects with the file system's own error.
 *
 * @param path of the directory; it is created, with those above it, when it is acquired
 */
export function nodeDisk(path: string, observer: DiskObserver = {}): Disk {
  let lock: DirectoryLock | null = null;
  const at = (name: string): string => join(path, name);
  return {
    path,
    async acquire() {
      const first = makeDirectories(path);
      // What was created has to stay: each new name is in the directory above it.
      for (let created = resolve(path); first !== null; created = dirname(created)) {
        await syncDirectory(dirname(created));
        if (created === first) break;
      }
      lock = await DirectoryLock.acquire(at(lockFile), path);
    },
    async release() {
      await lock?.release();
      lock = null;
    },
    list: () => fs.promises.readdir(path),
    read: (name, offset = 0, length) => readPart(at(name), offset, length),
    async open(name) {
      const { O_RDWR, O_CREAT } = fs.constants;
      return new NodeFile(await openFile(at(name), O_RDWR | O_CREAT), observer);
    },
    rename: (from, to) => fs.promises.rename(at(from), at(to)),
    remove: (name) => fs.promises.unlink(at(name)),
    syncNames: () => syncDirectory(path),
  };
}

async function readPart(path: string, offset: number, length?: number): Promise<Uint8Array> {
  const file = await fs.promises.open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, Math.min(length ?? size, size - offset)));
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await fs.promises.open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function openFile(path: string, flags: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(path, flags, 0o644, (error, fd) => (error === null ? resolve(fd) : reject(error)));
  });
}

class NodeFile implements DiskFile {
  readonly #fd: number;
  readonly #observer: DiskObserver;
  readonly #quickSyncs = new QuickSyncs();

  constructor(fd: number, observer: DiskObserver) {
    this.#fd = fd;
    this.#observer = observer;
  }

  persist(data: Uint8Array, position: number, done: (failure: Error | null) => void): void {
    const startMs = performance.now();
    if (!this.#quickSyncs.isExpected(data.length)) {
      return this.#persistLater(data, position, startMs, done);
    }
    try {
      writeAllNow(this.#fd, data, position);
      const writtenMs = performance.now();
      fs.fdatasyncSync(this.#fd);
      this.#note(data.length, startMs, writtenMs);
    } catch (error) {
      return done(error as Error);
    }
    done(null);
  }

  #persistLater(
    data: Uint8Array,
    position: number,
    startMs: number,
    done: (failure: Error | null) => void,
  ): void {
    writeAll(this.#fd, data, position, (writeFailure) => {
      if (writeFailure !== null) return done(writeFailure);
      const writtenMs = performance.now();
      fs.fdatasync(this.#fd, (failure) => {
        if (failure === null) this.#note(data.length, startMs, writtenMs);
        done(failure);
      });
    });
  }

  #note(bytes: number, startMs: number, writtenMs: number): void {
    const endMs = performance.now();
    this.#quickSyncs.note(endMs - startMs);
    this.#observer.onPersisted?.(bytes, writtenMs - startMs, endMs - writtenMs);
  }

  write(data: Uint8Array, position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      writeAll(this.#fd, data, position, (failure) =>
        failure === null ? resolve() : reject(failure),
      );
    });
  }

  sync(): Promise<void> {
    return promise((done) => fs.fsync(this.#fd, done));
  }

  close(): Promise<void> {
    return promise((done) => fs.close(this.#fd, done));
  }
}

function promise(action: (done: (failure?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    action((failure) => (failure ? reject(failure) : resolve()));
  });
}

/** A write may be cut short, and goes on where it was. */
function writeAllNow(fd: number, data: Uint8Array, position: number): void {
  for (let written = 0; written < data.length; ) {
    const count = fs.writeSync(fd, data, written, data.length - written, position + written);
    if (count === 0) throw takesNoMore();
    written += count;
  }
}

function writeAll(
  fd: number,
  data: Uint8Array,
  position: number,
  done: (failure: Error | null) => void,
): void {
  const writeFrom = (written: number): void => {
    if (written === data.length) return done(null);
    fs.write(fd, data, written, data.length - written, position + written, (failure, count) => {
      if (failure !== null) done(failure);
      else if (count === 0) done(takesNoMore());
      else writeFrom(written + count);
    });
  };
  writeFrom(0);
}

function takesNoMore(): Error {
  return new Error('the disk takes nothing more');
}

/**
 * A disk that is asked for nothing more once it could not make names durable. A later sync that
 * succeeds says nothing about the names that the earlier one was for, and nobody can tell whose they
 * were: another segment's, which is written to next, among them. (Rebello and others, "Can
 * Applications Recover from fsync Failures?", 2020)
 */

import type { Disk, DiskFile } from './disk.ts';

export function distrustful(disk: Disk): Disk {
  let failure: Error | null = null;
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    path: disk.path,
    acquire: () => disk.acquire(),
    release: () => disk.release(),
    list: () => disk.list(),
    read: (...where) => disk.read(...where),
    async open(name) {
      check();
      return distrustfulFile(await disk.open(name), () => failure);
    },
    async rename(from, to) {
      check();
      await disk.rename(from, to);
    },
    async remove(name) {
      check();
      await disk.remove(name);
    },
    async syncNames() {
      check();
      await disk.syncNames().catch((error) => {
        failure ??= error as Error;
      });
      // Another may have failed meanwhile, and with it this one.
      check();
    },
  };
}

function distrustfulFile(file: DiskFile, failureOf: () => Error | null): DiskFile {
  const check = (): void => {
    const failure = failureOf();
    if (failure !== null) throw failure;
  };
  return {
    persist(data, position, done) {
      const failure = failureOf();
      if (failure === null) file.persist(data, position, done);
      else done(failure);
    },
    async write(data, position) {
      check();
      await file.write(data, position);
    },
    async sync() {
      check();
      await file.sync();
    },
    close: () => file.close(),
  };
}

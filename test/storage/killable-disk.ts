/**
 * A real directory, from under which the process can be pulled: what is asked of the disk after
 * that is never done, and nobody hears of it. What was written stays, as it does when a process is
 * killed. It can be made to fail, too.
 */

import type { Disk, DiskFile } from '../../src/storage/disk.ts';

export interface KillableDisk {
  readonly disk: Disk;
  /** Resolves when what was under way has ended. */
  kill(): Promise<void>;
  /** Whether each write and sync fails. */
  isFailing: boolean;
}

const never = new Promise<never>(() => {});

export function killableDisk(inner: Disk): KillableDisk {
  const underWay = new Set<Promise<unknown>>();
  let isKilled = false;

  const attempt = <Result>(isChange: boolean, action: () => Promise<Result>): Promise<Result> => {
    if (isKilled) return never;
    if (isChange && killable.isFailing) return Promise.reject(new Error('EIO: i/o error'));
    const result = action();
    const settled = result.then(
      () => {},
      () => {},
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return result.then(
      (value) => (isKilled ? never : value),
      (error) => (isKilled ? never : Promise.reject(error)),
    );
  };

  const fileOf = (file: DiskFile): DiskFile => ({
    persist(data, position, done) {
      const persisted = (): Promise<void> =>
        new Promise((resolve, reject) => {
          file.persist(data, position, (failure) => (failure ? reject(failure) : resolve()));
        });
      attempt(true, persisted).then(() => done(null), done);
    },
    write: (data, position) => attempt(true, () => file.write(data, position)),
    sync: () => attempt(true, () => file.sync()),
    close: () => attempt(false, () => file.close()),
  });

  const killable: KillableDisk = {
    isFailing: false,
    async kill() {
      isKilled = true;
      while (underWay.size > 0) await Promise.all(underWay);
      await inner.release();
    },
    disk: {
      path: inner.path,
      acquire: () => attempt(false, () => inner.acquire()),
      release: () => attempt(false, () => inner.release()),
      list: () => attempt(false, () => inner.list()),
      read: (...part) => attempt(false, () => inner.read(...part)),
      open: (name) => attempt(true, async () => fileOf(await inner.open(name))),
      rename: (from, to) => attempt(true, () => inner.rename(from, to)),
      remove: (name) => attempt(true, () => inner.remove(name)),
      syncNames: () => attempt(true, () => inner.syncNames()),
    },
  };
  return killable;
}

/** A disk that notes, before each thing that is done with it, what it holds and what comes next. */

import type { Disk, DiskFile } from '../../src/storage/disk.ts';
import { mountDisk } from '../../src/testbed/simulation/mounted-disk.ts';
import type { SimulatedDisk } from '../../src/testbed/simulation/simulated-disk.ts';

/** What is about to be written. */
export interface ComingWrite {
  readonly file: string;
  readonly data: Uint8Array;
  readonly position: number;
}

/** Between two things that are done with a disk: a crash can come here, or in what comes next. */
export interface CrashPoint {
  /** What the disk holds, in its memory and on its medium. */
  readonly disk: SimulatedDisk;
  /** What comes next, in words. */
  readonly next: string;
  readonly write: ComingWrite | null;
}

export function recordDisk(disk: SimulatedDisk, onPoint: (point: CrashPoint) => void): Disk {
  const note = (next: string, write: ComingWrite | null = null): void => {
    onPoint({ disk: disk.copy(), next, write });
  };
  const inner = mountDisk(disk);
  return {
    path: inner.path,
    acquire: () => inner.acquire(),
    release: () => inner.release(),
    list: () => inner.list(),
    read: (...where) => inner.read(...where),
    async open(name) {
      note(`open ${name}`);
      return recordFile(name, await inner.open(name), note);
    },
    rename(from, to) {
      note(`rename ${from} to ${to}`);
      return inner.rename(from, to);
    },
    remove(name) {
      note(`remove ${name}`);
      return inner.remove(name);
    },
    syncNames() {
      note('sync names');
      return inner.syncNames().then(() => note('names are synced'));
    },
  };
}

function recordFile(
  name: string,
  file: DiskFile,
  note: (next: string, write: ComingWrite | null) => void,
): DiskFile {
  const noteWrite = (data: Uint8Array, position: number): void =>
    note(`write ${data.length} bytes of ${name} from ${position}`, {
      file: name,
      data: new Uint8Array(data),
      position,
    });
  return {
    persist(data, position, done) {
      noteWrite(data, position);
      file.persist(data, position, (failure) => {
        note(`${name} has persisted ${data.length} bytes from ${position}`, null);
        done(failure);
      });
    },
    write(data, position) {
      noteWrite(data, position);
      return file.write(data, position);
    },
    sync() {
      note(`sync ${name}`, null);
      return file.sync().then(() => note(`${name} is synced`, null));
    },
    close: () => file.close(),
  };
}

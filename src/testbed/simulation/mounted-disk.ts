/** A simulated disk, as a process has it: from its start to the next crash. */

import type { Disk, DiskFile } from '../../storage/disk.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import { copyOf, SimulatedFile } from './simulated-file.ts';

type Done = (failure: Error | null) => void;

/** For a process that starts now. After a crash nothing that it has begun will end. */
export function mountDisk(disk: SimulatedDisk): Disk {
  const life = disk.crashes;
  return new MountedDisk(disk, () => life === disk.crashes);
}

class MountedDisk implements Disk {
  readonly path = 'the simulated disk';
  readonly #disk: SimulatedDisk;
  readonly #isAlive: () => boolean;

  constructor(disk: SimulatedDisk, isAlive: () => boolean) {
    this.#disk = disk;
    this.#isAlive = isAlive;
  }

  acquire(): Promise<void> {
    return this.#do(() => this.#disk.take());
  }

  release(): Promise<void> {
    return this.#do(() => this.#disk.giveUp());
  }

  list(): Promise<readonly string[]> {
    return this.#do(() => [...this.#disk.files.keys()]);
  }

  read(name: string, offset = 0, length: number = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    return this.#do(() => this.#disk.file(name).read(offset, length));
  }

  open(name: string): Promise<DiskFile> {
    return this.#do(() => {
      let file = this.#disk.files.get(name);
      if (file === undefined) {
        file = new SimulatedFile();
        this.#disk.changeNames([name, file]);
      }
      return new OpenFile(this.#disk, file, this.#isAlive);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do(() => this.#disk.changeNames([to, this.#disk.file(from)], [from, null]));
  }

  remove(name: string): Promise<void> {
    return this.#do(() => {
      this.#disk.file(name);
      this.#disk.changeNames([name, null]);
    });
  }

  syncNames(): Promise<void> {
    const disk = this.#disk;
    const changes = disk.nameChanges;
    return promise(disk, this.#isAlive, (settle) =>
      disk.afterSync(() => {
        const failure = disk.syncFailure();
        if (failure === null) disk.syncNames(changes);
        else disk.failNames(changes);
        settle(failure);
      }),
    );
  }

  /** Carries it out at once, unless this life is over: then it never ends. */
  #do<Result>(action: () => Result): Promise<Result> {
    if (!this.#isAlive()) return new Promise(() => {});
    this.#disk.settled();
    return new Promise((resolve) => resolve(action()));
  }
}

class OpenFile implements DiskFile {
  readonly #disk: SimulatedDisk;
  readonly #file: SimulatedFile;
  readonly #isAlive: () => boolean;
  #isPersisting = false;
  #isClosed = false;

  constructor(disk: SimulatedDisk, file: SimulatedFile, isAlive: () => boolean) {
    this.#disk = disk;
    this.#file = file;
    this.#isAlive = isAlive;
  }

  persist(data: Uint8Array, position: number, done: Done): void {
    if (!this.#isAlive()) return;
    this.#expectOpen();
    if (this.#isPersisting) throw new Error('one call of persist at a time');
    const disk = this.#disk;
    const file = this.#file;
    const { bytes, failure } = disk.admit(file, data.length, position);
    if (failure !== null) {
      file.write(copyOf(data, bytes), position);
      return disk.afterSync(() => done(failure));
    }
    const { diskMs, syncFailure } = disk.faults;
    if (diskMs === 0 && syncFailure === 0) {
      file.persist(data, position);
      return done(null);
    }
    file.write(data, position);
    this.#isPersisting = true;
    this.#sync((syncFailed) => {
      this.#isPersisting = false;
      done(syncFailed);
    });
  }

  write(data: Uint8Array, position: number): Promise<void> {
    const disk = this.#disk;
    return promise(disk, this.#isAlive, (settle) => {
      this.#expectOpen();
      const { bytes, failure } = disk.admit(this.#file, data.length, position);
      this.#file.write(copyOf(data, bytes), position);
      settle(failure);
    });
  }

  sync(): Promise<void> {
    return promise(this.#disk, this.#isAlive, (settle) => {
      this.#expectOpen();
      this.#sync(settle);
    });
  }

  close(): Promise<void> {
    return promise(this.#disk, this.#isAlive, (settle) => {
      this.#expectOpen();
      this.#isClosed = true;
      settle(null);
    });
  }

  #sync(done: Done): void {
    const disk = this.#disk;
    const file = this.#file;
    const { writes } = file;
    disk.afterSync(() => {
      const failure = disk.syncFailure();
      if (failure === null) file.sync(writes);
      else disk.failFile(file, writes);
      done(failure);
    });
  }

  #expectOpen(): void {
    if (this.#isClosed) throw new Error('EBADF: the file is closed');
  }
}

/** A promise that is settled by a disk, unless its life is over. */
function promise(
  disk: SimulatedDisk,
  isAlive: () => boolean,
  act: (settle: Done) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!isAlive()) return;
    act((failure) => {
      disk.settled();
      if (failure === null) resolve();
      else reject(failure);
    });
  });
}

/** A simulated disk, as a process has it: from its start to the next crash. */

import type { Disk, DiskFile } from '../../storage/disk.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import { copyOf, SimulatedFile } from './simulated-file.ts';

type Done = (failure: Error | null) => void;

/**
 * For a process that starts now. After a crash nothing that it has begun will end.
 *
 * @param acts asked before each thing that changes the disk, and between a write and its sync: false
 *     when the process has crashed
 */
export function mountDisk(disk: SimulatedDisk, acts: () => boolean = () => true): Disk {
  const life = disk.crashes;
  const isAlive = (): boolean => life === disk.crashes;
  return new MountedDisk({ disk, isAlive, acts: () => isAlive() && acts() });
}

interface Mount {
  readonly disk: SimulatedDisk;
  /** Whether the process still lives. */
  readonly isAlive: () => boolean;
  /** Whether it lives to do one more thing. */
  readonly acts: () => boolean;
}

class MountedDisk implements Disk {
  readonly path = 'the simulated disk';
  readonly #mount: Mount;
  readonly #disk: SimulatedDisk;

  constructor(mount: Mount) {
    this.#mount = mount;
    this.#disk = mount.disk;
  }

  acquire(): Promise<void> {
    return this.#look(() => this.#disk.take());
  }

  release(): Promise<void> {
    return this.#look(() => this.#disk.giveUp());
  }

  list(): Promise<readonly string[]> {
    return this.#look(() => [...this.#disk.files.keys()]);
  }

  read(name: string, offset = 0, length: number = Number.POSITIVE_INFINITY): Promise<Uint8Array> {
    return this.#look(() => this.#disk.file(name).read(offset, length));
  }

  open(name: string): Promise<DiskFile> {
    const known = this.#disk.files.get(name);
    if (known !== undefined) return this.#look(() => new OpenFile(this.#mount, known));
    return this.#act(() => {
      const file = new SimulatedFile();
      this.#disk.changeNames([name, file]);
      return new OpenFile(this.#mount, file);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#act(() => this.#disk.changeNames([to, this.#disk.file(from)], [from, null]));
  }

  remove(name: string): Promise<void> {
    return this.#act(() => {
      this.#disk.file(name);
      this.#disk.changeNames([name, null]);
    });
  }

  syncNames(): Promise<void> {
    const disk = this.#disk;
    const changes = disk.nameChanges;
    return promise(this.#mount, (settle) => {
      if (!this.#mount.acts()) return;
      disk.afterSync(() => {
        const failure = disk.syncFailure();
        if (failure === null) disk.syncNames(changes);
        else disk.failNames(changes);
        settle(failure);
      });
    });
  }

  #act<Result>(action: () => Result): Promise<Result> {
    return this.#mount.acts() ? this.#look(action) : new Promise(() => {});
  }

  /** Carries it out at once, unless this life is over: then it never ends. */
  #look<Result>(action: () => Result): Promise<Result> {
    if (!this.#mount.isAlive()) return new Promise(() => {});
    this.#disk.turn();
    return new Promise((resolve) => resolve(action()));
  }
}

class OpenFile implements DiskFile {
  readonly #mount: Mount;
  readonly #file: SimulatedFile;
  #isPersisting = false;
  #isClosed = false;

  constructor(mount: Mount, file: SimulatedFile) {
    this.#mount = mount;
    this.#file = file;
  }

  persist(data: Uint8Array, position: number, done: Done): void {
    const { disk, isAlive, acts } = this.#mount;
    if (!isAlive()) return;
    this.#expectOpen();
    if (this.#isPersisting) throw new Error('one call of persist at a time');
    const file = this.#file;
    const { bytes, failure } = disk.admit(file, data.length, position);
    const end = (failed: Error | null): void => {
      disk.turn();
      this.#isPersisting = false;
      done(failed);
    };
    this.#isPersisting = true;
    if (failure !== null) {
      file.write(copyOf(data, bytes), position);
      return disk.afterSync(() => end(failure));
    }
    file.write(data, position);
    if (acts()) this.#sync(end);
  }

  write(data: Uint8Array, position: number): Promise<void> {
    const { disk, acts } = this.#mount;
    return promise(this.#mount, (settle) => {
      this.#expectOpen();
      const { bytes, failure } = disk.admit(this.#file, data.length, position);
      this.#file.write(copyOf(data, bytes), position);
      if (acts()) settle(failure);
    });
  }

  sync(): Promise<void> {
    return promise(this.#mount, (settle) => {
      this.#expectOpen();
      if (this.#mount.acts()) this.#sync(settle);
    });
  }

  close(): Promise<void> {
    return promise(this.#mount, (settle) => {
      this.#expectOpen();
      this.#isClosed = true;
      settle(null);
    });
  }

  #sync(done: Done): void {
    const { disk } = this.#mount;
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

/** A promise that is settled by a disk, unless the process has crashed by then. */
function promise({ disk, isAlive }: Mount, act: (settle: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!isAlive()) return;
    act((failure) => {
      disk.turn();
      if (failure === null) resolve();
      else reject(failure);
    });
  });
}

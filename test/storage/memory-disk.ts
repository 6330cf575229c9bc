/** A directory in memory, all of whose writes are durable at once; to damage at will. */

import type { Disk, DiskFile } from '../../src/storage/disk.ts';

export class MemoryDisk implements Disk {
  readonly path: string = '/data/n1';
  readonly files: Map<string, Buffer>;
  /** Called before each change; what it throws is a crash. */
  onChange: () => void = () => {};

  constructor(files: Iterable<readonly [string, Buffer]> = []) {
    this.files = new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]));
  }

  copy(): MemoryDisk {
    return new MemoryDisk(this.files);
  }

  async acquire(): Promise<void> {}
  async release(): Promise<void> {}

  async list(): Promise<readonly string[]> {
    return [...this.files.keys()].sort();
  }

  async read(
    name: string,
    offset = 0,
    length: number = Number.POSITIVE_INFINITY,
  ): Promise<Uint8Array> {
    return Buffer.from(this.#get(name).subarray(offset, offset + length));
  }

  async open(name: string): Promise<DiskFile> {
    if (!this.files.has(name)) {
      this.onChange();
      this.files.set(name, Buffer.alloc(0));
    }
    const write = (data: Uint8Array, position: number): void => {
      this.onChange();
      const old = this.#get(name);
      const bytes = Buffer.alloc(Math.max(old.length, position + data.length));
      old.copy(bytes);
      bytes.set(data, position);
      this.files.set(name, bytes);
    };
    return {
      persist(data, position, done) {
        write(data, position);
        done(null);
      },
      write: async (data, position) => write(data, position),
      sync: async () => {},
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.onChange();
    this.files.set(to, this.#get(from));
    this.files.delete(from);
  }

  async remove(name: string): Promise<void> {
    this.onChange();
    this.#get(name);
    this.files.delete(name);
  }

  async syncNames(): Promise<void> {}

  #get(name: string): Buffer {
    const bytes = this.files.get(name);
    if (bytes !== undefined) return bytes;
    throw Object.assign(new Error(`ENOENT: no such file: ${name}`), { code: 'ENOENT' });
  }
}

/**
 * A file, as a machine that may lose its power has it: what is on the medium, and the writes over it
 * that are in memory alone.
 */

import type { Survival } from './survival.ts';

/** What a medium writes whole, or not at all; in bytes. */
export const sectorBytes = 512;

interface CachedWrite {
  /** It is the n-th write to the file, from 0. */
  readonly order: number;
  readonly position: number;
  data: Uint8Array;
  /** It will not be written to the medium any more: it was, or that has failed. */
  isClean: boolean;
}

interface Fragment {
  readonly position: number;
  readonly data: Uint8Array;
}

export class SimulatedFile {
  /** What is durable, with room to grow. */
  #medium: Uint8Array = new Uint8Array(0);
  #mediumLength = 0;
  /** In the order in which they were written. */
  #cached: CachedWrite[] = [];
  #writes = 0;
  #length = 0;
  #hasLost = false;

  get length(): number {
    return this.#length;
  }

  get durableLength(): number {
    return this.#mediumLength;
  }

  /** How many writes there ever were. */
  get writes(): number {
    return this.#writes;
  }

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(this.#length, offset + length);
    const result = new Uint8Array(Math.max(0, end - offset));
    result.set(this.#medium.subarray(offset, Math.min(end, this.#mediumLength)));
    for (const { position, data } of this.#cached) {
      const from = Math.max(position, offset);
      const to = Math.min(position + data.length, end);
      if (from < to) result.set(data.subarray(from - position, to - position), from - offset);
    }
    return result;
  }

  /** `data` must not change until it is synced, or that has failed. */
  write(data: Uint8Array, position: number): void {
    if (data.length === 0) return;
    this.#cached.push({ order: this.#writes++, position, data, isClean: false });
    this.#length = Math.max(this.#length, position + data.length);
  }

  /** The first `writes` of all writes are durable. */
  sync(writes: number): void {
    const [first] = this.#cached;
    if (first !== undefined && this.#cached.length === 1 && !this.#hasLost) {
      // As it mostly is.
      if (first.order < writes) this.#put(this.#cached.pop() ?? first);
      return;
    }
    for (const write of this.#dirty(writes)) {
      this.#put(write);
      write.isClean = true;
      if (this.#hasLost) write.data = copyOf(write.data);
    }
    // What has failed is still what a reader sees, under what was written later.
    if (!this.#hasLost) this.#cached = this.#cached.filter(({ isClean }) => !isClean);
  }

  /**
   * The first `writes` of all writes could not be made durable. Which of them are is open; nobody will try
   * again, though readers see them until the crash. (Rebello and others, "Can Applications Recover
   * from fsync Failures?", 2020)
   */
  failSync(writes: number, survival: Survival): void {
    const failed = this.#dirty(writes);
    this.#keep(failed, survival);
    for (const write of failed) {
      write.isClean = true;
      write.data = copyOf(write.data);
      this.#hasLost = true;
    }
  }

  /** Who has written is gone, and so is the data that was lent. */
  detach(): void {
    for (const write of this.#cached) write.data = copyOf(write.data);
  }

  /** What is in memory is gone, apart from what has found its way to the medium. */
  crash(survival: Survival): void {
    const dirty = this.#dirty(this.#writes);
    this.#cached = [];
    this.#hasLost = false;
    if (dirty.length > 0) this.#keep(dirty, survival);
    this.#length = this.#mediumLength;
  }

  /** One bit of what is durable turns round. */
  flip(bit: number): void {
    const at = bit >> 3;
    this.#medium[at] = (this.#medium[at] ?? 0) ^ (1 << (bit & 7));
  }

  /** The end of what is durable is gone. */
  cut(length: number): void {
    this.#mediumLength = Math.min(length, this.#mediumLength);
    this.#length = this.#mediumLength;
    this.#medium.fill(0, length);
  }

  copy(): SimulatedFile {
    const copy = new SimulatedFile();
    copy.#medium = copyOf(this.#medium, this.#mediumLength);
    copy.#mediumLength = this.#mediumLength;
    copy.#cached = this.#cached.map((write) => ({ ...write, data: copyOf(write.data) }));
    copy.#writes = this.#writes;
    copy.#length = this.#length;
    copy.#hasLost = this.#hasLost;
    return copy;
  }

  #dirty(writes: number): CachedWrite[] {
    return this.#cached.filter(({ order, isClean }) => order < writes && !isClean);
  }

  #keep(writes: readonly CachedWrite[], survival: Survival): void {
    const written = writes.reduce((sum, { data }) => sum + data.length, 0);
    let left = survival.bytes(written);
    if (left === null) return this.#keepSectors(writes, survival);
    for (const { position, data } of writes) {
      if (left <= 0) return;
      this.#put({ position, data: data.subarray(0, left) });
      left -= data.length;
    }
  }

  #keepSectors(writes: readonly CachedWrite[], survival: Survival): void {
    const sectors = new Map<number, Fragment[]>();
    for (const { position, data } of writes) {
      const end = position + data.length;
      for (let from = position; from < end; ) {
        const sector = Math.floor(from / sectorBytes);
        const to = Math.min(end, (sector + 1) * sectorBytes);
        const fragments = sectors.get(sector) ?? [];
        fragments.push({ position: from, data: data.subarray(from - position, to - position) });
        sectors.set(sector, fragments);
        from = to;
      }
    }
    for (const fragments of sectors.values()) {
      for (const fragment of fragments.slice(0, survival.sector(fragments.length))) {
        this.#put(fragment);
      }
    }
  }

  #put({ position, data }: Fragment): void {
    const end = position + data.length;
    if (end > this.#medium.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#medium.length));
      grown.set(this.#medium);
      this.#medium = grown;
    }
    this.#medium.set(data, position);
    this.#mediumLength = Math.max(this.#mediumLength, end);
  }
}

/** `slice` of a Buffer would be no copy. */
export function copyOf(data: Uint8Array, length: number = data.length): Uint8Array {
  return new Uint8Array(data.subarray(0, length));
}

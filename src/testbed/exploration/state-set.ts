/**
 * The states that were met, each a short row of numbers, in the order in which they were met.
 *
 * Rows are kept whole and compared whole: two states are never mistaken for one, as happens in
 * checkers that keep only hashes. A row costs four bytes a number, and some 24 bytes beside.
 */

const chunkLength = 1 << 20;

export class StateSet {
  readonly #chunks: Int32Array[] = [new Int32Array(chunkLength)];
  #used = 0;
  #starts: Float64Array = new Float64Array(1024);
  #parents: Int32Array = new Int32Array(1024);
  #slots: Int32Array = new Int32Array(4096).fill(-1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a row that was reached from `parent`. False if it is known. */
  add(row: readonly number[], parent: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = hashOf(row) & mask;
    for (;;) {
      const known = this.#slots[slot] ?? -1;
      if (known < 0) break;
      if (this.#isAt(known, row)) return false;
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#size;
    this.#store(row, parent);
    if (2 * this.#size > this.#slots.length) this.#grow();
    return true;
  }

  rowOf(index: number): number[] {
    const start = this.#starts[index] ?? 0;
    const chunk = this.#chunkOf(start);
    const offset = start % chunkLength;
    const length = chunk[offset] ?? 0;
    return Array.from(chunk.subarray(offset + 1, offset + 1 + length));
  }

  parentOf(index: number): number {
    return this.#parents[index] ?? -1;
  }

  #store(row: readonly number[], parent: number): void {
    const needed = row.length + 1;
    const left = this.#chunks.length * chunkLength - this.#used;
    if (needed > left) {
      this.#used = this.#chunks.length * chunkLength;
      this.#chunks.push(new Int32Array(chunkLength));
    }
    if (this.#size === this.#starts.length) {
      this.#starts = enlarged(this.#starts, new Float64Array(2 * this.#size));
      this.#parents = enlarged(this.#parents, new Int32Array(2 * this.#size));
    }
    const chunk = this.#chunkOf(this.#used);
    const offset = this.#used % chunkLength;
    chunk[offset] = row.length;
    chunk.set(row, offset + 1);
    this.#starts[this.#size] = this.#used;
    this.#parents[this.#size] = parent;
    this.#used += needed;
    this.#size++;
  }

  #isAt(index: number, row: readonly number[]): boolean {
    const start = this.#starts[index] ?? 0;
    const chunk = this.#chunkOf(start);
    const offset = start % chunkLength;
    if (chunk[offset] !== row.length) return false;
    for (let i = 0; i < row.length; i++) if (chunk[offset + 1 + i] !== row[i]) return false;
    return true;
  }

  #chunkOf(start: number): Int32Array {
    const chunk = this.#chunks[Math.floor(start / chunkLength)];
    if (chunk === undefined) throw new RangeError(`nothing is stored at ${start}`);
    return chunk;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length).fill(-1);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#size; index++) {
      let slot = hashOf(this.rowOf(index)) & mask;
      while ((slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }
}

function enlarged<Numbers extends Float64Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** The mixing of MurmurHash3, 32 bits; only the speed depends on it. */
function hashOf(row: readonly number[]): number {
  let hash = row.length;
  for (const value of row) {
    let bits = Math.imul(value, 0xcc9e2d51);
    bits = (bits << 15) | (bits >>> 17);
    hash ^= Math.imul(bits, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

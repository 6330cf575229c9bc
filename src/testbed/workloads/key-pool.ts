/**
 * The keys that a load works on at a time, as Maelstrom's transactional workloads have them: a key
 * that has taken its share of writes is replaced by a new one, so that lists stay short and version
 * orders recent; and later places of the pool are drawn exponentially more often, so that some keys
 * are contended and others are not.
 */

import { nextFraction, type Random } from '../../raft/index.ts';

interface ActiveKey {
  readonly key: number;
  writes: number;
}

export class KeyPool {
  readonly #random: Random;
  readonly #writesPerKey: number;
  readonly #active: ActiveKey[];
  #nextKey: number;

  constructor(random: Random, keyCount: number, writesPerKey: number) {
    this.#random = random;
    this.#writesPerKey = writesPerKey;
    this.#active = Array.from({ length: keyCount }, (_, key) => ({ key, writes: 0 }));
    this.#nextKey = keyCount;
  }

  get keys(): readonly number[] {
    return this.#active.map(({ key }) => key);
  }

  /** A key to read. */
  draw(): number {
    return this.#active[this.#place()]?.key ?? 0;
  }

  /** A key to write, and a value that it has never had: 1, 2 and so on. */
  drawWrite(): { readonly key: number; readonly value: number } {
    const place = this.#place();
    const active = this.#active[place];
    if (active === undefined) throw new Error(`a pool of ${this.#active.length} has no ${place}`);
    active.writes++;
    if (active.writes >= this.#writesPerKey) {
      this.#active[place] = { key: this.#nextKey++, writes: 0 };
    }
    return { key: active.key, value: active.writes };
  }

  /** The last place with chance one half, the one before with a quarter, and so on, and round. */
  #place(): number {
    const count = this.#active.length;
    let place = count - 1;
    while (nextFraction(this.#random) < 0.5) place = place === 0 ? count - 1 : place - 1;
    return place;
  }
}

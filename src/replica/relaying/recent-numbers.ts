/** Tells numbers that were seen lately from new ones, in bounded memory. */

/** A copy that is later than this many others is taken for new. */
const remembered = 4096;

export class RecentNumbers {
  /** In the order in which they came. */
  readonly #numbers = new Set<number>();

  /** True when it is new. */
  add(number: number): boolean {
    if (this.#numbers.has(number)) return false;
    this.#numbers.add(number);
    if (this.#numbers.size > remembered) {
      const [oldest] = this.#numbers;
      if (oldest !== undefined) this.#numbers.delete(oldest);
    }
    return true;
  }
}

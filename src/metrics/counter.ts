/** A total that only grows, from 0 when the process starts: requests, bytes, seconds spent. */
export class Counter {
  readonly #family: string;
  #value = 0;

  /** @internal A registry makes it. */
  constructor(family: string) {
    this.#family = family;
  }

  /** @throws RangeError when the amount is negative, NaN or infinite. */
  inc(amount = 1): void {
    if (!(amount >= 0 && amount < Infinity)) {
      throw new RangeError(
        `${this.#family}: a counter grows by a finite number >= 0, not ${amount}`,
      );
    }
    this.#value += amount;
  }

  /** The total so far. */
  get value(): number {
    return this.#value;
  }
}

/**
 * A value that goes up and down, 0 at first: a queue's length, a term, a fact that holds (1) or not
 * (0).
 */
export class Gauge {
  readonly #family: string;
  #value = 0;

  /** @internal A registry makes it. */
  constructor(family: string) {
    this.#family = family;
  }

  /**
   * @throws RangeError when the value is NaN: collect a gauge whose value may be unknown, and leave
   *   it out then.
   */
  set(value: number): void {
    if (Number.isNaN(value)) throw new RangeError(`${this.#family}: a gauge cannot be NaN`);
    this.#value = value;
  }

  /** @throws RangeError when the result is NaN. */
  inc(amount = 1): void {
    this.set(this.#value + amount);
  }

  /** @throws RangeError when the result is NaN. */
  dec(amount = 1): void {
    this.set(this.#value - amount);
  }

  /** What was set last. */
  get value(): number {
    return this.#value;
  }
}

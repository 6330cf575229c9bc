/** Which part of the run is shown. */

/** A part shorter than this is not shown: nothing here is timed that finely. */
const leastMs = 1;

export class View {
  readonly wholeMs: number;
  readonly #onChange: () => void;
  #fromMs = 0;
  #toMs: number;

  constructor(wholeMs: number, onChange: () => void) {
    this.wholeMs = Math.max(leastMs, wholeMs);
    this.#toMs = this.wholeMs;
    this.#onChange = onChange;
  }

  get fromMs(): number {
    return this.#fromMs;
  }

  get toMs(): number {
    return this.#toMs;
  }

  get isWhole(): boolean {
    return this.#fromMs === 0 && this.#toMs === this.wholeMs;
  }

  /** Shows a part, as far as it is one of the run. */
  show(fromMs: number, toMs: number): void {
    const length = Math.min(this.wholeMs, Math.max(leastMs, toMs - fromMs));
    this.#fromMs = Math.min(Math.max(0, fromMs), this.wholeMs - length);
    this.#toMs = Math.min(this.wholeMs, this.#fromMs + length);
    this.#onChange();
  }

  showWhole(): void {
    this.show(0, this.wholeMs);
  }

  /** @param factor below 1 comes closer */
  zoom(factor: number): void {
    const middle = (this.#fromMs + this.#toMs) / 2;
    const half = ((this.#toMs - this.#fromMs) / 2) * factor;
    this.show(middle - half, middle + half);
  }

  /** @param share of what is shown; below 0 goes back */
  pan(share: number): void {
    const by = (this.#toMs - this.#fromMs) * share;
    this.show(this.#fromMs + by, this.#toMs + by);
  }
}

/** Which stretch of time is seen, and how it moves. */

/** The closest look, in milliseconds across the canvas. */
const minSpanMs = 0.05;

export class View {
  readonly #endMs: number;
  readonly #onChange: () => void;
  /** Room before the run began and after it ended, as a fraction of what is seen. */
  readonly #margin = 0.02;
  fromMs = 0;
  toMs = 1;
  #animation = 0;

  constructor(endMs: number, onChange: () => void) {
    this.#endMs = endMs;
    this.#onChange = onChange;
    this.set(0, endMs);
  }

  get spanMs(): number {
    return this.toMs - this.fromMs;
  }

  get centreMs(): number {
    return (this.fromMs + this.toMs) / 2;
  }

  /** Shows this stretch, or what is nearest to it. */
  set(fromMs: number, toMs: number): void {
    cancelAnimationFrame(this.#animation);
    this.#put(fromMs, toMs);
  }

  #put(fromMs: number, toMs: number): void {
    const widest = this.#endMs * (1 + 2 * this.#margin);
    const span = Math.min(widest, Math.max(minSpanMs, toMs - fromMs));
    const margin = span * this.#margin;
    const middle = (fromMs + toMs) / 2;
    const from = Math.min(Math.max(middle - span / 2, -margin), this.#endMs + margin - span);
    this.fromMs = Math.max(from, span >= widest ? -this.#endMs * this.#margin : -margin);
    this.toMs = this.fromMs + span;
    this.#onChange();
  }

  all(): void {
    this.glide(0, this.#endMs);
  }

  pan(byMs: number): void {
    this.set(this.fromMs + byMs, this.toMs + byMs);
  }

  /** @param factor below 1 to come closer; the moment `aroundMs` stays where it is */
  zoom(factor: number, aroundMs: number): void {
    const span = Math.min(
      this.#endMs * (1 + 2 * this.#margin),
      Math.max(minSpanMs, this.spanMs * factor),
    );
    const from = aroundMs - ((aroundMs - this.fromMs) / this.spanMs) * span;
    this.set(from, from + span);
  }

  /** Brings a moment to the middle; from far away it comes closer, too. */
  centre(atMs: number, spanMs: number = this.spanMs): void {
    this.glide(atMs - spanMs / 2, atMs + spanMs / 2);
  }

  /** Moves there so that eyes can follow, unless the reader wants nothing to move. */
  glide(fromMs: number, toMs: number): void {
    cancelAnimationFrame(this.#animation);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.#put(fromMs, toMs);
    const begin = { fromMs: this.fromMs, toMs: this.toMs, atMs: performance.now() };
    const step = (nowMs: number): void => {
      const part = Math.min(1, Math.max(0, (nowMs - begin.atMs) / 220));
      const eased = 1 - (1 - part) ** 3;
      this.#put(
        begin.fromMs + (fromMs - begin.fromMs) * eased,
        begin.toMs + (toMs - begin.toMs) * eased,
      );
      if (part < 1) this.#animation = requestAnimationFrame(step);
    };
    this.#animation = requestAnimationFrame(step);
  }
}

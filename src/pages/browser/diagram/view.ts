/** Which stretch of time is seen, and how it moves. */

/** The closest look, in milliseconds across the canvas. */
const minSpanMs = 0.05;

export class View {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #onChange: () => void;
  fromMs = 0;
  toMs = 1;
  #animation = 0;
  /** Where what moves now will come to rest. */
  #goal = { fromMs: 0, toMs: 1 };

  constructor(startMs: number, endMs: number, onChange: () => void) {
    // A little room before the run began and after it ended.
    const margin = (endMs - startMs) * 0.015;
    this.#startMs = startMs - margin;
    this.#endMs = endMs + margin;
    this.#onChange = onChange;
    this.set(this.#startMs, this.#endMs);
  }

  get spanMs(): number {
    return this.toMs - this.fromMs;
  }

  /** How much is seen when what moves now has come to rest. */
  get goalSpanMs(): number {
    return this.#goal.toMs - this.#goal.fromMs;
  }

  get centreMs(): number {
    return (this.fromMs + this.toMs) / 2;
  }

  /** Shows this stretch, or what is nearest to it. */
  set(fromMs: number, toMs: number): void {
    cancelAnimationFrame(this.#animation);
    this.#put(fromMs, toMs);
    this.#goal = { fromMs: this.fromMs, toMs: this.toMs };
  }

  #put(fromMs: number, toMs: number): void {
    const span = this.#within(toMs - fromMs);
    const wished = (fromMs + toMs) / 2 - span / 2;
    this.fromMs = Math.min(Math.max(wished, this.#startMs), this.#endMs - span);
    this.toMs = this.fromMs + span;
    this.#onChange();
  }

  #within(spanMs: number): number {
    return Math.min(this.#endMs - this.#startMs, Math.max(minSpanMs, spanMs));
  }

  all(): void {
    this.glide(this.#startMs, this.#endMs);
  }

  pan(byMs: number): void {
    this.set(this.fromMs + byMs, this.toMs + byMs);
  }

  /** @param factor below 1 to come closer; the moment `aroundMs` stays where it is */
  zoom(factor: number, aroundMs: number): void {
    const span = this.#within(this.spanMs * factor);
    const from = aroundMs - ((aroundMs - this.fromMs) / this.spanMs) * span;
    this.set(from, from + span);
  }

  /** Brings a moment to the middle. */
  centre(atMs: number, spanMs: number = this.goalSpanMs): void {
    this.glide(atMs - spanMs / 2, atMs + spanMs / 2);
  }

  /** What moves is there now. */
  arrive(): void {
    this.set(this.#goal.fromMs, this.#goal.toMs);
  }

  /** Moves there so that eyes can follow, unless the reader wants nothing to move. */
  glide(fromMs: number, toMs: number): void {
    cancelAnimationFrame(this.#animation);
    const halfMs = this.#within(toMs - fromMs) / 2;
    const middleMs = (fromMs + toMs) / 2;
    this.#goal = { fromMs: middleMs - halfMs, toMs: middleMs + halfMs };
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

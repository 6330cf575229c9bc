/** A clock that stands still until a test moves it. */

import type { Cancel, Clock } from '../src/replica/index.ts';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, action: () => void): Cancel {
    const timer = { dueMs: this.#nowMs + Math.max(0, ms), order: this.#order++, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  every(ms: number, action: () => void): Cancel {
    let cancel: Cancel = () => {};
    const again = (): void => {
      cancel = this.after(ms, again);
      action();
    };
    cancel = this.after(ms, again);
    return () => cancel();
  }

  defer(action: () => void): void {
    this.after(0, action);
  }

  /** Lets time pass, and everything happen that falls into it, promises included. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settled();
      const next = this.#next();
      if (next === null || next.dueMs > endMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.action();
    }
    this.#nowMs = endMs;
  }

  #next(): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      const isEarlier =
        next === null ||
        timer.dueMs < next.dueMs ||
        (timer.dueMs === next.dueMs && timer.order < next.order);
      if (isEarlier) next = timer;
    }
    return next;
  }
}

/** Resolves when promises that are settled now have run their reactions. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

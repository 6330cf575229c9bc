/** A clock whose timers all end together: when a run is over, nothing of it is left waiting. */

import type { Cancel, Clock } from '../replica/index.ts';

export class TimerScope implements Clock {
  readonly #clock: Clock;
  readonly #running = new Set<Cancel>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, action: () => void): Cancel {
    const cancel = this.#keep(
      this.#clock.after(ms, () => {
        this.#running.delete(cancel);
        action();
      }),
    );
    return cancel;
  }

  every(ms: number, action: () => void): Cancel {
    return this.#keep(this.#clock.every(ms, action));
  }

  defer(action: () => void): void {
    this.#clock.defer(action);
  }

  /** Cancels every timer that was started here. */
  end(): void {
    for (const cancel of [...this.#running]) cancel();
  }

  #keep(stop: Cancel): Cancel {
    const cancel = (): void => {
      this.#running.delete(cancel);
      stop();
    };
    this.#running.add(cancel);
    return cancel;
  }
}

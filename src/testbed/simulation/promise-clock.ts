/**
 * A clock for those who wait by promises: when one of their timers has gone off, promises may have
 * been settled, and their reactions have to run before anything else happens.
 */

import type { Cancel, Clock } from '../../replica/index.ts';

export class PromiseClock implements Clock {
  readonly #clock: Clock;
  readonly #onTurn: () => void;

  constructor(clock: Clock, onTurn: () => void) {
    this.#clock = clock;
    this.#onTurn = onTurn;
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, action: () => void): Cancel {
    return this.#clock.after(ms, () => this.#perform(action));
  }

  every(ms: number, action: () => void): Cancel {
    return this.#clock.every(ms, () => this.#perform(action));
  }

  defer(action: () => void): void {
    this.#clock.defer(() => this.#perform(action));
  }

  #perform(action: () => void): void {
    this.#onTurn();
    action();
  }
}

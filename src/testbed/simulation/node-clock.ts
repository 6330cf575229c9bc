/**
 * The clock of one life of a simulated node: it runs at its own rate, stands still while the node
 * is paused, and ends with the node.
 */

import type { Cancel, Clock } from '../../replica/index.ts';

export interface NodeClockOptions {
  /** The simulation's time. */
  readonly clock: Clock;
  /** How fast this clock runs; 1 is right. */
  readonly rate: number;
  /** "Soon" is so long, so that more or less happens together; by the simulation's time. */
  readonly deferMs: number;
}

export class NodeClock implements Clock {
  readonly #options: NodeClockOptions;
  readonly #cancels: Cancel[] = [];
  #hasEnded = false;
  /** What has become due during a pause, or null when there is none. */
  #backlog: (() => void)[] | null = null;

  constructor(options: NodeClockOptions) {
    this.#options = options;
  }

  now(): number {
    return this.#options.clock.now() * this.#options.rate;
  }

  after(ms: number, action: () => void): Cancel {
    const { clock, rate } = this.#options;
    return clock.after(ms / rate, () => this.perform(action));
  }

  every(ms: number, action: () => void): Cancel {
    const { clock, rate } = this.#options;
    if (this.#hasEnded) return () => {};
    let isWaiting = false;
    const perform = (): void => {
      isWaiting = false;
      action();
    };
    const cancel = clock.every(ms / rate, () => {
      // What a pause has held up is not made up for.
      if (isWaiting) return;
      isWaiting = this.#backlog !== null;
      this.perform(perform);
    });
    this.#cancels.push(cancel);
    return cancel;
  }

  defer(action: () => void): void {
    const { clock, deferMs } = this.#options;
    if (deferMs === 0) clock.defer(() => this.perform(action));
    else clock.after(deferMs, () => this.perform(action));
  }

  /** Does something on behalf of the node: now, or after its pause, or never when it has ended. */
  perform(action: () => void): void {
    if (this.#hasEnded) return;
    if (this.#backlog === null) action();
    else this.#backlog.push(action);
  }

  get isPaused(): boolean {
    return this.#backlog !== null;
  }

  pause(): void {
    this.#backlog ??= [];
  }

  resume(): void {
    const due = this.#backlog ?? [];
    this.#backlog = null;
    for (const action of due) this.perform(action);
  }

  end(): void {
    this.#hasEnded = true;
    for (const cancel of this.#cancels) cancel();
  }
}

/**
 * Time that passes only when somebody lets it: what happens next happens at once, and everything
 * that falls on the same moment happens in the order in which it was asked for.
 */

import type { Cancel, Clock } from '../replica/index.ts';

interface Timer {
  dueMs: number;
  order: number;
  action: (() => void) | null;
}

export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  /** A binary heap: no timer is due before its parent, at `(i - 1) >> 1`. */
  readonly #timers: Timer[] = [];
  #deferred: (() => void)[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, action: () => void): Cancel {
    const timer = { dueMs: this.#nowMs + Math.max(0, ms), order: this.#order++, action };
    this.#push(timer);
    return () => cancel(timer);
  }

  every(ms: number, action: () => void): Cancel {
    const timer: Timer = { dueMs: this.#nowMs + ms, order: this.#order++, action: null };
    timer.action = () => {
      timer.dueMs += ms;
      timer.order = this.#order++;
      this.#push(timer);
      action();
    };
    this.#push(timer);
    return () => cancel(timer);
  }

  /** Soon is: when what is happening now is over, before any timer. */
  defer(action: () => void): void {
    this.#deferred.push(action);
  }

  /** Lets the next thing happen that is due by then. False when there is none. */
  runNext(untilMs: number): boolean {
    this.#runDeferred();
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.dueMs > untilMs) break;
      this.#removeFirst();
      if (next.action === null) continue;
      this.#nowMs = next.dueMs;
      next.action();
      this.#runDeferred();
      return true;
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    return false;
  }

  /** Lets time pass, and everything happen that falls into it, promises included. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    while (this.runNext(endMs)) await settled();
  }

  #runDeferred(): void {
    while (this.#deferred.length > 0) {
      const due = this.#deferred;
      this.#deferred = [];
      for (const action of due) action();
    }
  }

  #push(timer: Timer): void {
    const timers = this.#timers;
    let at = timers.length;
    timers.push(timer);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = timers[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      timers[at] = parent;
      at = above;
    }
    timers[at] = timer;
  }

  #removeFirst(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    let at = 0;
    for (;;) {
      const left = timers[2 * at + 1];
      if (left === undefined) break;
      const right = timers[2 * at + 2];
      const isRight = right !== undefined && isBefore(right, left);
      const least = isRight ? right : left;
      if (isBefore(last, least)) break;
      timers[at] = least;
      at = 2 * at + (isRight ? 2 : 1);
    }
    timers[at] = last;
  }
}

function cancel(timer: Timer): void {
  timer.action = null;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

/** Resolves when promises that are settled now have run their reactions. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

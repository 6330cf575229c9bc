/** Time, as a replica sees it. A simulation has a clock of its own; this is the real one. */

/** Stops what was started. Harmless when it is over already. */
export type Cancel = () => void;

/**
 * What a replica, or a node, knows of time. Hand in one of your own to run it on virtual time.
 */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `action` once, after at least `ms` milliseconds. */
  after(ms: number, action: () => void): Cancel;
  /**
   * Calls `action` every `ms` milliseconds on average. A late call puts off none after it, unless it
   * comes when the next is due: what was missed is not made up for.
   */
  every(ms: number, action: () => void): Cancel;
  /**
   * Calls `action` soon, after what is happening now; so that several happenings share one call.
   */
  defer(action: () => void): void;
}

/** The clock of this process: monotonic time, timers, microtasks. */
export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  every(ms, action) {
    // An interval of Node.js begins anew when it is called, so that each lateness, of half a
    // millisecond on average, adds to the last.
    let dueMs = performance.now() + ms;
    const run = (): void => {
      const nowMs = performance.now();
      dueMs += ms;
      if (dueMs <= nowMs) dueMs = nowMs + ms;
      timer = setTimeout(run, dueMs - nowMs);
      action();
    };
    let timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  defer: (action) => queueMicrotask(action),
};

/** Time, as a replica sees it. A simulation has a clock of its own; this is the real one. */

/** Stops what was started. Harmless when it is over already. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `action` once, after at least `ms` milliseconds. */
  after(ms: number, action: () => void): Cancel;
  /** Calls `action` about every `ms` milliseconds. A late call is not made up for. */
  every(ms: number, action: () => void): Cancel;
  /**
   * Calls `action` soon, after what is happening now; so that several happenings share one call.
   */
  defer(action: () => void): void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  every(ms, action) {
    const timer = setInterval(action, ms);
    return () => clearInterval(timer);
  },
  defer: (action) => queueMicrotask(action),
};

/**
 * How many ticks are due. A timer that is called late, because the process stood still, has missed
 * some.
 *
 * A follower does not make them up: it has not listened either, and should first hear what has
 * arrived meanwhile; and what it hears late must bind it for its whole time from then. A leader that
 * reads by lease does, at the latest before each read: its lease is a promise about time that has
 * really passed. (Dissertation 6.4.1)
 */

import type { RaftView } from '../raft/index.ts';
import type { Clock } from './clock.ts';

export class Ticks {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #startMs: number;
  #passed = 0;
  #lastTimerMs: number;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#startMs = clock.now();
    this.#lastTimerMs = this.#startMs;
  }

  /** The timer calls now: how much later than a tick after its last call; in milliseconds. */
  takeLateness(nowMs: number): number {
    const sinceMs = nowMs - this.#lastTimerMs;
    this.#lastTimerMs = nowMs;
    return Math.max(0, sinceMs - this.#tickMs);
  }

  /** When the timer calls. */
  atTimer(core: RaftView): number {
    const passed = this.#take();
    return holdsLease(core) ? Math.min(passed, most(core)) : 1;
  }

  /** Before a read. */
  beforeRead(core: RaftView): number {
    return holdsLease(core) ? Math.min(this.#take(), most(core)) : 0;
  }

  /** Those that have passed since the last call. */
  #take(): number {
    const passed = Math.floor((this.#clock.now() - this.#startMs) / this.#tickMs);
    const missed = Math.max(0, passed - this.#passed);
    this.#passed += missed;
    return missed;
  }
}

function holdsLease({ settings, role }: RaftView): boolean {
  return settings.leaseReads && role.kind === 'leader';
}

/** After so many without a word nobody leads any more. */
function most({ settings }: RaftView): number {
  return settings.electionTimeoutTicks.max;
}

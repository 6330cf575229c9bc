/** What the raft families read when somebody asks: a replica, as far as it can be seen. */

import { wallSeconds } from '../metrics/wall-clock.ts';
import type { NodeId, RaftStatus, RaftView } from '../raft/index.ts';
import { membersOf } from '../raft/index.ts';
import type { Clock, Observer } from '../replica/index.ts';

export class RaftSource {
  readonly #clock: Clock;
  readonly #wallSeconds: () => number;
  #core: RaftView | null = null;
  #readStatus: (() => RaftStatus) | null = null;
  #hasHalted = false;

  /** @param clock the replica's own */
  constructor(clock: Clock, wall: () => number = wallSeconds) {
    this.#clock = clock;
    this.#wallSeconds = wall;
  }

  /** By the replica's clock, in milliseconds. */
  now(): number {
    return this.#clock.now();
  }

  /** A moment of the replica's clock, in seconds since the Unix epoch. */
  toUnixSeconds(ms: number): number {
    return this.#wallSeconds() - (this.now() - ms) / 1000;
  }

  /** The replica has started. */
  attach(replica: { status(): RaftStatus }): void {
    this.#readStatus = () => replica.status();
  }

  /** Undefined before the replica has started. */
  status(): RaftStatus | undefined {
    return this.#readStatus?.();
  }

  /** The core's memory; null before it was loaded. */
  get core(): RaftView | null {
    return this.#core;
  }

  /** A node that has stopped for good takes no part, whatever role its core had last. */
  get hasHalted(): boolean {
    return this.#hasHalted;
  }

  /** The other members of the cluster, as the membership in effect has them. */
  get peers(): readonly NodeId[] {
    const core = this.#core;
    const membership = core?.memberships.at(-1)?.membership;
    if (core === null || membership === undefined) return [];
    return membersOf(membership).filter((member) => member !== core.id);
  }

  /** Comes before those whose families read this. */
  readonly observer: Observer = {
    onLoaded: (core) => {
      this.#core = core;
    },
    onHalted: () => {
      this.#hasHalted = true;
    },
  };
}

import { assert } from './assert.ts';

/** What a driver may choose about a core. There is no choice that makes it wrong, only slow. */
export interface Settings {
  /**
   * The range within which election timeouts follow the network: a node that has heard no leader
   * for a time drawn from [T, 4/3 T) asks for votes, where T is at least `min`, and 2T at most
   * `max`. Also: a follower that heard its leader within T grants no vote, and a leader that has
   * heard no quorum for long steps down. In ticks. `min` must be the same on all nodes if they use
   * leases.
   */
  readonly electionTimeoutTicks: { readonly min: number; readonly max: number };
  /**
   * A busy leader speaks to every follower at least this often while T is `min`; in ticks. When it
   * has little to say it may speak up to three times less often; T is longer by as much then.
   */
  readonly heartbeatTicks: number;
  /**
   * A leader wants a word from a follower that it has not heard for this long while T is `min`, in
   * ticks; until then, what it says to be heard needs no answer. 0: it always asks for one, every
   * `heartbeatTicks`, as leases need it.
   */
  readonly quietTicks: number;
  /** What one append carries at most. An entry larger than the bytes travels alone. */
  readonly maxAppendEntries: number;
  /** See `maxAppendEntries`; in bytes. */
  readonly maxAppendBytes: number;
  /** How many appends, and bytes of them, may be on their way to one follower unanswered. */
  readonly maxInflightAppends: number;
  /** See `maxInflightAppends`; in bytes. */
  readonly maxInflightBytes: number;
  /** How much a leader accepts beyond its commit index before it refuses proposals. */
  readonly maxUncommittedEntries: number;
  /** See `maxUncommittedEntries`; in bytes. */
  readonly maxUncommittedBytes: number;
  /** How many reads may wait for their confirmation at once. */
  readonly maxPendingReads: number;
  /** A snapshot is due when so many entries, or bytes of them, were applied since the last. */
  readonly snapshotEntries: number;
  /** See `snapshotEntries`; in bytes. */
  readonly snapshotBytes: number;
  /** So many entries before a snapshot's end are kept, for followers that lag a little. */
  readonly trailingEntries: number;
  /** What one part of a snapshot carries at most. */
  readonly maxSnapshotChunkBytes: number;
  /** How often a new voter may fall behind again before it is given up. (Dissertation 4.2.1) */
  readonly maxCatchUpRounds: number;
  /** A healthy voter of higher priority than the leader is handed the leadership. */
  readonly priority: number;
  /**
   * Whether reads by lease are carried out as such: on all nodes or on none, and only where ticks
   * come at the same speed within an eighth. Before each read the driver has to make up for the
   * ticks of the time in which its process did not run.
   */
  readonly leaseReads: boolean;
}

/**
 * Settings that need no tuning between one machine and a network of 100 ms, with ticks of 10 ms.
 */
export const defaultSettings: Settings = {
  electionTimeoutTicks: { min: 14, max: 400 },
  heartbeatTicks: 5,
  quietTicks: 21,
  maxAppendEntries: 1024,
  maxAppendBytes: 1024 * 1024,
  maxInflightAppends: 64,
  maxInflightBytes: 8 * 1024 * 1024,
  maxUncommittedEntries: 100_000,
  maxUncommittedBytes: 64 * 1024 * 1024,
  maxPendingReads: 100_000,
  snapshotEntries: 100_000,
  snapshotBytes: 64 * 1024 * 1024,
  trailingEntries: 10_000,
  maxSnapshotChunkBytes: 1024 * 1024,
  maxCatchUpRounds: 10,
  priority: 0,
  leaseReads: false,
};

/** @throws InvariantViolation naming the first setting that cannot work. */
export function checkSettings(settings: Settings): void {
  const { electionTimeoutTicks, priority, trailingEntries, quietTicks, leaseReads, ...numbers } =
    settings;
  const { min, max } = electionTimeoutTicks;
  for (const [name, value] of Object.entries({ priority, trailingEntries, quietTicks })) {
    assert(Number.isSafeInteger(value) && value >= 0, `${name} must be a whole number: ${value}`);
  }
  assert(typeof leaseReads === 'boolean', `leaseReads must be true or false: ${leaseReads}`);
  for (const [name, value] of Object.entries({ ...numbers, min, max })) {
    assert(
      Number.isSafeInteger(value) && value > 0,
      `${name} must be a positive integer: ${value}`,
    );
  }
  assert(
    max >= 2 * min,
    `electionTimeoutTicks: T is at most half of max, so max ${max} must be at least ${2 * min}`,
  );
  assert(
    settings.heartbeatTicks < min,
    `heartbeatTicks ${settings.heartbeatTicks} must be below electionTimeoutTicks.min ${min}`,
  );
}

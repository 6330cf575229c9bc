/** What a driver may choose about a core. There is no choice that makes it wrong, only slow. */

import { assert } from './assert.ts';

export interface Settings {
  /**
   * A node that has heard no leader for a time drawn from [min, max) asks for votes. Also: a
   * follower that heard its leader within `min` grants no vote, and a leader that has heard no
   * quorum for `min` steps down. In ticks.
   */
  readonly electionTimeoutTicks: { readonly min: number; readonly max: number };
  /** A leader speaks to every follower at least this often, in ticks. */
  readonly heartbeatTicks: number;
  /** What one append carries at most. An entry larger than the bytes travels alone. */
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
  /** How many appends, and bytes of them, may be on their way to one follower unanswered. */
  readonly maxInflightAppends: number;
  readonly maxInflightBytes: number;
  /** How much a leader accepts beyond its commit index before it refuses proposals. */
  readonly maxUncommittedEntries: number;
  readonly maxUncommittedBytes: number;
  /** How many reads may wait for their confirmation at once. */
  readonly maxPendingReads: number;
}

export const defaultSettings: Settings = {
  electionTimeoutTicks: { min: 30, max: 60 },
  heartbeatTicks: 5,
  maxAppendEntries: 1024,
  maxAppendBytes: 1024 * 1024,
  maxInflightAppends: 64,
  maxInflightBytes: 8 * 1024 * 1024,
  maxUncommittedEntries: 100_000,
  maxUncommittedBytes: 64 * 1024 * 1024,
  maxPendingReads: 100_000,
};

/** @throws InvariantViolation naming the first setting that cannot work. */
export function checkSettings(settings: Settings): void {
  const { electionTimeoutTicks, ...numbers } = settings;
  const { min, max } = electionTimeoutTicks;
  for (const [name, value] of Object.entries({ ...numbers, min, max })) {
    assert(
      Number.isSafeInteger(value) && value > 0,
      `${name} must be a positive integer: ${value}`,
    );
  }
  assert(max > min, `electionTimeoutTicks is a range, and its max ${max} must exceed min ${min}`);
  assert(
    settings.heartbeatTicks < min,
    `heartbeatTicks ${settings.heartbeatTicks} must be below electionTimeoutTicks.min ${min}`,
  );
}

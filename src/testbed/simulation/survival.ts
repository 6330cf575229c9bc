/** What a crash leaves of that which was written and not made durable. */

import { nextFraction, nextInteger, type Random } from '../../raft/index.ts';

export interface Survival {
  /** Of so many new names, and losses of names, one after the other, so many survive. */
  names(changes: number): number;
  /**
   * Of so many bytes that were written to a file, one after the other, so many survive; null when
   * each sector is on its own.
   */
  bytes(written: number): number | null;
  /** Of so many writes to a sector, one after the other, so many have reached it. */
  sector(writes: number): number;
}

export const nothingSurvives: Survival = { names: () => 0, bytes: () => 0, sector: () => 0 };

const same = (count: number): number => count;

export const allSurvives: Survival = { names: same, bytes: same, sector: same };

/** What a crash leaves of what was written and not made durable. */
export interface SurvivalChances {
  /** The chance that all is lost. */
  readonly lostWrites: number;
  /** Otherwise: the chance that any sectors survive, and not what was written first. */
  readonly looseSectors: number;
}

export function drawSurvival(random: Random, chances: SurvivalChances): Survival {
  const upTo = (count: number): number => nextInteger(random, 0, count + 1);
  const { lostWrites, looseSectors } = chances;
  if (nextFraction(random) < lostWrites) return nothingSurvives;
  return {
    names: upTo,
    bytes: (written) => (nextFraction(random) < looseSectors ? null : upTo(written)),
    sector: upTo,
  };
}

/** How a new cluster comes by its first leader sooner. */

import type { HardState, Settings } from '../raft/index.ts';

/**
 * How many ticks a core is given before anything else. A node that has never seen a term belongs to
 * a new cluster. It waits for a leader like any other, but it may have begun to wait a little before
 * it was started: nobody can be disturbed yet.
 */
export function headStartTicks({ currentTerm }: HardState, settings: Settings): number {
  return currentTerm === 0 ? Math.floor((2 * settings.electionTimeoutTicks.min) / 3) : 0;
}

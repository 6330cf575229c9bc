/** What the disks of a quorum have in common with the log of a leader. */

import type { DurableLog } from './durable-log.ts';
import type { NodeWatch } from './node-watch.ts';

interface Voters {
  readonly voters: readonly string[];
  /** Empty, or the voters whose majority is needed too. */
  readonly outgoing: readonly string[];
}

/** The highest index up to which the disks of a quorum agree with the leader's log. */
export function durableIndexOf(
  leader: NodeWatch,
  { voters, outgoing }: Voters,
  diskOf: (name: string) => DurableLog | undefined,
): number {
  const majorityIndex = (names: readonly string[]): number => {
    const matches = names.map((name) => {
      const disk = diskOf(name);
      const last = Math.min(disk?.lastIndex ?? 0, leader.lastIndex);
      const term = leader.entryAt(last)?.term;
      return disk !== undefined && term !== undefined && disk.holds(last, term) ? last : 0;
    });
    matches.sort((a, b) => b - a);
    return matches[Math.floor(names.length / 2)] ?? 0;
  };
  const ofVoters = majorityIndex(voters);
  return outgoing.length === 0 ? ofVoters : Math.min(ofVoters, majorityIndex(outgoing));
}

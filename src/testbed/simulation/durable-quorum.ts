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
    const matches = names.map((name) => agreedIndex(leader, diskOf(name)));
    matches.sort((a, b) => b - a);
    return matches[Math.floor(names.length / 2)] ?? 0;
  };
  const ofVoters = majorityIndex(voters);
  return outgoing.length === 0 ? ofVoters : Math.min(ofVoters, majorityIndex(outgoing));
}

/** Two logs agree up to the last entry that both have; beyond it a later leader's may follow. */
function agreedIndex(leader: NodeWatch, disk: DurableLog | undefined): number {
  if (disk === undefined) return 0;
  for (let last = Math.min(disk.lastIndex, leader.lastIndex); ; last--) {
    const term = leader.entryAt(last)?.term;
    if (term === undefined) return 0;
    if (disk.holds(last, term)) return last;
  }
}

/**
 * What a majority of the voters agrees on. Elections, commitment, reads and the leader's check of
 * its own standing all ask here, so that a change of what a quorum is happens in one place.
 */

import type { NodeId } from './types.ts';

/** Who takes part in decisions. */
export interface Membership {
  readonly voters: readonly NodeId[];
}

/** The smallest number of voters of which any two groups share a member. */
export function majority(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/** Whether a majority of the voters satisfies `agrees`. */
export function hasQuorum(membership: Membership, agrees: (voter: NodeId) => boolean): boolean {
  let agreeing = 0;
  for (const voter of membership.voters) if (agrees(voter)) agreeing++;
  return agreeing >= majority(membership.voters.length);
}

/** The greatest value that a majority of the voters has reached. */
export function quorumValue(membership: Membership, reached: (voter: NodeId) => number): number {
  const values = membership.voters.map(reached).sort((a, b) => b - a);
  return values[majority(values.length) - 1] ?? 0;
}

/**
 * Who decides, and what they agree on. Elections, commitment, reads and the leader's check of its
 * own standing all ask here, so that what a quorum is stands in one place.
 *
 * While the voters change, the old and the new ones decide together: a majority of each is needed
 * (joint consensus; paper 6, dissertation 4.3). Learners receive the log and never count.
 */

import type { Membership, NodeId } from './types.ts';

/** A membership that is not in the middle of a change. */
export function membershipOf(
  voters: readonly NodeId[],
  learners: readonly NodeId[] = [],
): Membership {
  return { voters, outgoing: [], learners };
}

/** Whether old and new voters decide together. */
export function isJoint(membership: Membership): boolean {
  return membership.outgoing.length > 0;
}

/** Whether this node's word counts, on either side of a change. */
export function isVoter(membership: Membership, node: NodeId): boolean {
  return membership.voters.includes(node) || membership.outgoing.includes(node);
}

/** Every node whose word counts, once. */
export function membersThatDecide(membership: Membership): readonly NodeId[] {
  return isJoint(membership)
    ? [...new Set([...membership.voters, ...membership.outgoing])]
    : membership.voters;
}

/** Every node that receives the log, once. */
export function membersOf(membership: Membership): readonly NodeId[] {
  return [...new Set([...membership.voters, ...membership.outgoing, ...membership.learners])];
}

/** Whether two lists name the same nodes, in whatever order. */
export function isSameGroup(a: readonly NodeId[], b: readonly NodeId[]): boolean {
  return a.length === b.length && a.every((node) => b.includes(node));
}

/** What is wrong with the voters and learners that somebody asks for, or null. */
export function membershipFault(
  voters: readonly NodeId[],
  learners: readonly NodeId[],
): string | null {
  if (voters.length === 0) return 'a cluster needs a voter';
  const all = [...voters, ...learners];
  const repeated = all.find((node, position) => all.indexOf(node) !== position);
  return repeated === undefined ? null : `${repeated} is named twice`;
}

/** The smallest number of voters of which any two groups share a member. */
export function majority(voterCount: number): number {
  return Math.floor(voterCount / 2) + 1;
}

/** Whether a majority of the voters satisfies `agrees`; of both sides, during a change. */
export function hasQuorum(membership: Membership, agrees: (voter: NodeId) => boolean): boolean {
  const { voters, outgoing } = membership;
  return hasMajority(voters, agrees) && (outgoing.length === 0 || hasMajority(outgoing, agrees));
}

/** The greatest value that a majority has reached; of both sides, during a change. */
export function quorumValue(membership: Membership, reached: (voter: NodeId) => number): number {
  const { voters, outgoing } = membership;
  const value = majorityValue(voters, reached);
  return outgoing.length === 0 ? value : Math.min(value, majorityValue(outgoing, reached));
}

function hasMajority(voters: readonly NodeId[], agrees: (voter: NodeId) => boolean): boolean {
  let agreeing = 0;
  for (const voter of voters) if (agrees(voter)) agreeing++;
  return agreeing >= majority(voters.length);
}

function majorityValue(voters: readonly NodeId[], reached: (voter: NodeId) => number): number {
  // Greatest first; sorted as they come, since this is asked for with every acknowledgement.
  const values = new Array<number>(voters.length);
  let count = 0;
  for (const voter of voters) {
    const value = reached(voter);
    let at = count++;
    for (; at > 0 && (values[at - 1] ?? 0) < value; at--) values[at] = values[at - 1] ?? 0;
    values[at] = value;
  }
  return values[majority(count) - 1] ?? 0;
}

/** Majorities, by counting. (Paper 5.2; joint: paper 6) */

import type { MembershipView } from './view.ts';

/** Whether a majority says yes; while the voters change, one of the old and one of the new. */
export function isQuorum(
  { voters, outgoing }: MembershipView,
  saysYes: (voter: string) => boolean,
): boolean {
  return isMajority(voters, saysYes) && (outgoing.length === 0 || isMajority(outgoing, saysYes));
}

function isMajority(group: readonly string[], saysYes: (voter: string) => boolean): boolean {
  return 2 * group.filter(saysYes).length > group.length;
}

export function isVoter({ voters, outgoing }: MembershipView, node: string): boolean {
  return voters.includes(node) || outgoing.includes(node);
}

export function isJoint({ outgoing }: MembershipView): boolean {
  return outgoing.length > 0;
}

/** Whether two lists name the same nodes. */
export function isSameGroup(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

export function isSameMembership(a: MembershipView, b: MembershipView): boolean {
  return (
    a === b ||
    (isSameGroup(a.voters, b.voters) &&
      isSameGroup(a.outgoing, b.outgoing) &&
      isSameGroup(a.learners, b.learners))
  );
}

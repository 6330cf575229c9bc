/**
 * Which membership a leader may append. (Paper 6, dissertation 4)
 *
 * Every change of voters goes from a simple membership to a joint one, and from there to the next
 * simple one. (Divergence: the dissertation lets a single voter change without a joint membership;
 * one way to change is simpler, and as safe.) A change of learners only is one entry: they do not
 * count, so any two quorums still share a voter.
 */

import { membershipOf, type Node } from './node.ts';
import { isJoint, isSameGroup } from './quorums.ts';
import type { MembershipView } from './view.ts';
import { demand } from './violation.ts';

export function judgeChange(node: Node, next: MembershipView, commit: number): void {
  const { id, leading } = node;
  const present = membershipOf(node);
  const since = node.memberships.at(-1)?.index ?? 0;
  const knowsCommitted = leading !== null && commit >= leading.termStart;
  const ownTerm = 'no membership is appended before an entry of the own term is committed';
  demand(knowsCommitted, id, ownTerm, commit, leading?.termStart);
  demand(since <= commit, id, 'no membership is appended before the last is committed', since);
  demand(next.voters.length > 0, id, 'a membership has voters');
  const all = [...next.voters, ...next.learners];
  demand(new Set(all).size === all.length, id, 'a membership names each node once', all.join(' '));
  if (isJoint(present)) {
    const isLeaving = !isJoint(next) && isSameGroup(next.voters, present.voters);
    demand(isLeaving, id, 'a joint membership is left for its new voters');
  } else if (isJoint(next)) {
    const isEntering = isSameGroup(next.outgoing, present.voters);
    demand(isEntering, id, 'in a joint membership the present voters go out');
  } else {
    const isSame = isSameGroup(next.voters, present.voters);
    demand(isSame, id, 'voters change by a joint membership only');
  }
}

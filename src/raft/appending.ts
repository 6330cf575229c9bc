/** How a leader adds to its own log. It never deletes from it. (Paper 5.3, leader append-only) */

import { appendOne, lastIndex } from './log.ts';
import { adoptMemberships } from './membership.ts';
import { createProgress } from './progress.ts';
import { membersOf } from './quorum.ts';
import type { Leader, RaftState } from './state.ts';
import { asLogIndex, type Entry, type Membership } from './types.ts';

/** Adds one entry at the end. */
export function appendOwn<Command>(
  state: RaftState<Command>,
  leader: Leader,
  entry: Entry<Command>,
): void {
  appendOne(state.log, entry);
  leader.uncommittedBytes += entry.bytes;
}

/** Adds a membership, which is in effect at once: the leader replicates to whom it names. */
export function appendMembership(
  state: RaftState<unknown>,
  leader: Leader,
  membership: Membership,
): void {
  const entry: Entry<unknown> = {
    kind: 'membership',
    index: asLogIndex(lastIndex(state.log) + 1),
    term: state.currentTerm,
    membership,
    bytes: 0,
  };
  appendOwn(state, leader, entry);
  adoptMemberships(state, [entry]);
  followMembers(state, leader, membership);
}

/**
 * Keeps track of every member but itself. Who is no longer a member still receives the log until
 * it has been told of its removal; see replication.ts.
 */
function followMembers(state: RaftState<unknown>, leader: Leader, membership: Membership): void {
  const members = membersOf(membership);
  for (const progress of leader.progress) progress.isDeparting = !members.includes(progress.peer);
  for (const member of members) {
    const isKnown = leader.progress.some((progress) => progress.peer === member);
    if (isKnown || member === state.id) continue;
    leader.progress.push(createProgress(member, asLogIndex(lastIndex(state.log) + 1)));
  }
}

/**
 * Which membership is in effect: the last one in the log, committed or not. (Paper 6, dissertation
 * 4.1: "each server adopts a configuration as soon as it is added to its log")
 *
 * `state.memberships` holds what the log says about it, oldest first:
 *
 * - it is never empty: the first is the one that the log begins with (of the snapshot, or of the
 *   cluster's first day), and no entry before the log's start matters any more;
 * - its indices increase, and each but the first is that of a membership entry in the log;
 * - so when the log loses its end, the memberships in it are rolled back with it.
 */

import { assert } from './assert.ts';
import { isVoter } from './quorum.ts';
import type { RaftState } from './state.ts';
import type { Entry, LogIndex, Membership, MembershipAt } from './types.ts';

/** The membership in effect, with the index that set it. */
export function latestMembership(state: RaftState<unknown>): MembershipAt {
  const latest = state.memberships[state.memberships.length - 1];
  assert(latest !== undefined, 'a log begins with a membership');
  return latest;
}

/** The membership in effect. */
export function membershipInEffect(state: RaftState<unknown>): Membership {
  return latestMembership(state).membership;
}

/** The membership as of an index, for a snapshot that ends there. */
export function membershipAt(state: RaftState<unknown>, index: LogIndex): MembershipAt {
  const at = state.memberships.findLast((it) => it.index <= index);
  assert(at !== undefined, 'a membership is known for every index of the log');
  return at;
}

/**
 * Whether this node may campaign: it is a voter, or may still be needed as one because its removal
 * is not known to be committed. Without the second, the only node that has the entry which removes
 * it could neither win nor let anybody else win. (Dissertation 4.2.2)
 */
export function mayCampaign(state: RaftState<unknown>): boolean {
  const committed = state.memberships.findLastIndex((it) => it.index <= state.commitIndex);
  return state.memberships
    .slice(Math.max(0, committed))
    .some(({ membership }) => isVoter(membership, state.id));
}

/** Entries have been appended: the memberships among them are in effect from now on. */
export function adoptMemberships(
  state: RaftState<unknown>,
  entries: readonly Entry<unknown>[],
): void {
  for (const entry of entries) {
    if (entry.kind !== 'membership') continue;
    state.memberships.push({ index: entry.index, membership: entry.membership });
  }
}

/** Entries from `from` on were deleted: the membership before them is in effect again. */
export function rollBackMemberships(state: RaftState<unknown>, from: LogIndex): void {
  const kept = state.memberships.filter((it, position) => position === 0 || it.index < from);
  state.memberships.splice(0, state.memberships.length, ...kept);
}

/** The log begins after `index` now: only the membership as of there is needed of those before. */
export function forgetMembershipsBefore(state: RaftState<unknown>, index: LogIndex): void {
  const first = state.memberships.findLastIndex((it) => it.index <= index);
  if (first > 0) state.memberships.splice(0, first);
}

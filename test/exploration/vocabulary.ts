/** Memberships and messages written with plain strings and numbers. */

import {
  asNodeId,
  type Membership,
  type Message,
  membershipOf as membershipOfIds,
} from '../../src/raft/index.ts';

export type { VoteResponse } from '../../src/raft/index.ts';

export function membershipOf(voters: readonly string[]): Membership {
  return membershipOfIds(voters.map(asNodeId));
}

/** A message from plain data; a brand costs nothing at run time. */
export function message<M extends Message<number>>(
  fields: { readonly [F in keyof M]: unknown },
): M {
  return fields as unknown as M;
}

/** What a node of a scenario starts with, when it does not start with nothing. */

import {
  asLogIndex,
  type Entry,
  type Membership,
  type MembershipAt,
  type Settings,
} from '../../raft/index.ts';
import type { StoredSnapshot } from './disk.ts';
import { demand } from './fault.ts';
import { commandsIn, encodeCommands } from './machine.ts';
import type { Command } from './notation.ts';

export interface Given {
  readonly log?: readonly Entry<Command>[];
  /** The log's entries up to here are in a snapshot. */
  readonly snapshotIndex?: number;
  /** The first entry that is still in the log. */
  readonly firstIndex?: number;
  readonly term?: number;
  readonly vote?: string | null;
  readonly settings?: Settings;
}

/** The snapshot that covers a log up to an index, or null for index 0. */
export function snapshotOf(
  log: readonly Entry<Command>[],
  snapshotIndex: number,
  firstMembership: Membership,
): StoredSnapshot | null {
  if (snapshotIndex === 0) return null;
  const covered = log.slice(0, snapshotIndex);
  const last = covered.at(-1);
  demand(last?.index === snapshotIndex, `the log has no index ${snapshotIndex}`);
  let membership: MembershipAt = { index: asLogIndex(0), membership: firstMembership };
  for (const entry of covered) {
    if (entry.kind === 'membership') membership = entry;
  }
  const meta = {
    index: last.index,
    term: last.term,
    membership: { index: membership.index, membership: membership.membership },
  };
  return { meta, data: encodeCommands(commandsIn(covered)) };
}

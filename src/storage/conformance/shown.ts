/** Entries and snapshots as text: equal texts mean equal things, and people can read them. */

import type { Entry, Membership, SnapshotMeta } from '../../raft/index.ts';

/** The value itself, as JSON would have it, keys in alphabetical order. */
export function shownValue(value: object): string {
  return JSON.stringify(value, Object.keys(value).sort());
}

function shownMembership({ voters, outgoing, learners }: Membership): string {
  return JSON.stringify({ voters: [...voters], outgoing: [...outgoing], learners: [...learners] });
}

export function shownEntry(entry: Entry<string> | undefined): string {
  if (entry === undefined) return 'none';
  const head = `${entry.kind} ${entry.index} of term ${entry.term}, ${entry.bytes} bytes`;
  if (entry.kind === 'noop') return head;
  const content =
    entry.kind === 'command' ? JSON.stringify(entry.command) : shownMembership(entry.membership);
  return `${head}: ${content}`;
}

export function shownMeta(meta: SnapshotMeta | undefined): string {
  if (meta === undefined) return 'none';
  const { index, term, membership } = meta;
  const members = `${shownMembership(membership.membership)} of ${membership.index}`;
  return `one that ends at ${index} of term ${term} with ${members}`;
}

/** Where bytes begin to differ, or null. */
export function firstDifference(expected: Uint8Array, found: Uint8Array): string | null {
  if (Buffer.compare(expected, found) === 0) return null;
  if (expected.length !== found.length) {
    return `expected ${expected.length} bytes, found ${found.length}`;
  }
  const at = expected.findIndex((byte, position) => byte !== found[position]);
  return `expected ${expected[at]} at ${at}, found ${found[at]}`;
}

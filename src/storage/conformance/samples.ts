/** What the rules write. */

import type {
  Entry,
  HardState,
  LogIndex,
  Membership,
  NodeId,
  SnapshotChunk,
  SnapshotMeta,
  Term,
} from '../../raft/index.ts';

/** Names that nobody gives a node, and somebody does. */
export const oddNames: readonly string[] = [
  '',
  ' ',
  'n1',
  'null',
  'a/b\\c:d',
  '"quoted", \'twice\'',
  'two\nlines\u0000and a nothing',
  'Zoë 節點 🚣🏽',
  'x'.repeat(1000),
];

export const greatest: number = Number.MAX_SAFE_INTEGER;

export function hardState(currentTerm: number, votedFor: string | null = null): HardState {
  return { currentTerm: currentTerm as Term, votedFor: votedFor as NodeId | null };
}

export function command(
  index: number,
  term = 1,
  content: string = `${index}@${term}`,
  weight: number = content.length,
): Entry<string> {
  return {
    kind: 'command',
    index: index as LogIndex,
    term: term as Term,
    command: content,
    bytes: weight,
  };
}

/** Commands from one index to another, both included. */
export function commands(from: number, to: number, term = 1): Entry<string>[] {
  return Array.from({ length: to - from + 1 }, (_, position) => command(from + position, term));
}

export function noop(index: number, term = 1): Entry<string> {
  return { kind: 'noop', index: index as LogIndex, term: term as Term, bytes: 0 };
}

export function membership(
  voters: readonly string[],
  outgoing: readonly string[] = [],
  learners: readonly string[] = [],
): Membership {
  return {
    voters: voters as NodeId[],
    outgoing: outgoing as NodeId[],
    learners: learners as NodeId[],
  };
}

export function membershipEntry(index: number, members: Membership, term = 1): Entry<string> {
  return {
    kind: 'membership',
    index: index as LogIndex,
    term: term as Term,
    membership: members,
    bytes: 0,
  };
}

export function metaAt(
  index: number,
  term = 1,
  members: Membership = membership(['n1', 'n2']),
): SnapshotMeta {
  return {
    index: index as LogIndex,
    term: term as Term,
    membership: { index: 0 as LogIndex, membership: members },
  };
}

export function chunk(
  snapshot: SnapshotMeta,
  offset: number,
  data: Uint8Array,
  isLast: boolean,
): { snapshotChunk: SnapshotChunk } {
  return { snapshotChunk: { snapshot, offset, data, isLast } };
}

export function truncate(from: number): { truncateFrom: LogIndex } {
  return { truncateFrom: from as LogIndex };
}

export function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** Bytes that look like chance, the same each time: xorshift, as there may be millions. */
export function bytes(length: number, seed = 1): Uint8Array {
  const data = new Uint8Array(length);
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let position = 0; position < length; position++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[position] = state;
  }
  return data;
}

/** Draws integers from 0 up to a limit that is not reached, determined by a seed: mulberry32. */
export function createChance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

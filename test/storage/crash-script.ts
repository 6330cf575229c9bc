/** A short life of a store in which everything happens that can happen to one. */

import {
  asLogIndex,
  asNodeId,
  asTerm,
  type Entry,
  membershipOf,
  type SnapshotMeta,
} from '../../src/raft/index.ts';
import type { StoreUser } from './crash-harness.ts';

const membership = membershipOf([asNodeId('n1'), asNodeId('n2'), asNodeId('n3')]);

function command(index: number, term: number, text = `${index}@${term}`): Entry<string> {
  return {
    kind: 'command',
    index: asLogIndex(index),
    term: asTerm(term),
    command: text,
    bytes: text.length,
  };
}

const noop = (index: number, term: number): Entry<string> => ({
  kind: 'noop',
  index: asLogIndex(index),
  term: asTerm(term),
  bytes: 0,
});

const change = (index: number, term: number): Entry<string> => ({
  kind: 'membership',
  index: asLogIndex(index),
  term: asTerm(term),
  membership,
  bytes: 0,
});

const vote = (currentTerm: number, votedFor: string | null) => ({
  currentTerm: asTerm(currentTerm),
  votedFor: votedFor === null ? null : asNodeId(votedFor),
});

const metaAt = (index: number, term: number): SnapshotMeta => ({
  index: asLogIndex(index),
  term: asTerm(term),
  membership: { index: asLogIndex(2), membership },
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Longer than a sector, so that a crash can take its middle. */
const long = (letter: string): string => letter.repeat(1200);

export async function crashScript(user: StoreUser): Promise<void> {
  user.write({ hardState: vote(1, 'n1'), entries: [noop(1, 1)] });
  await user.rest();
  // Together: the first is on its way to the disk when the others come.
  user.write({ entries: [change(2, 1)] });
  user.write({ entries: [command(3, 1), command(4, 1, long('a'))] });
  user.write({ entries: [command(5, 1)] });
  user.write({ entries: [command(6, 1)] });
  await user.rest();
  // A new leader cuts what the old one has left.
  user.write({ hardState: vote(2, null), truncateFrom: asLogIndex(5), entries: [noop(5, 2)] });
  user.write({ truncateFrom: asLogIndex(5), entries: [command(5, 2, '\0'.repeat(1100))] });
  user.write({ entries: [command(6, 2, long('b'))] });
  await user.rest();
  user.saveSnapshot(metaAt(4, 1), bytes('a snapshot of its own'));
  user.write({ hardState: vote(3, 'n3') });
  await user.rest();
  user.compact(4);
  user.write({ entries: [command(7, 3), command(8, 3)] });
  await user.rest();
  // A part of a snapshot that is never completed, then one that is, with entries after it.
  const chunk = (index: number, offset: number, text: string, isLast: boolean) => ({
    snapshotChunk: { snapshot: metaAt(index, 3), offset, data: bytes(text), isLast },
  });
  user.write(chunk(12, 0, 'given up', false));
  user.write({ truncateFrom: asLogIndex(8) });
  await user.rest();
  user.write(chunk(20, 0, 'one, ', false));
  user.write(chunk(20, 5, 'two, ', false));
  await user.rest();
  user.write({ ...chunk(20, 10, 'three', true), entries: [command(21, 3)] });
  user.write({ entries: [command(22, 3)] });
  await user.rest();
  for (let index = 23; index < 30; index++) {
    user.write({ entries: [command(index, 3, `entry ${index}`.repeat(9))] });
    if (index % 3 === 0) await user.rest();
  }
  user.saveSnapshot(metaAt(27, 3), bytes('another snapshot of its own'));
  user.write({ hardState: vote(4, 'n2'), truncateFrom: asLogIndex(29) });
  await user.rest();
  user.compact(25);
  await user.rest();
  user.write({ hardState: vote(5, null), entries: [noop(29, 5)] });
}

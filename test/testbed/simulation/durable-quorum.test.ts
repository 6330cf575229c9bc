/** What a leader may take for committed, by the disks of all. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asTerm, type Entry } from '../../../src/raft/index.ts';
import { DurableLog } from '../../../src/testbed/simulation/durable-log.ts';
import { durableIndexOf } from '../../../src/testbed/simulation/durable-quorum.ts';
import type { NodeWatch } from '../../../src/testbed/simulation/node-watch.ts';

function logOf(terms: readonly number[]): readonly Entry<never>[] {
  return terms.map((term, position) => ({
    kind: 'noop',
    index: asLogIndex(position + 1),
    term: asTerm(term),
    bytes: 0,
  }));
}

function diskWith(terms: readonly number[]): DurableLog {
  const disk = new DurableLog();
  disk.note({ hardState: null, snapshotChunk: null, truncateFrom: null, entries: logOf(terms) });
  return disk;
}

test('a deposed leader commits what its successor has too, and has gone beyond', () => {
  const entries = logOf([1, 1, 2, 2, 2]);
  const leader = { lastIndex: 5, entryAt: (index: number) => entries[index - 1] };
  const disks = new Map([
    ['n1', diskWith([1, 1, 2, 2, 2])],
    // It was elected with four entries of term 2, and has begun its own.
    ['n2', diskWith([1, 1, 2, 2, 3, 3])],
    ['n3', diskWith([1])],
  ]);
  const voters = { voters: [...disks.keys()], outgoing: [] };
  const index = durableIndexOf(leader as NodeWatch, voters, (name) => disks.get(name));
  assert.equal(index, 4);
});

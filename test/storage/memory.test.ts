import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asNodeId, asTerm, type Entry } from '../../src/raft/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';

function entry(index: number, term: number): Entry<string> {
  return {
    kind: 'command',
    index: asLogIndex(index),
    term: asTerm(term),
    command: `${index}@${term}`,
    bytes: 1,
  };
}

test('a memory store gives back what was written, truncations included', async () => {
  const store = new MemoryStore<string>();
  assert.deepEqual(await store.load(), {
    hardState: { currentTerm: 0, votedFor: null },
    snapshot: null,
    entries: [],
  });
  const failures: (Error | null)[] = [];
  const done = (failure: Error | null) => failures.push(failure);
  const hardState = { currentTerm: asTerm(2), votedFor: asNodeId('n1') };
  store.write(
    { hardState, snapshotChunk: null, truncateFrom: null, entries: [entry(1, 1), entry(2, 1)] },
    done,
  );
  store.write(
    { hardState: null, snapshotChunk: null, truncateFrom: asLogIndex(2), entries: [entry(2, 2)] },
    done,
  );
  store.write({ hardState: null, snapshotChunk: null, truncateFrom: null, entries: [] }, done);
  assert.deepEqual(await store.load(), {
    hardState,
    snapshot: null,
    entries: [entry(1, 1), entry(2, 2)],
  });
  assert.deepEqual(failures, [null, null, null]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asNodeId, asTerm, type Entry, membershipOf } from '../../src/raft/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import type { StoreWrite } from '../../src/storage/store.ts';

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

test('truncated entries do not come back', async () => {
  const store = new MemoryStore<string>();
  const write = (truncateFrom: number | null, ...entries: Entry<string>[]) => {
    const from = truncateFrom === null ? null : asLogIndex(truncateFrom);
    store.write({ hardState: null, snapshotChunk: null, truncateFrom: from, entries }, () => {});
  };
  write(null, entry(1, 1), entry(2, 1), entry(3, 1), entry(4, 1));
  write(2, entry(2, 2));
  assert.deepEqual((await store.load()).entries, [entry(1, 1), entry(2, 2)]);
  write(2);
  assert.deepEqual((await store.load()).entries, [entry(1, 1)]);
});

const membership = { index: asLogIndex(0), membership: membershipOf([asNodeId('n1')]) };
const metaAt = (index: number) => ({ index: asLogIndex(index), term: asTerm(1), membership });
const bytes = (text: string) => new TextEncoder().encode(text);

function partOf(store: MemoryStore<string>, index: number, offset: number, maxBytes: number) {
  let read: string | null = null;
  let last = false;
  store.readSnapshot(asLogIndex(index), offset, maxBytes, (part) => {
    read = part === null ? null : new TextDecoder().decode(part.data);
    last = part?.isLast ?? false;
  });
  return [read, last];
}

test('a snapshot that is received takes the place of all entries when it is complete', async () => {
  const store = new MemoryStore<string>();
  const write = (snapshotChunk: StoreWrite<string>['snapshotChunk'], ...indices: number[]) => {
    const entries = indices.map((index) => entry(index, 1));
    store.write({ hardState: null, snapshotChunk, truncateFrom: null, entries }, () => {});
  };
  write(null, 1, 2, 3);
  write({ snapshot: metaAt(7), offset: 0, data: bytes('begun '), isLast: false });
  write({ snapshot: metaAt(9), offset: 0, data: bytes('hello '), isLast: false });
  assert.equal((await store.load()).entries.length, 3, 'nothing happens before the last part');
  write({ snapshot: metaAt(9), offset: 6, data: bytes('world'), isLast: true }, 10);
  const { snapshot, entries } = await store.load();
  assert.equal(snapshot?.meta.index, 9);
  assert.equal(new TextDecoder().decode(snapshot?.data), 'hello world');
  assert.deepEqual(entries, [entry(10, 1)]);
});

test('a snapshot is read in parts, until a newer one has taken its place', () => {
  const store = new MemoryStore<string>();
  store.saveSnapshot(metaAt(5), bytes('abcde'), () => {});
  assert.deepEqual(partOf(store, 5, 0, 2), ['ab', false]);
  assert.deepEqual(partOf(store, 5, 4, 2), ['e', true]);
  store.saveSnapshot(metaAt(3), bytes('older'), () => {});
  assert.deepEqual(partOf(store, 5, 0, 9), ['abcde', true], 'an older one changes nothing');
  store.saveSnapshot(metaAt(8), bytes('newer'), () => {});
  assert.deepEqual(partOf(store, 5, 0, 9), [null, false]);
});

test('what is compacted is gone', async () => {
  const store = new MemoryStore<string>();
  const entries = [1, 2, 3].map((index) => entry(index, 1));
  store.write({ hardState: null, snapshotChunk: null, truncateFrom: null, entries }, () => {});
  store.compact(asLogIndex(2));
  assert.deepEqual((await store.load()).entries, [entry(3, 1)]);
});

/** A disk between a node and its medium: slow, failing, forgetful, as it is told. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asNodeId, asTerm, createRandom, type Entry } from '../../../src/raft/index.ts';
import type { StoreWrite } from '../../../src/storage/store.ts';
import {
  type DiskFaults,
  SimulatedStore,
} from '../../../src/testbed/simulation/simulated-store.ts';
import { VirtualClock } from '../../../src/testbed/virtual-clock.ts';

const instant: DiskFaults = { diskMs: 0, diskFailure: 0, lostWrites: 1 };

function entry(index: number): Entry<string> {
  const command = `c${index}`;
  return { kind: 'command', index: asLogIndex(index), term: asTerm(1), command, bytes: 1 };
}

function write(...indices: readonly number[]): StoreWrite<string> {
  const entries = indices.map(entry);
  return { hardState: null, snapshotChunk: null, truncateFrom: null, entries };
}

function open(faults: Partial<DiskFaults> = {}, seed = 1) {
  const clock = new VirtualClock();
  const durable: number[] = [];
  const store = new SimulatedStore<string>(
    clock,
    createRandom(seed),
    { ...instant, ...faults },
    {
      onDurable: ({ entries }) => void durable.push(...entries.map(({ index }) => index)),
      onSnapshot() {},
    },
  );
  const said: string[] = [];
  const save = (...indices: readonly number[]): void =>
    store.write(write(...indices), (failure) => {
      said.push(`${indices.join(' ')}: ${failure?.message ?? 'durable'}`);
    });
  const kept = async (): Promise<number[]> =>
    (await store.load()).entries.map(({ index }) => index);
  return { clock, store, save, kept, said, durable };
}

test('an instant disk has written when it is told', async () => {
  const { save, kept, said, durable } = open();
  save(1, 2);
  assert.deepEqual(said, ['1 2: durable']);
  assert.deepEqual(durable, [1, 2]);
  assert.deepEqual(await kept(), [1, 2]);
});

test('a slow disk says so when it has, in order, and syncs together what came meanwhile', async () => {
  const { clock, save, said, durable } = open({ diskMs: 10 });
  save(1);
  save(2);
  save(3);
  assert.deepEqual(said, []);
  assert.deepEqual(durable, []);
  while (said.length === 0) assert.ok(clock.runNext(100));
  assert.deepEqual(said, ['1: durable']);
  while (said.length === 1) assert.ok(clock.runNext(100));
  assert.deepEqual(said, ['1: durable', '2: durable', '3: durable']);
  assert.deepEqual(durable, [1, 2, 3]);
});

test('a crash loses what was not synced, and nobody is told of it', async () => {
  const { clock, store, save, kept, said } = open({ diskMs: 10 });
  save(1);
  while (said.length === 0) assert.ok(clock.runNext(100));
  save(2);
  store.crash();
  await clock.advance(100);
  assert.deepEqual(said, ['1: durable']);
  assert.deepEqual(await kept(), [1]);
});

test('or keeps a beginning of it: whole entries, in their order', async () => {
  const lengths = new Set<number>();
  for (let seed = 1; seed <= 60; seed++) {
    const { store, save, kept } = open({ diskMs: 10, lostWrites: 0 }, seed);
    save(1, 2);
    save(3, 4);
    store.crash();
    const entries = await kept();
    assert.deepEqual(entries, [1, 2, 3, 4].slice(0, entries.length));
    lengths.add(entries.length);
  }
  assert.deepEqual([...lengths].sort(), [0, 1, 2, 3, 4]);
});

test('after a failed write none succeeds, until the node starts again', async () => {
  const { clock, store, save, kept, said } = open({ diskFailure: 1 });
  save(1);
  save(2);
  await clock.advance(100);
  assert.ok(said.length >= 2 && said.every((line) => line.endsWith('the disk does not write')));
  store.crash();
  store.setFaults(instant);
  assert.deepEqual(await kept(), []);
  save(1);
  assert.equal(said.at(-1), '1: durable');
});

test('a rotten disk is not read', async () => {
  const { store, save } = open();
  save(1);
  store.rot();
  assert.equal(store.isRotten, true);
  await assert.rejects(store.load(), /the disk does not hold what was written/);
});

test('a snapshot that is being saved is lost in a crash', async () => {
  const { clock, store } = open({ diskMs: 10 });
  const voters = [asNodeId('n1')];
  const membership = { index: asLogIndex(0), membership: { voters, outgoing: [], learners: [] } };
  const meta = { index: asLogIndex(3), term: asTerm(1), membership };
  let isSaved = false;
  const saveSnapshot = (): void =>
    store.saveSnapshot(meta, Uint8Array.of(1), (failure) => {
      isSaved = failure === null;
    });
  saveSnapshot();
  store.crash();
  await clock.advance(100);
  assert.equal(isSaved, false);
  assert.equal((await store.load()).snapshot, null);
  saveSnapshot();
  await clock.advance(100);
  assert.equal(isSaved, true);
  assert.deepEqual((await store.load()).snapshot?.meta, meta);
});

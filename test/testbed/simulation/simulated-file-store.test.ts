/** A file store on a simulated disk: what is said of it is true, and what is wrong is said. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asTerm, createRandom, type Entry } from '../../../src/raft/index.ts';
import type { StoredState, StoreWrite } from '../../../src/storage/store.ts';
import { noFaults } from '../../../src/testbed/simulation/faults.ts';
import type { FileFaults } from '../../../src/testbed/simulation/node-store.ts';
import { SimulatedFileStore } from '../../../src/testbed/simulation/simulated-file-store.ts';
import { StoreModel } from '../../../src/testbed/simulation/store-model.ts';
import { VirtualClock } from '../../../src/testbed/virtual-clock.ts';
import { textFormat } from '../../storage/text-commands.ts';

function entry(index: number): Entry<string> {
  const command = `c${index}`;
  return { kind: 'command', index: asLogIndex(index), term: asTerm(1), command, bytes: 1 };
}

function write(...indices: readonly number[]): StoreWrite<string> {
  const entries = indices.map(entry);
  return { hardState: null, snapshotChunk: null, truncateFrom: null, entries };
}

const usual: FileFaults = { ...noFaults, files: 1, segmentBytes: 4096 };

function create(faults: Partial<FileFaults> = {}, seed = 1) {
  const clock = new VirtualClock();
  const durable: number[] = [];
  const events: string[] = [];
  const store = new SimulatedFileStore<string>({
    node: 'n1',
    clock,
    random: createRandom(seed),
    faults: { ...usual, ...faults },
    format: textFormat,
    witness: {
      onDurable: ({ entries }) => durable.push(...entries.map(({ index }) => index)),
      onSnapshot() {},
    },
    onBroken: (rule, detail) => events.push(`${rule}: ${detail}`),
    onFailedStart: () => events.push('did not start'),
    onTurn() {},
  });
  /** Starts the store; returns what it holds, or null when it does not start. */
  const load = async (acts = (): boolean => true): Promise<readonly number[] | string | null> => {
    let result: readonly number[] | string | null = null;
    void store.load(acts).then(
      ({ entries }) => {
        result = entries.map(({ index }) => index);
      },
      (error: Error) => {
        result = error.message;
      },
    );
    await clock.advance(1000);
    return result;
  };
  const save = (...indices: readonly number[]): void =>
    store.write(write(...indices), (failure) => {
      events.push(`${indices.join(' ')}: ${failure?.message ?? 'durable'}`);
    });
  return { clock, store, load, save, durable, events };
}

test('what is acknowledged is durable, and comes back', async () => {
  const { clock, store, load, save, durable, events } = create();
  assert.deepEqual(await load(), []);
  save(1, 2);
  await clock.advance(1);
  assert.deepEqual(events, ['1 2: durable']);
  assert.deepEqual(durable, [1, 2]);
  store.crash();
  assert.deepEqual(await load(), [1, 2]);
  assert.deepEqual(durable, [1, 2]);
});

test('what was not acknowledged and is there all the same is found out at the next start', async () => {
  const kept = new Set<number>();
  for (let seed = 1; seed <= 60; seed++) {
    const { store, clock, load, save, durable, events } = create({ diskMs: 10 }, seed);
    await load();
    save(1, 2, 3);
    await clock.advance(0);
    store.crash();
    const found = await load();
    assert.deepEqual(durable, found);
    assert.deepEqual(events, [], 'a life that is over hears nothing');
    kept.add(durable.length);
  }
  assert.ok(kept.has(0) && kept.has(3) && kept.size > 2, `${[...kept]}`);
});

test('a disk that fails while the store is loaded keeps the node from starting, once', async () => {
  const { store, load, events } = create({ diskFailure: 1 });
  assert.equal(await load(), null);
  assert.deepEqual(events, ['did not start']);
  store.crash();
  store.setFaults(usual);
  assert.deepEqual(await load(), []);
});

test('a disk that is full says so, and has what was acknowledged', async () => {
  const { clock, store, load, save, durable, events } = create({
    segmentBytes: 700,
    diskRoomBytes: 3000,
  });
  while ((await load()) === null) store.crash();
  for (let index = 1; events.at(-1)?.endsWith('durable') !== false; index++) {
    save(index);
    await clock.advance(1);
  }
  assert.match(events.at(-1) ?? '', /the disk does not write/);
  const acknowledged = [...durable];
  store.crash();
  store.setFaults(usual);
  assert.deepEqual(((await load()) ?? []).slice(0, acknowledged.length), acknowledged);
});

test('a node may crash between any two things that are done with its disk', async () => {
  let isSafe = false;
  for (let actions = 0; !isSafe; actions++) {
    const { clock, store, load, save, durable, events } = create();
    let left = actions;
    const acts = (): boolean => {
      if (left-- > 0) return true;
      store.crash();
      return false;
    };
    await load(acts);
    if (left >= 0) save(1);
    await clock.advance(1);
    isSafe = left > 0;
    store.crash();
    assert.deepEqual(await load(), durable, `after ${actions}`);
    assert.ok(events.every((event) => event === '1: durable'));
  }
});

test('a rotten disk is refused, or it has lost nothing', async () => {
  let refusals = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const { clock, store, load, save, events } = create({ segmentBytes: 700 }, seed);
    await load();
    for (let index = 1; index <= 20; index++) save(index);
    await clock.advance(1);
    store.crash();
    store.rot();
    assert.ok(store.isRotten);
    const found = await load();
    if (typeof found === 'string') refusals++;
    assert.equal(store.isLost, typeof found === 'string');
    assert.ok(events.every((event) => event.endsWith(': durable')));
  }
  assert.ok(refusals > 30, `${refusals} of 100`);
});

const empty: StoredState<string> = {
  hardState: { currentTerm: asTerm(0), votedFor: null },
  snapshot: null,
  entries: [],
};

test('a store that forgets, invents or brings back is found out', () => {
  const model = new StoreModel<string>();
  model.write(write(1, 2, 3));
  model.acknowledge();
  model.write({ ...write(2), truncateFrom: asLogIndex(2) });
  const holding = (...indices: readonly number[]) =>
    model.find({ ...empty, entries: indices.map(entry) }).kind;
  assert.equal(holding(1, 2, 3), 'held');
  assert.equal(holding(1), 'held', 'the first part of the second write is done');
  assert.equal(holding(1, 2), 'held');
  assert.equal(holding(), 'wrong');
  assert.equal(holding(1, 2, 3, 4), 'wrong');
  assert.equal(holding(2, 3), 'wrong');
  model.acknowledge();
  assert.equal(holding(1, 2), 'held');
  assert.equal(holding(1, 2, 3), 'wrong', 'what was truncated does not come back');
  assert.equal(holding(1), 'wrong');
  const voted = { currentTerm: asTerm(1), votedFor: null };
  const entries = [entry(1), entry(2)];
  assert.equal(model.find({ ...empty, entries, hardState: voted }).kind, 'wrong');
});

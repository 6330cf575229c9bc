/** What a file store does in which order, where a crash at the wrong moment is too rare to wait for. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, createRandom } from '../../src/raft/index.ts';
import { command, metaAt, text } from '../../src/storage/conformance/samples.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import { mountDisk } from '../../src/testbed/simulation/mounted-disk.ts';
import { SimulatedDisk } from '../../src/testbed/simulation/simulated-disk.ts';
import { nothingSurvives } from '../../src/testbed/simulation/survival.ts';
import { settled, VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { type CrashPoint, recordDisk } from './recorded-disk.ts';
import { textFormat } from './text-commands.ts';

const sound = { diskMs: 0, diskFailure: 0, syncFailure: 0, lostWrites: 1, looseSectors: 0 };

/** A store in which each segment has room for one entry. */
async function openStore(
  onPoint: (point: CrashPoint) => void,
  mayReadSnapshots: Promise<void> = Promise.resolve(),
) {
  const random = createRandom(1);
  const disk = new SimulatedDisk({ clock: new VirtualClock(), random, faults: sound });
  const recorded = recordDisk(disk, onPoint);
  const store = new FileStore<string>({
    disk: {
      ...recorded,
      async read(name, ...part) {
        if (name.endsWith('.snapshot')) await mayReadSnapshots;
        return await recorded.read(name, ...part);
      },
    },
    node: 'n1',
    format: textFormat,
    segmentBytes: 1200,
  });
  await store.load();
  return {
    store,
    async append(index: number) {
      const entries = [command(index, 1, 'x'.repeat(560))];
      const nothing = { hardState: null, snapshotChunk: null, truncateFrom: null };
      const failure = await new Promise((done) => store.write({ ...nothing, entries }, done));
      assert.equal(failure, null);
      await settled();
    },
    async save(index: number) {
      const failure = await new Promise((done) =>
        store.saveSnapshot(metaAt(index), text('a snapshot'), done),
      );
      assert.equal(failure, null);
      await settled();
    },
  };
}

test('segments that a snapshot covers are removed oldest first, each for good before the next', async () => {
  const steps: string[] = [];
  const { store, append, save } = await openStore(({ next }) => steps.push(next));
  for (let index = 1; index <= 5; index++) await append(index);
  await save(3);
  steps.length = 0;
  store.compact(asLogIndex(3));
  await settled();
  const done = 'names are synced';
  assert.deepEqual(steps, [
    ...['remove 0000000001.wal', 'sync names', done],
    ...['remove 0000000002.wal', 'sync names', done],
    ...['remove 0000000003.wal', 'sync names', done],
  ]);
});

test('no segment is removed before a later one has begun', async () => {
  const steps: string[] = [];
  let onStep: (point: CrashPoint) => void = () => {};
  const { store, append, save } = await openStore((point) => {
    steps.push(point.next);
    onStep(point);
  });
  await append(1);
  await save(1);
  // Asked for when the first segment has ended, and the second is about to begin.
  onStep = ({ write }) => {
    const isBeginning = write?.position === 0 && write.data.some((byte) => byte !== 0);
    if (isBeginning && write.file === '0000000002.wal') store.compact(asLogIndex(1));
  };
  steps.length = 0;
  await append(2);
  assert.ok(steps.some((step) => /^0000000002.wal has persisted \d+ bytes from 0$/.test(step)));
  assert.ok(!steps.includes('remove 0000000001.wal'), 'it waits until it is asked again');
  store.compact(asLogIndex(1));
  await settled();
  assert.ok(steps.includes('remove 0000000001.wal'));
});

test('who comes while a sync is under way waits for the next', async () => {
  const clock = new VirtualClock();
  const disk = new SimulatedDisk({ clock, random: createRandom(1), faults: sound });
  const store = new FileStore<string>({ disk: mountDisk(disk), node: 'n1', format: textFormat });
  await store.load();
  disk.faults = { ...sound, diskMs: 10 };
  const durable: number[] = [];
  const write = (index: number): void => {
    const nothing = { hardState: null, snapshotChunk: null, truncateFrom: null };
    store.write({ ...nothing, entries: [command(index)] }, () => durable.push(index));
  };
  write(1);
  write(2);
  await settled();
  write(3);
  while (durable.length === 0) assert.ok(clock.runNext(100));
  assert.deepEqual(durable, [1, 2]);
  await clock.advance(100);
  assert.deepEqual(durable, [1, 2, 3]);
});

test('a snapshot that is being read is removed when that has ended', async () => {
  const steps: string[] = [];
  let letRead: () => void = () => {};
  const isLetRead = new Promise<void>((resolve) => {
    letRead = resolve;
  });
  const { store, append, save } = await openStore(({ next }) => steps.push(next), isLetRead);
  await append(1);
  await save(1);
  const read = new Promise((done) => store.readSnapshot(asLogIndex(1), 0, 3, done));
  const nothing = { hardState: null, truncateFrom: null, entries: [] };
  const snapshotChunk = { snapshot: metaAt(9), offset: 0, data: text('newer'), isLast: true };
  const failure = await new Promise((done) => store.write({ ...nothing, snapshotChunk }, done));
  assert.equal(failure, null);
  await settled();
  letRead();
  assert.deepEqual(await read, { data: text('a s'), isLast: false });
  await settled();
  assert.ok(steps.includes('remove 0000000001.snapshot'));
});

test('names that a killed process has not synced, the next one does before all else', async () => {
  const clock = new VirtualClock();
  const disk = new SimulatedDisk({ clock, random: createRandom(1), faults: sound });
  const left: SimulatedDisk[] = [];
  const options = { node: 'n1', format: textFormat, segmentBytes: 1200 };
  const first = new FileStore<string>({
    ...options,
    disk: recordDisk(disk, ({ disk: before, next }) => {
      if (next === 'sync names' && before.files.has('store.json')) left.push(before);
    }),
  });
  await first.load();
  const [justNamed] = left;
  assert.ok(justNamed !== undefined);
  const until = async (action: Promise<unknown>): Promise<void> => {
    let isOver = false;
    void action.then(() => {
      isOver = true;
    });
    for (await settled(); !isOver; await settled()) assert.ok(clock.runNext(1000));
  };
  // The next segment is being prepared meanwhile, and its name is synced, too: sooner or later.
  for (let attempt = 0; attempt < 8; attempt++) {
    const killed: SimulatedDisk = justNamed.copy();
    killed.faults = { ...sound, diskMs: 10 };
    const second = new FileStore<string>({ ...options, disk: mountDisk(killed) });
    await until(second.load());
    const nothing = { hardState: null, snapshotChunk: null, truncateFrom: null };
    const entries = [command(1)];
    await until(new Promise((done) => second.write({ ...nothing, entries }, done)));
    killed.crash(nothingSurvives);
    killed.faults = sound;
    const third: FileStore<string> = new FileStore<string>({ ...options, disk: mountDisk(killed) });
    assert.deepEqual((await third.load()).entries, entries);
  }
});

/** What is found in a damaged store, and what becomes of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex, asTerm } from '../../src/raft/index.ts';
import { examineStore } from '../../src/storage/examine.ts';
import { seedOf } from '../../src/storage/identity.ts';
import { RecordBatch } from '../../src/storage/record.ts';
import { repairStore } from '../../src/storage/repair.ts';
import { planRepair } from '../../src/storage/repair-plan.ts';
import type { StoredState } from '../../src/storage/store.ts';
import { MemoryDisk } from './memory-disk.ts';
import {
  afterSnapshot,
  assertWasWritten,
  metaAt,
  storeOn,
  vote,
  Writing,
} from './written-store.ts';

const segmentBytes = 700;

interface Written {
  readonly disk: MemoryDisk;
  readonly states: readonly StoredState<string>[];
  readonly last: StoredState<string>;
}

async function written(
  story: (writing: Writing) => Promise<void>,
  bytes: number,
): Promise<Written> {
  const disk = new MemoryDisk();
  const writing = await Writing.begin(disk, bytes);
  await story(writing);
  const last = await writing.end();
  return { disk, states: writing.states, last };
}

/** Terms, votes, a truncation; no snapshot. */
async function plainStory(writing: Writing): Promise<void> {
  await writing.write({ hardState: vote(1, 'n1') });
  await writing.entries(1, 4, 1);
  await writing.write({ hardState: vote(3, 'n2') });
  await writing.write({ truncateFrom: asLogIndex(4) });
  await writing.entries(4, 8, 3);
}

/** Two snapshots of this node; the log before the first is gone. */
async function snapshotStory(writing: Writing): Promise<void> {
  await plainStory(writing);
  await writing.snapshot(6, 3);
  await writing.entries(9, 14, 3);
  writing.compact(6);
  await writing.write({ hardState: vote(4, 'n1') });
  await writing.snapshot(13, 3);
  await writing.entries(15, 18, 4);
}

/** A snapshot from a leader, in the place of all entries. */
async function installedStory(writing: Writing): Promise<void> {
  await plainStory(writing);
  const data = Buffer.from('the state of another');
  const snapshotChunk = { snapshot: metaAt(20, 5), offset: 0, data, isLast: true };
  await writing.write({ hardState: { currentTerm: asTerm(5), votedFor: null }, snapshotChunk });
  await writing.entries(21, 24, 5);
}

/** What a start says: null when it refuses. */
async function start(disk: MemoryDisk): Promise<StoredState<string> | null> {
  const store = storeOn(disk, segmentBytes);
  try {
    const state = await store.load();
    await store.close();
    return state;
  } catch {
    return null;
  }
}

async function isSound(disk: MemoryDisk): Promise<boolean> {
  return (await examineStore(disk)).findings.length === 0;
}

/** Repairs it if that can be done, and checks what it holds then. */
async function repairAndCheck(damaged: MemoryDisk, { states, last }: Written, what: string) {
  const plan = await planRepair(damaged);
  assert.notEqual(plan.kind, 'notNeeded', what);
  if (plan.kind !== 'possible') return 'impossible';
  const repaired = damaged.copy();
  const kept = await repairStore(repaired, plan.mendings);
  const state = await start(repaired);
  for (const { file, aside } of kept) {
    const [was, is] = [damaged.files.get(file), repaired.files.get(aside)];
    assert.ok(was !== undefined && is?.equals(was), `${what}: ${file} is kept`);
  }
  assert.ok(state !== null, `${what}: repaired, and a start refuses it`);
  assertWasWritten(states, state, what);
  if (plan.mendings.some(({ loss }) => loss !== null)) {
    const isTermKnown = plan.mendings.every(({ loss }) => loss?.isTermKnown !== false);
    if (isTermKnown)
      assert.deepEqual(state.hardState, last.hardState, `${what}: the vote is known`);
    return 'lossy';
  }
  assert.deepEqual(state.hardState, last.hardState, what);
  const index = Math.max(state.snapshot?.meta.index ?? 0, last.snapshot?.meta.index ?? 0);
  assert.deepEqual(
    afterSnapshot(state).filter((entry) => entry.index > index),
    afterSnapshot(last).filter((entry) => entry.index > index),
    `${what}: nothing was to be lost`,
  );
  return 'lossless';
}

/** Every file removed; every so many bytes, one is changed, or lost, or the file cut there. */
function* damagesOf(disk: MemoryDisk, step: number): Generator<readonly [string, MemoryDisk]> {
  for (const [name, bytes] of disk.files) {
    const removed = disk.copy();
    removed.files.delete(name);
    yield [`without ${name}`, removed];
    for (let at = 0; at < bytes.length; at++) {
      // Of what is blank, some.
      if (at % step !== 0 || (bytes[at] === 0 && at % 16 !== 0)) continue;
      const changed = disk.copy();
      changed.files.get(name)?.writeUInt8((bytes[at] ?? 0) ^ (1 << (at % 8)), at);
      yield [`${name}, byte ${at} changed`, changed];
      const cut = disk.copy();
      cut.files.set(name, Buffer.from(bytes.subarray(0, at)));
      yield [`${name} cut at ${at}`, cut];
      const zeroed = disk.copy();
      zeroed.files.get(name)?.writeUInt8(0, at);
      yield [`${name}, byte ${at} zeroed`, zeroed];
    }
  }
}

const stores = [
  { name: 'a log in one segment', story: plainStory, bytes: 2048, step: 1 },
  { name: 'a log in segments', story: plainStory, bytes: segmentBytes, step: 1 },
  { name: 'snapshots in one segment', story: snapshotStory, bytes: 2048, step: 5 },
  { name: 'snapshots and segments', story: snapshotStory, bytes: segmentBytes, step: 5 },
  { name: 'a snapshot of a leader', story: installedStory, bytes: 2048, step: 5 },
  {
    name: 'a snapshot of a leader, and segments',
    story: installedStory,
    bytes: segmentBytes,
    step: 5,
  },
];

for (const { name, story, bytes, step } of stores) {
  test(`${name}: verify and a start agree on each damage, and no repair invents a thing`, async () => {
    const store = await written(story, bytes);
    const outcomes = new Set<string>();
    for (const [what, damaged] of damagesOf(store.disk, step)) {
      const state = await start(damaged.copy());
      assert.equal(await isSound(damaged), state !== null, what);
      if (state !== null) assertWasWritten(store.states, state, what);
      outcomes.add(state === null ? await repairAndCheck(damaged, store, what) : 'accepted');
    }
    for (const outcome of ['accepted', 'lossless', 'lossy'])
      assert.ok(outcomes.has(outcome), outcome);
  });
}

/** What a crash before the change with this number leaves; null when there are not so many. */
async function crashedRepair(damaged: MemoryDisk, change: number): Promise<MemoryDisk | null> {
  const disk = damaged.copy();
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  let left = change;
  disk.onChange = () => {
    if (left-- === 0) throw new Error('crash');
  };
  try {
    await repairStore(disk, plan.mendings);
    return null;
  } catch (error) {
    assert.equal((error as Error).message, 'crash');
    return disk.copy();
  }
}

test('a repair that a crash interrupts is finished by the next, with the same outcome', async () => {
  const { disk } = await written(snapshotStory, segmentBytes);
  const logs = [...disk.files.keys()].filter((name) => name.endsWith('.wal'));
  let crashes = 0;
  for (const name of [...logs, 'store.json']) {
    const damaged = disk.copy();
    damaged.files.get(name)?.writeUInt8(0x77, 40);
    const plan = await planRepair(damaged);
    if (plan.kind === 'notNeeded') continue;
    assert.ok(plan.kind === 'possible', name);
    const whole = damaged.copy();
    await repairStore(whole, plan.mendings);
    const wanted = await start(whole);
    for (let change = 0; ; change++) {
      const crashed = await crashedRepair(damaged, change);
      if (crashed === null) break;
      crashes++;
      const next = await planRepair(crashed);
      if (next.kind === 'possible') await repairStore(crashed, next.mendings);
      assert.notEqual(next.kind, 'impossible', `${name}, change ${change}`);
      assert.deepEqual(await start(crashed), wanted, `${name}, change ${change}`);
    }
  }
  assert.ok(crashes > 20, `${crashes} crashes`);
});

test('old segments that the snapshot covers are set aside, and nothing is lost', async () => {
  const { disk, last } = await written(snapshotStory, segmentBytes);
  const [oldest = ''] = [...disk.files.keys()].filter((name) => name.endsWith('.wal')).sort();
  disk.files.get(oldest)?.writeUInt8(0x77, 40);
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  assert.deepEqual(
    plan.mendings.map(({ kind, loss }) => [kind, loss]),
    [['oldSegments', null]],
  );
  await repairStore(disk, plan.mendings);
  const state = await start(disk);
  assert.deepEqual(state?.hardState, last.hardState);
  assert.deepEqual(state === null ? [] : afterSnapshot(state), afterSnapshot(last));
});

test('a log that is cut keeps the newest vote that can still be read behind the damage', async () => {
  const { disk, last } = await written(plainStory, segmentBytes);
  // The third record of the first segment: entry 1 of term 1. The vote of term 3 comes later.
  disk.files.get('0000000001.wal')?.writeUInt8(0x77, 300);
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  const [mending] = plan.mendings;
  assert.equal(mending?.kind, 'cut');
  assert.equal(mending?.loss?.isTermKnown, true);
  await repairStore(disk, plan.mendings);
  assert.deepEqual((await start(disk))?.hardState, last.hardState);
});

test('where the end of the log is lost, a vote may be lost with it, and the plan says so', async () => {
  const { disk } = await written(plainStory, segmentBytes);
  const logs = [...disk.files.keys()].filter((name) => name.endsWith('.wal')).sort();
  for (const name of logs.slice(-2)) disk.files.delete(name);
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  assert.equal(plan.mendings[0]?.loss?.isTermKnown, false);
});

test('a log that ends before a snapshot that is there has lost its end, and perhaps a vote', async () => {
  const { disk, last } = await written(snapshotStory, 4096);
  // As if nothing had ever been written there: all up to entry 14, and not the newer snapshot.
  const records = disk.files.get('0000000001.wal');
  records?.fill(0, records.indexOf('e14.3') + 6);
  assert.equal(await start(disk.copy()), null);
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  assert.equal(plan.mendings[0]?.loss?.isTermKnown, false);
  await repairStore(disk, plan.mendings);
  const state = await start(disk);
  assert.equal(state?.snapshot?.meta.index, last.snapshot?.meta.index);
  assert.equal(state?.entries.at(-1)?.index, 14);
});

test('a log with every entry from the first on does without a snapshot that is lost', async () => {
  const { disk, last } = await written(snapshotStory, 4096);
  const [snapshot = ''] = [...disk.files.keys()].filter((name) => name.endsWith('.snapshot'));
  disk.files.delete(snapshot);
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  assert.deepEqual(
    plan.mendings.map(({ kind, loss }) => [kind, loss]),
    [['withoutSnapshot', null]],
  );
  await repairStore(disk, plan.mendings);
  const state = await start(disk);
  assert.deepEqual(state?.entries, last.entries);
  assert.equal(state?.snapshot, null);
  assert.deepEqual(state?.hardState, last.hardState);
});

test('what stands after the end of a segment is cleared, and nothing is lost', async () => {
  const { disk, last } = await written(plainStory, segmentBytes);
  disk.files.get('0000000001.wal')?.writeUInt8(0x77, segmentBytes - 1);
  const plan = await planRepair(disk);
  assert.ok(plan.kind === 'possible');
  assert.equal(plan.mendings[0]?.kind, 'afterEnd');
  await repairStore(disk, plan.mendings);
  assert.deepEqual(await start(disk), last);
});

test('what a newer version has written into the log is not cut off', async () => {
  const { disk } = await written(plainStory, 4096);
  const before = await examineStore(disk);
  const current = before.log?.current ?? null;
  assert.ok(current?.ending.kind === 'open' && before.identity !== null);
  const batch = new RecordBatch(seedOf(before.identity));
  batch.begin(before.log?.chainEnd ?? { number: 0, checksum: 0 }, current.ending.offset);
  batch.add(99, 4, (buffer, at) => buffer.writeUInt32LE(7, at));
  disk.files.get('0000000001.wal')?.set(batch.bytes, current.ending.offset);
  assert.equal(await start(disk.copy()), null);
  const plan = await planRepair(disk);
  assert.match(plan.kind === 'impossible' ? plan.why : plan.kind, /intact.*newer version/);
});

const impossible: { name: string; damage: (disk: MemoryDisk) => void; why: RegExp }[] = [
  {
    name: 'a newer format',
    damage: (disk) => disk.files.set('store.json', Buffer.from('{"format":7}')),
    why: /a newer version/,
  },
  {
    name: 'a snapshot whose entries are gone from the log',
    damage: (disk) => removeAll(disk, '.snapshot'),
    why: /nothing else holds what was in the snapshot/,
  },
  {
    name: 'all segments',
    damage: (disk) => removeAll(disk, '.wal', '.snapshot'),
    why: /nothing of the log can be read/,
  },
  {
    name: 'all files that say whose store it is',
    damage: (disk) => removeAll(disk, '.wal', '.json'),
    why: /whose store this is/,
  },
];

function removeAll(disk: MemoryDisk, ...suffixes: readonly string[]): void {
  for (const name of [...disk.files.keys()]) {
    if (suffixes.some((suffix) => name.endsWith(suffix))) disk.files.delete(name);
  }
}

for (const { name, damage, why } of impossible) {
  test(`what cannot be repaired: ${name}`, async () => {
    const { disk } = await written(snapshotStory, segmentBytes);
    damage(disk);
    const plan = await planRepair(disk);
    assert.equal(plan.kind, 'impossible');
    assert.match(plan.kind === 'impossible' ? plan.why : '', why);
  });
}

/**
 * Crashes a store wherever a crash can come: before and after all that it does with its disk, and
 * after each byte of what it writes. Then the store is opened again: it must hold what was written
 * up to some part of some write, and everything that it has acknowledged; and so it must when it
 * crashes again while it is opened.
 */

import assert from 'node:assert/strict';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  createRandom,
  type Entry,
  type SnapshotMeta,
} from '../../src/raft/index.ts';
import type { Disk } from '../../src/storage/disk.ts';
import type { Store, StoredState, StoreWrite } from '../../src/storage/store.ts';
import { mountDisk } from '../../src/testbed/simulation/mounted-disk.ts';
import {
  SimulatedDisk,
  type SimulatedDiskFaults,
} from '../../src/testbed/simulation/simulated-disk.ts';
import { StoreModel } from '../../src/testbed/simulation/store-model.ts';
import {
  allSurvives,
  drawSurvival,
  nothingSurvives,
  type Survival,
} from '../../src/testbed/simulation/survival.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { type ComingWrite, type CrashPoint, recordDisk } from './recorded-disk.ts';

export type OpenStore = (disk: Disk) => Store<string>;

/** What is asked of a store. */
export interface StoreUser {
  write(write: Partial<StoreWrite<string>>): void;
  saveSnapshot(meta: SnapshotMeta, data: Uint8Array): void;
  compact(index: number): void;
  /** Until nothing is under way any more. */
  rest(): Promise<void>;
}

export type StoreScript = (user: StoreUser) => Promise<void>;

/** A point at which the store may crash, and what it must hold then. */
export interface StorePoint extends CrashPoint {
  readonly model: StoreModel<string>;
}

const sound: SimulatedDiskFaults = {
  diskMs: 0,
  diskFailure: 0,
  syncFailure: 0,
  lostWrites: 0,
  looseSectors: 0.7,
};

const nothing: StoreWrite<string> = {
  hardState: null,
  snapshotChunk: null,
  truncateFrom: null,
  entries: [],
};

/** Carries out a script on an empty disk, and returns all points at which it could have crashed. */
export async function recordScript(open: OpenStore, script: StoreScript): Promise<StorePoint[]> {
  const clock = new VirtualClock();
  // What comes while the disk is busy is written together.
  const faults = { ...sound, diskMs: 1 };
  const disk = new SimulatedDisk({ clock, random: createRandom(1), faults });
  const model = new StoreModel<string>();
  const points: StorePoint[] = [];
  const store = open(recordDisk(disk, (point) => points.push({ ...point, model: model.copy() })));
  const rest = (): Promise<void> => clock.advance(1000);
  let isLoaded = false;
  void store.load().then(() => {
    isLoaded = true;
  });
  await rest();
  assert.ok(isLoaded, 'an empty disk can be loaded');
  const expect = (failure: Error | null, acknowledge: () => void): void => {
    assert.equal(failure, null);
    acknowledge();
  };
  await script({
    write(part) {
      const write = { ...nothing, ...part };
      model.write(write);
      store.write(write, (failure) => expect(failure, () => model.acknowledge()));
    },
    saveSnapshot(meta, data) {
      const acknowledge = model.saveSnapshot(meta, data);
      store.saveSnapshot(meta, data, (failure) => expect(failure, acknowledge));
    },
    compact: (index) => store.compact(asLogIndex(index)),
    rest,
  });
  await rest();
  points.push({ disk: disk.copy(), next: 'nothing', write: null, model: model.copy() });
  return points;
}

/** Loads what a crash has left, goes on with it, and says what is wrong with it, or null. */
async function problemAfter(
  open: OpenStore,
  model: StoreModel<string>,
  disk: SimulatedDisk,
  goesOn: boolean,
): Promise<string | null> {
  let loaded: StoredState<string>;
  const store = open(mountDisk(disk));
  try {
    loaded = await store.load();
  } catch (error) {
    return `it is refused: ${(error as Error).message}`;
  }
  const found = model.find(loaded);
  if (found.kind === 'wrong') return found.problem;
  if (!goesOn) return null;
  const after = model.copy();
  after.restart(loaded, found.parts);
  return await problemOfGoingOn(open, store, after, loaded, disk);
}

/** What was loaded is gone on with; that is held as well, and all of it. */
async function problemOfGoingOn(
  open: OpenStore,
  store: Store<string>,
  model: StoreModel<string>,
  loaded: StoredState<string>,
  disk: SimulatedDisk,
): Promise<string | null> {
  const last = Math.max(loaded.snapshot?.meta.index ?? 0, loaded.entries.at(-1)?.index ?? 0);
  const lastTerm = loaded.entries.at(-1)?.term ?? loaded.snapshot?.meta.term ?? 1;
  const term = asTerm(Math.max(loaded.hardState.currentTerm, lastTerm) + 1);
  const entry = (index: number): Entry<string> => ({
    kind: 'command',
    index: asLogIndex(index),
    term,
    command: `after the crash ${index}`,
    bytes: 1,
  });
  const isCut = last > (loaded.snapshot?.meta.index ?? 0);
  const from = isCut ? last : last + 1;
  const writes: StoreWrite<string>[] = [
    { ...nothing, hardState: { currentTerm: term, votedFor: asNodeId('n2') } },
    {
      ...nothing,
      truncateFrom: isCut ? asLogIndex(last) : null,
      entries: [entry(from), entry(from + 1)],
    },
  ];
  for (const write of writes) {
    model.write(write);
    const failure = await new Promise<Error | null>((done) => store.write(write, done));
    if (failure !== null) return `it does not go on: ${failure.message}`;
    model.acknowledge();
  }
  disk.crash(nothingSurvives);
  try {
    const found = model.find(await open(mountDisk(disk)).load());
    return found.kind === 'held' ? null : `after it has gone on, ${found.problem}`;
  } catch (error) {
    return `after it has gone on it is refused: ${(error as Error).message}`;
  }
}

/** What a crash at a point can leave: each as a disk, and in words. */
function* disksAfter(
  { disk, next, write }: CrashPoint,
  random: ReturnType<typeof createRandom>,
  everyBytes = 1,
): Generator<{ readonly disk: SimulatedDisk; readonly what: string }> {
  const crashed = (survival: Survival, bytes: number): SimulatedDisk => {
    const copy = disk.copy();
    copy.faults = sound;
    if (write !== null) writeTo(copy, write, bytes);
    copy.crash(survival);
    return copy;
  };
  const length = write?.data.length ?? 0;
  yield { disk: crashed(nothingSurvives, length), what: `${next}: only what is durable` };
  for (const bytes of lengthsOf(disk, write, everyBytes)) {
    yield { disk: crashed(allSurvives, bytes), what: `${next}: ${bytes} bytes of it` };
  }
  const { pendingNameChanges } = disk;
  for (let names = 0; names <= pendingNameChanges; names++) {
    for (const survival of [allSurvives, nothingSurvives]) {
      const what = `${next}: ${names} names of ${pendingNameChanges}`;
      yield { disk: crashed({ ...survival, names: () => names }, length), what };
    }
  }
  for (let sample = 0; sample < (length === 0 ? 2 : 12); sample++) {
    const survival = drawSurvival(random, sound);
    yield { disk: crashed(survival, length), what: `${next}: sample ${sample}` };
  }
}

function writeTo(disk: SimulatedDisk, { file, data, position }: ComingWrite, bytes: number): void {
  disk.files.get(file)?.write(data.subarray(0, bytes), position);
}

/**
 * After how many of its bytes a write is cut. Zeros at the end of a file differ in their number
 * alone, and those over the rest of a file mostly lie over others.
 */
function lengthsOf(disk: SimulatedDisk, write: ComingWrite | null, everyBytes: number): number[] {
  if (write === null) return [0];
  const { file, data, position } = write;
  const { length } = data;
  const lengths = Array.from({ length: length + 1 }, (_, bytes) => bytes);
  if (data.some((byte) => byte !== 0)) return lengths.filter((bytes) => bytes % everyBytes === 0);
  const isAtEnd = (disk.files.get(file)?.length ?? 0) <= position;
  if (isAtEnd) return [0, 1, length >> 1, length];
  return lengths.filter((bytes) => bytes < 100 || bytes % 101 === 0);
}

/** What would take long is done after one of so many crashes. */
export interface CrashSampling {
  /** The store is gone on with, crashes again, and is opened again. */
  readonly goesOnEvery: number;
  /** The store crashes again while it is opened: at each point, and in each write. */
  readonly crashesAgainEvery: number;
}

/** @returns how many crashes there were */
export async function crashAtEveryByte(
  open: OpenStore,
  points: readonly StorePoint[],
  { goesOnEvery, crashesAgainEvery }: CrashSampling,
): Promise<number> {
  const random = createRandom(2);
  let crashes = 0;
  for (const point of points) {
    for (const { disk, what } of disksAfter(point, random)) {
      crashes++;
      const copy = crashes % crashesAgainEvery === 0 ? disk.copy() : null;
      const problem = await problemAfter(open, point.model, disk, crashes % goesOnEvery === 0);
      assert.equal(problem, null, `a crash before "${what}"`);
      if (copy !== null) crashes += await crashAgain(open, point.model, copy, what);
    }
  }
  return crashes;
}

/** Crashes while a store is opened that has crashed; to open it is a script like any other. */
async function crashAgain(
  open: OpenStore,
  model: StoreModel<string>,
  disk: SimulatedDisk,
  before: string,
): Promise<number> {
  const random = createRandom(3);
  const points: CrashPoint[] = [];
  await open(recordDisk(disk, (point) => points.push(point))).load();
  let crashes = 0;
  for (const point of points) {
    for (const { disk: crashed, what } of disksAfter(point, random, 61)) {
      const problem = await problemAfter(open, model, crashed, crashes % 5 === 0);
      assert.equal(problem, null, `a crash before "${before}", and one before "${what}"`);
      crashes++;
    }
  }
  return crashes;
}

/**
 * Kills the process, and not the system, wherever that can come: what was written is in memory, and
 * the next process reads it there. From then on it may act on it, so a power cut must not take it.
 *
 * @returns how many kills there were
 */
export async function killAtEveryPoint(
  open: OpenStore,
  points: readonly StorePoint[],
): Promise<number> {
  let kills = 0;
  for (const { disk, next, write, model } of points) {
    const length = write?.data.length ?? 0;
    for (const bytes of new Set([0, length >> 1, length])) {
      const left = disk.copy();
      left.faults = sound;
      if (write !== null) writeTo(left, write, bytes);
      const problem =
        (await problemAfter(open, model, left.copy(), true)) ??
        (await problemInStartAfterKill(open, model, left.copy())) ??
        (await problemOfRestingOn(open, model, left));
      assert.equal(problem, null, `a kill before "${next}: ${bytes} bytes of it"`);
      kills++;
    }
  }
  return kills;
}

/** The power fails while the next process starts. */
async function problemInStartAfterKill(
  open: OpenStore,
  model: StoreModel<string>,
  disk: SimulatedDisk,
): Promise<string | null> {
  const points: CrashPoint[] = [];
  await open(recordDisk(disk, (point) => points.push(point))).load();
  for (const { disk: left, next } of points) {
    left.crash(nothingSurvives);
    const problem = await problemAfter(open, model, left, false);
    if (problem !== null) return `a power cut before "${next}": ${problem}`;
  }
  return null;
}

/** The power fails when the next process has started, and has written nothing. */
async function problemOfRestingOn(
  open: OpenStore,
  model: StoreModel<string>,
  disk: SimulatedDisk,
): Promise<string | null> {
  const loaded = await open(mountDisk(disk)).load();
  const found = model.find(loaded);
  if (found.kind === 'wrong') return found.problem;
  const read = model.copy();
  read.restart(loaded, found.parts);
  disk.crash(nothingSurvives);
  return await problemAfter(open, read, disk, false);
}

/** What comes of a store whose disk, after its last write, is damaged. */
export type DamageOutcome = 'refused' | 'unharmed' | 'forgetful' | 'wrong';

/** Forgetful is a store that holds what it held earlier, and says nothing. */
export async function damage(
  open: OpenStore,
  points: readonly StorePoint[],
  change: (disk: SimulatedDisk) => void,
): Promise<DamageOutcome> {
  const disk = lastDisk(points);
  change(disk);
  let loaded: StoredState<string>;
  try {
    loaded = await open(mountDisk(disk)).load();
  } catch {
    return 'refused';
  }
  const finds = (point: StorePoint | undefined): boolean =>
    point?.model.find(loaded).kind === 'held';
  if (finds(points.at(-1))) return 'unharmed';
  return points.some(finds) ? 'forgetful' : 'wrong';
}

/** The disk as it is when all is written, and durable. */
export function lastDisk(points: readonly StorePoint[]): SimulatedDisk {
  const disk = points.at(-1)?.disk.copy();
  assert.ok(disk !== undefined);
  disk.faults = sound;
  disk.crash(nothingSurvives);
  return disk;
}

/** Whatever goes wrong with a disk, a file store holds what it has acknowledged. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  createRandom,
  type Entry,
  membershipOf,
  nextFraction,
  nextInteger,
  type Random,
  type SnapshotMeta,
} from '../../src/raft/index.ts';
import type { StoredState, StoreWrite } from '../../src/storage/store.ts';
import { noFaults } from '../../src/testbed/simulation/faults.ts';
import type { FileFaults } from '../../src/testbed/simulation/node-store.ts';
import { SimulatedFileStore } from '../../src/testbed/simulation/simulated-file-store.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { textFormat } from './text-commands.ts';

const nothing: StoreWrite<string> = {
  hardState: null,
  snapshotChunk: null,
  truncateFrom: null,
  entries: [],
};

/** One life: asks for this and that, as a node might, until the store or the process fails. */
class Life {
  readonly #store: SimulatedFileStore<string>;
  readonly #random: Random;
  readonly #term: number;
  #snapshot: number;
  #last: number;
  acknowledged = 0;
  hasFailed = false;

  constructor(store: SimulatedFileStore<string>, random: Random, state: StoredState<string>) {
    this.#store = store;
    this.#random = random;
    this.#snapshot = state.snapshot?.meta.index ?? 0;
    this.#last = Math.max(this.#snapshot, state.entries.at(-1)?.index ?? 0);
    this.#term = Math.max(state.hardState.currentTerm, state.entries.at(-1)?.term ?? 0) + 1;
    const hardState = { currentTerm: asTerm(this.#term), votedFor: asNodeId('n1') };
    this.#write({ hardState });
  }

  do(): void {
    const draw = nextFraction(this.#random);
    if (draw < 0.6) return this.#append();
    if (draw < 0.75) return this.#truncate();
    if (draw < 0.9) return this.#save();
    this.#install();
  }

  #write(part: Partial<StoreWrite<string>>): void {
    this.#store.write({ ...nothing, ...part }, (failure) => {
      if (failure === null) this.acknowledged++;
      else this.hasFailed = true;
    });
  }

  #entry(): Entry<string> {
    const command = 'x'.repeat(nextInteger(this.#random, 0, 200));
    const index = asLogIndex(++this.#last);
    return { kind: 'command', index, term: asTerm(this.#term), command, bytes: command.length };
  }

  #append(): void {
    const count = nextInteger(this.#random, 1, 4);
    this.#write({ entries: Array.from({ length: count }, () => this.#entry()) });
  }

  #truncate(): void {
    if (this.#last === this.#snapshot) return;
    const from = nextInteger(this.#random, this.#snapshot + 1, this.#last + 1);
    this.#last = from - 1;
    this.#write({ truncateFrom: asLogIndex(from), entries: [this.#entry()] });
  }

  #meta(index: number): SnapshotMeta {
    const membership = { index: asLogIndex(0), membership: membershipOf([asNodeId('n1')]) };
    return { index: asLogIndex(index), term: asTerm(this.#term), membership };
  }

  #save(): void {
    const meta = this.#meta(this.#last);
    if (this.#last === this.#snapshot) return;
    this.#snapshot = this.#last;
    this.#store.saveSnapshot(meta, textFormat.encode(`saved at ${meta.index}`), (failure) => {
      if (failure === null) this.#store.compact(meta.index);
    });
  }

  #install(): void {
    const snapshot = this.#meta(this.#last + nextInteger(this.#random, 1, 9));
    this.#snapshot = snapshot.index;
    this.#last = snapshot.index;
    const data = textFormat.encode(`received at ${snapshot.index}`);
    const [first, second] = [data.subarray(0, 5), data.subarray(5)];
    this.#write({ snapshotChunk: { snapshot, offset: 0, data: first, isLast: false } });
    this.#write({ snapshotChunk: { snapshot, offset: 5, data: second, isLast: true } });
  }
}

/** Some lives of a store on one disk; what is wrong with what they find, and what they did. */
async function live(seed: number, faults: Partial<FileFaults>) {
  const clock = new VirtualClock();
  const random = createRandom(seed);
  const complaints: string[] = [];
  let [acknowledged, failures] = [0, 0];
  const store = new SimulatedFileStore<string>({
    node: 'n1',
    clock,
    random: createRandom(seed + 1_000_000),
    faults: { ...noFaults, files: 1, segmentBytes: 700, ...faults },
    format: textFormat,
    witness: { onDurable() {}, onSnapshot() {} },
    onBroken: (rule, detail) => complaints.push(`${rule}: ${detail}`),
    onFailedStart: () => void failures++,
    onTurn() {},
  });
  for (let number = 0; number < 6; number++) {
    let [actions, isOver] = [nextInteger(random, 0, 200), false];
    const crash = (): void => {
      isOver = true;
      store.crash();
    };
    const acts = (): boolean => {
      if (isOver || actions-- > 0) return !isOver;
      crash();
      return false;
    };
    let life: Life | null = null;
    void store.load(acts).then(
      (state) => {
        life = new Life(store, random, state);
      },
      () => {},
    );
    for (let step = 0; step < 40 && !isOver; step++) {
      // Some things are asked for together.
      if (step === 0 || nextFraction(random) < 0.5) await clock.advance(30);
      if (life === null || isOver) continue;
      const { hasFailed }: Life = life;
      if (hasFailed) break;
      (life as Life).do();
    }
    const { acknowledged: more = 0, hasFailed = false }: Partial<Life> = life ?? {};
    acknowledged += more;
    if (hasFailed) failures++;
    if (!isOver) crash();
  }
  return { complaints, acknowledged, failures };
}

const seeds = Number(process.env['STORE_SEEDS'] ?? 60);

async function liveOften(faults: Partial<FileFaults>) {
  let [acknowledged, failures] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const result = await live(seed, { lostWrites: 0.3, looseSectors: 0.3, ...faults });
    assert.deepEqual(result.complaints, [], `seed ${seed}`);
    acknowledged += result.acknowledged;
    failures += result.failures;
  }
  assert.ok(acknowledged > 20 * seeds, `${acknowledged} writes`);
  return failures;
}

test('a disk that only loses what was not synced', async () => {
  assert.equal(await liveOften({}), 0);
});

test('a slow one', async () => {
  assert.equal(await liveOften({ diskMs: 20 }), 0);
});

test('one on which writes fail', async () => {
  assert.ok((await liveOften({ diskFailure: 0.02 })) > seeds / 4);
});

test('one on which syncs fail', async () => {
  assert.ok((await liveOften({ syncFailure: 0.02 })) > seeds / 4);
});

test('a slow one on which syncs fail', async () => {
  assert.ok((await liveOften({ diskMs: 20, syncFailure: 0.02 })) > seeds / 4);
});

test('one on which syncs fail, and what was not synced is still in memory', async () => {
  assert.ok((await liveOften({ syncFailure: 0.02, kills: 0.7 })) > seeds / 4);
});

test('one that is full again and again', async () => {
  assert.ok((await liveOften({ diskRoomBytes: 3000 })) > seeds / 4);
});

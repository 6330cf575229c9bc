/** Nodes that are killed and started again: from their log, and from snapshots. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/machine/json.ts';
import { stringifyJson } from '../../../src/machine/json.ts';
import type { StateMachine } from '../../../src/machine/machine.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import { defaultSettings } from '../../../src/raft/index.ts';
import { MemoryStore } from '../../../src/storage/memory.ts';
import type { NodeExtras, VirtualCluster } from '../virtual-cluster.ts';
import { startWorkload, workloadNamed } from './workload-cluster.ts';

type AnyMachine = StateMachine<unknown, unknown, unknown, unknown>;

interface Kept {
  readonly cluster: VirtualCluster;
  /** What each node's machine holds, as it would be written down. */
  readonly states: () => string[];
  readonly snapshotsLoaded: () => number;
  readonly snapshotsTaken: () => number;
}

/** A cluster whose nodes find again what they had stored. */
async function startKept(name: string, snapshotEntries: number): Promise<Kept> {
  const machines = new Map<string, AnyMachine>();
  const stores = new Map<string, MemoryStore<unknown>>();
  let [loaded, taken] = [0, 0];
  const extrasOf = (node: string): NodeExtras => ({
    createStore: () => {
      const store = stores.get(node) ?? new MemoryStore<unknown>();
      stores.set(node, store);
      return store as MemoryStore<never>;
    },
    settings: { ...defaultSettings, snapshotEntries, trailingEntries: 2 },
    observer: {
      onStart: (_replica, machine) => void machines.set(node, machine as AnyMachine),
      onSnapshotLoaded: () => loaded++,
      onSnapshotTaken: () => taken++,
    },
  });
  const cluster = await startWorkload(name, 3, extrasOf);
  const { snapshots } = workloadNamed(name).machine;
  return {
    cluster,
    states: () =>
      cluster.names.map((node) =>
        Buffer.from(snapshots.encode(machines.get(node)?.snapshot())).toString(),
      ),
    snapshotsLoaded: () => loaded,
    snapshotsTaken: () => taken,
  };
}

interface Story {
  readonly name: string;
  readonly write: (position: number) => Body;
  readonly read: Body;
  readonly expected: (count: number) => { readonly [field: string]: Json };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, position) => position);

const stories: readonly Story[] = [
  {
    name: 'kafka',
    write: (position) =>
      position % 3 === 2
        ? { type: 'commit_offsets', offsets: { a: position } }
        : { type: 'send', key: 'a', msg: position },
    read: { type: 'poll', offsets: { a: 0 } },
    expected: (count) => ({
      type: 'poll_ok',
      msgs: {
        a: upTo(count)
          .filter((position) => position % 3 !== 2)
          .map((msg, offset) => [offset, msg]),
      },
    }),
  },
  {
    name: 'txn-list-append',
    write: (position) => ({
      type: 'txn',
      txn: [
        ['append', 1, position],
        ['append', 'x', 0],
      ],
    }),
    read: { type: 'txn', txn: [['r', 1, null]] },
    expected: (count) => ({ type: 'txn_ok', txn: [['r', 1, upTo(count)]] }),
  },
  {
    name: 'broadcast',
    write: (message) => ({ type: 'broadcast', message }),
    read: { type: 'read' },
    expected: (count) => ({ type: 'read_ok', messages: upTo(count) }),
  },
  {
    name: 'pn-counter',
    write: () => ({ type: 'add', delta: -1 }),
    read: { type: 'read' },
    expected: (count) => ({ type: 'read_ok', value: -count }),
  },
];

for (const { name, write, read, expected } of stories) {
  for (const [from, snapshotEntries] of [
    ['its log', 100_000],
    ['a snapshot', 5],
  ] as const) {
    test(`${name}: a cluster that was killed goes on from ${from}, the same on every node`, async () => {
      const { cluster, states, snapshotsLoaded, snapshotsTaken } = await startKept(
        name,
        snapshotEntries,
      );
      let count = 0;
      for (let round = 0; round < 3; round++) {
        for (let write_ = 0; write_ < 15; write_++) {
          const node = cluster.names[count % 3] ?? '';
          const asked = cluster.ask(node, write(count++));
          await cluster.clock.advance(50);
          assert.match(String((await asked).body?.type), /_ok$/);
        }
        for (const node of cluster.names) cluster.restart(node);
        await cluster.clock.advance(3000);
        for (const node of cluster.names) {
          assert.deepEqual(await cluster.answer(node, read), expected(count), stringifyJson(node));
        }
        const [first, ...others] = states();
        for (const state of others) assert.equal(state, first);
      }
      assert.equal(snapshotsTaken() > 0, snapshotEntries === 5);
      assert.equal(snapshotsLoaded() > 0, snapshotEntries === 5);
    });

    if (from === 'its log') continue;
    test(`${name}: a node that was away is given a snapshot, and knows what the others know`, async () => {
      const { cluster, states } = await startKept(name, snapshotEntries);
      const [away = '', other = ''] = cluster.followers;
      cluster.cutOff(away);
      for (let position = 0; position < 40; position++) {
        const asked = cluster.ask(other, write(position));
        await cluster.clock.advance(50);
        assert.match(String((await asked).body?.type), /_ok$/);
      }
      cluster.heal();
      await cluster.clock.advance(3000);
      assert.deepEqual(await cluster.answer(away, read), expected(40));
      const [first, ...others] = states();
      for (const state of others) assert.equal(state, first);
    });
  }
}

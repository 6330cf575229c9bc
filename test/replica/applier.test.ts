/** What a replica does to its machine, one thing after the other. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EncodedSnapshots } from '../../src/machine/encoded-snapshots.ts';
import { KeyValueMachine } from '../../src/machine/key-value.ts';
import { keyValueSnapshotFormat } from '../../src/machine/key-value-wire.ts';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  membershipOf,
  type SnapshotMeta,
} from '../../src/raft/index.ts';
import { Applier } from '../../src/replica/applier.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import type { Store } from '../../src/storage/store.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

function metaAt(index: number): SnapshotMeta {
  const membership = { index: asLogIndex(0), membership: membershipOf([asNodeId('n1')]) };
  return { index: asLogIndex(index), term: asTerm(1), membership };
}

/** An applier of a key-value machine with so many keys. */
function withKeys(keys: number): {
  readonly clock: VirtualClock;
  readonly machine: KeyValueMachine;
  readonly applier: Applier<never, never, never>;
  readonly saved: { readonly meta: SnapshotMeta; readonly data: Uint8Array }[];
} {
  const machine = new KeyValueMachine();
  for (let key = 0; key < keys; key++) machine.apply({ kind: 'write', key, value: 'before' });
  const saved: { readonly meta: SnapshotMeta; readonly data: Uint8Array }[] = [];
  const store: Store<unknown> = new MemoryStore();
  const save = store.saveSnapshot.bind(store);
  store.saveSnapshot = (meta, data, done) => {
    saved.push({ meta, data });
    save(meta, data, done);
  };
  const clock = new VirtualClock();
  const encoded = new EncodedSnapshots(machine, keyValueSnapshotFormat);
  const applier = new Applier({ machine: encoded, store, clock }, (error) =>
    assert.fail(String(error)),
  );
  return { clock, machine, applier: applier as never, saved };
}

test('a large state is written down in parts, as it was, while it goes on changing', async () => {
  const { clock, machine, applier, saved } = withKeys(20_000);
  const asItWas = machine.snapshot();
  const ended: (Error | null)[] = [];
  applier.takeSnapshot(metaAt(7), (failure) => ended.push(failure));
  for (let key = 0; key < 20_000; key++) machine.apply({ kind: 'write', key, value: 'after' });
  assert.equal(saved.length, 0, 'it takes several turns');
  await clock.advance(100);
  assert.deepEqual(ended, [null]);
  assert.deepEqual(keyValueSnapshotFormat.decode(saved[0]?.data ?? new Uint8Array()), asItWas);
});

test('a snapshot that is received meanwhile puts an end to it', async () => {
  const { clock, machine, applier, saved } = withKeys(20_000);
  const ended: (Error | null)[] = [];
  applier.takeSnapshot(metaAt(7), (failure) => ended.push(failure));
  applier.restore(metaAt(9), () => {});
  await clock.advance(100);
  assert.match(String(ended[0]), /newer snapshot/);
  assert.equal(saved.length, 0, 'the older one is not saved over it');
  assert.equal(machine.size, 20_000);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asNodeId, defaultSettings, membershipOf } from '../../src/raft/index.ts';
import { Replica } from '../../src/replica/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import {
  add,
  followersOf,
  leaderAndFollower,
  leaderOf,
  resultOf,
  Sum,
  SumMemoryStore,
  submit,
  sum,
  withLeader,
  withSessions,
} from './world.ts';

const settings = {
  ...defaultSettings,
  snapshotEntries: 20,
  trailingEntries: 2,
  maxSnapshotChunkBytes: 1,
};

test('a replica that was cut off is brought back by a snapshot, and serves', async () => {
  const world = await withLeader(3, { settings });
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ from, to }) => from === follower.id || to === follower.id;
  for (let i = 0; i < 60; i++) await submit(world, leader, add(1), 20);
  world.lose = () => false;
  await world.clock.advance(2000);
  assert.ok(world.sent.some(({ kind }) => kind === 'snapshotRequest'));
  assert.equal(follower.machine.total, 60);
  assert.equal(resultOf(await submit(world, follower, sum)), 60);
});

test('a store that is slow to give back a snapshot holds up the machine, not the core', async () => {
  const waiting: (() => void)[] = [];
  const world = await withLeader(3, {
    settings,
    store: () => {
      const store = new SumMemoryStore();
      const read = store.readSnapshot.bind(store);
      store.readSnapshot = (index, offset, maxBytes, done) => {
        if (maxBytes === Number.POSITIVE_INFINITY) {
          waiting.push(() => read(index, offset, maxBytes, done));
        } else read(index, offset, maxBytes, done);
      };
      return store;
    },
  });
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ from, to }) => from === follower.id || to === follower.id;
  for (let i = 0; i < 60; i++) await submit(world, leader, add(1), 20);
  world.lose = () => false;
  await world.clock.advance(2000);
  await submit(world, leader, add(1), 50);
  assert.equal(waiting.length, 1);
  assert.equal(follower.machine.total, 0, 'nothing is applied to a state that is not there yet');
  waiting[0]?.();
  await world.clock.advance(200);
  assert.equal(follower.machine.total, 61, 'the snapshot, and what came after it');
});

test('a snapshot that waits to be restored is not lost to a newer one', async () => {
  const reading: (() => void)[] = [];
  const halts: string[] = [];
  const world = await withLeader(3, {
    settings,
    observer: () => ({ onHalted: (reason) => halts.push(reason) }),
    store: () => {
      const store = new SumMemoryStore();
      const read = store.readSnapshot.bind(store);
      // What is read is what the store has when it is asked; it takes its time.
      store.readSnapshot = (index, offset, maxBytes, done) =>
        read(index, offset, maxBytes, (part) => {
          if (maxBytes === Number.POSITIVE_INFINITY) reading.push(() => done(part));
          else done(part);
        });
      return store;
    },
  });
  const { leader, follower } = leaderAndFollower(world);
  for (let snapshot = 1; snapshot <= 3; snapshot++) {
    world.lose = ({ from, to }) => from === follower.id || to === follower.id;
    for (let i = 0; i < 60; i++) await submit(world, leader, add(1), 20);
    world.lose = () => false;
    await world.clock.advance(2000);
    assert.equal(reading.length, snapshot);
  }
  for (const done of reading) done();
  await world.clock.advance(10);
  assert.deepEqual(halts, []);
  assert.equal(follower.machine.total, 180);
});

test('a replica starts again from the snapshot and the log of its store', async () => {
  const stores = new Map<string, SumMemoryStore>();
  const world = await withLeader(1, {
    settings,
    store: (id) => {
      const store = new SumMemoryStore();
      stores.set(id, store);
      return store;
    },
  });
  const [member] = world.members;
  assert.ok(member !== undefined);
  for (let i = 0; i < 50; i++) await submit(world, member, add(1), 20);
  member.replica.stop();
  const store = stores.get(member.id);
  assert.ok(store !== undefined);
  const { entries, snapshot } = await store.load();
  assert.ok(snapshot !== null && entries.length < 30, `${entries.length} entries are kept`);

  const machine = new Sum();
  const clock = new VirtualClock();
  await Replica.start<number, 'sum', number>({
    id: asNodeId(member.id),
    membership: membershipOf([asNodeId(member.id)]),
    seed: 99,
    settings,
    machine: withSessions(machine),
    sizeOf: () => 8,
    store,
    transport: { send: () => {} },
    clock,
  });
  await clock.advance(2000);
  assert.equal(machine.total, 50);
});

test('members are replaced while clients go on, and the leader hands over when told to', async () => {
  const world = await withLeader(5, { settings, voters: 3 });
  const leader = leaderOf(world) ?? assert.fail('a leader');
  const others = world.members.filter((member) => member !== leader);
  const [newcomer, ...rest] = others.filter(({ id }) => id === 'n4' || id === 'n5');
  assert.ok(newcomer !== undefined && rest.length === 1);
  for (let i = 0; i < 40; i++) await submit(world, leader, add(1), 20);
  const voters = [leader.id, 'n4', 'n5'].map(asNodeId);
  const changed = leader.replica.changeMembership(voters);
  await world.clock.advance(3000);
  assert.deepEqual(await changed, { kind: 'done' });
  assert.equal(newcomer.machine.total, 40);

  const left = leader.replica.leave();
  await world.clock.advance(500);
  await left;
  const successor = world.members.find(
    (member) => member !== leader && member.replica.status().role === 'leader',
  );
  assert.ok(successor !== undefined && voters.includes(asNodeId(successor.id)));
  assert.equal(resultOf(await submit(world, successor, add(2))), 42);
});

test('an operator who asks the wrong node is told who leads', async () => {
  const world = await withLeader(3);
  const [follower] = followersOf(world);
  const outcome = follower?.replica.transferLeadership();
  await world.clock.advance(10);
  assert.deepEqual(await outcome, {
    kind: 'refused',
    refusal: { kind: 'notLeader', definite: true, leader: leaderOf(world)?.id },
  });
});

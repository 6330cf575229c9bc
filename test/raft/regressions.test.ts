/** Faults that were found in this core: each test tells what went wrong, and would see it again. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AppendRequest,
  asLogIndex,
  asNodeId,
  asRequestId,
  asTerm,
  type SnapshotRequest,
} from '../../src/raft/index.ts';
import { entriesOf, message, TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const { min, max } = testSettings.electionTimeoutTicks;

test('a voter that becomes the only one does not break the lease of its leader', () => {
  const settings = { ...testSettings, leaseReads: true };
  const world = TestCluster.of(['n1', 'n2'], { settings });
  const leader = world.elect('n1');
  world.run(4);
  const other = world.node('n2');
  leader.changeMembership(['n2']);
  for (let i = 0; i < 20 && other.raft.status().membership.voters.length > 1; i++) {
    world.deliverRound();
  }
  for (let i = 0; i < 20 && other.raft.status().membership.outgoing.length > 0; i++) {
    world.deliverRound();
  }
  assert.equal(leader.role, 'leader', 'it does not know yet that the change is committed');
  world.isolate('n1');
  other.tick(min - 1);
  assert.equal(other.role, 'follower', 'it has heard a leader, which may hold a lease');
});

test('a single voter leads although its disk takes longer than a tick', () => {
  const node = new TestNode('n1', ['n1'], { instantDisk: false });
  for (let i = 0; i < 2 * max && node.role !== 'leader'; i++) {
    node.tick(2);
    node.sync(1);
  }
  assert.equal(node.role, 'leader');
  assert.equal(node.term, 1);
});

test('parts of two leaders are not put together to one snapshot', () => {
  const node = new TestNode('n3', three);
  const membership = { index: asLogIndex(0), membership: node.raft.status().membership };
  const snapshot = { index: asLogIndex(5), term: asTerm(1), membership };
  const part = (from: string, term: number, offset: number): SnapshotRequest =>
    message<SnapshotRequest>(from, 'n3', {
      kind: 'snapshotRequest',
      term: asTerm(term),
      round: 1,
      snapshot,
      offset,
      data: new TextEncoder().encode('12345'),
      isLast: false,
    });
  node.receive(part('n1', 1, 0));
  node.takeSent('snapshotResponse');
  node.receive(part('n2', 2, 5));
  const [answer] = node.takeSent('snapshotResponse');
  assert.deepEqual(answer?.result, { kind: 'expects', offset: 0 }, 'from the beginning');
});

test('a leader under load does not replace the snapshot that it is sending', () => {
  const settings = {
    ...testSettings,
    snapshotEntries: 10,
    trailingEntries: 2,
    maxSnapshotChunkBytes: 100,
  };
  const world = TestCluster.of(three, { settings });
  const leader = world.elect('n1');
  world.isolate('n3');
  let command = 0;
  const work = () => {
    leader.propose(`c${command++}`);
    for (const node of world.nodes) node.tick();
    world.deliverRound();
    world.deliverRound();
  };
  for (let i = 0; i < 40; i++) work();
  world.heal();
  const behind = world.node('n3');
  for (let i = 0; i < 60; i++) work();
  assert.ok(
    behind.effects.some(({ kind }) => kind === 'restore'),
    'the transfer comes to an end although the leader goes on',
  );
});

test('a new voter that answers and gets nowhere does not hold up changes for ever', () => {
  const world = new TestCluster([...three, 'n4'].map((id) => new TestNode(id, three)));
  const leader = world.elect('n1');
  leader.changeMembership(three, ['n4']);
  world.run(max);
  world.node('n4').instantDisk = false; // from now on nothing is ever written
  leader.propose('x');
  leader.changeMembership([...three, 'n4']);
  world.run(testSettings.maxCatchUpRounds * max + 2 * max);
  const refusals = leader.take('refuse').map(({ refusal }) => refusal.kind);
  assert.deepEqual(refusals, ['learnerTooSlow']);
  leader.changeMembership(three);
  world.run(max);
  assert.deepEqual(leader.raft.status().membership.learners, []);
});

test('a learner far away does not slow the elections of the voters', () => {
  const ids = [...three, 'n4'];
  const settings = { ...testSettings, electionTimeoutTicks: { min, max: 20 * max } };
  const nodes = ids.map((id) => new TestNode(id, three, { settings, learners: ['n4'] }));
  const world = new TestCluster(nodes);
  const leader = world.elect('n1');
  const late: Parameters<TestNode['receive']>[0][][] = [];
  for (let tick = 0; tick < 200; tick++) {
    for (const node of nodes) node.tick();
    for (let round = 0; round < 3; round++) {
      late.push(world.node('n4').outgoing.splice(0));
      world.deliverRound();
    }
    for (const answer of late.length > 60 ? (late.shift() ?? []) : []) leader.receive(answer);
  }
  assert.equal(leader.raft.status().electionTicks, min);
});

test('a follower hears of a longer timeout also from appends', () => {
  const settings = { ...testSettings, electionTimeoutTicks: { min, max: 20 * max } };
  const node = new TestNode('n1', three, { settings });
  node.receive(
    message<AppendRequest<string>>('n2', 'n1', {
      kind: 'appendRequest',
      term: asTerm(1),
      prevIndex: asLogIndex(0),
      prevTerm: asTerm(0),
      entries: [],
      commitIndex: asLogIndex(0),
      round: 1,
      electionTicks: 50,
    }),
  );
  assert.equal(node.raft.status().electionTicks, 50);
  node.tick(49);
  assert.equal(node.role, 'follower', 'and waits as long from the first time on');
});

test('an append that denies what the snapshot ends with is not believed', () => {
  const settings = { ...testSettings, snapshotEntries: 3, trailingEntries: 0 };
  const world = TestCluster.of(three, { settings });
  const leader = world.elect('n1');
  for (const command of ['a', 'b', 'c']) leader.propose(command);
  world.run(3);
  const node = world.node('n2');
  const { firstIndex, lastIndex } = node.raft.status();
  assert.ok(firstIndex > 2, 'the log begins with a snapshot');
  node.effects.length = 0;
  node.receive(
    message<AppendRequest<string>>('n1', 'n2', {
      kind: 'appendRequest',
      term: asTerm(9),
      prevIndex: asLogIndex(firstIndex - 2),
      prevTerm: asTerm(1),
      entries: entriesOf([8, 8, 8, 8], firstIndex - 1),
      commitIndex: asLogIndex(0),
      round: 1,
    }),
  );
  assert.equal(node.take('drop').at(-1)?.reason, 'impossible');
  assert.equal(node.raft.status().lastIndex, lastIndex);
});

test('a removed leader tells only a voter that can win', () => {
  const ids = [...three, 'n4'];
  const nodes = ids.map(
    (id) => new TestNode(id, ids, { settings: { ...testSettings, priority: id === 'n4' ? 1 : 0 } }),
  );
  const world = new TestCluster(nodes);
  const leader = world.elect('n1');
  world.run(3);
  world.cut('n1', 'n4');
  leader.changeMembership(['n2', 'n3', 'n4']);
  for (let i = 0; i < 40 && leader.role === 'leader'; i++) {
    if (i % 4 === 3) for (const node of nodes) node.tick();
    world.deliverRound();
  }
  assert.notEqual(leader.role, 'leader');
  const told = leader.outgoing.filter(({ kind }) => kind === 'timeoutNow').map(({ to }) => to);
  assert.ok(!told.includes(asNodeId('n4')), `${told}: n4 is preferred, and lacks the last entries`);
});

test('a lease outlives many rounds in one round trip', () => {
  const settings = { ...testSettings, leaseReads: true };
  const world = TestCluster.of(three, { settings });
  const leader = world.elect('n1');
  world.run(3);
  const read = (id: number, consistency: 'linearizable' | 'linearizableByLease') =>
    leader.step({ kind: 'read', requestId: asRequestId(id), consistency });
  for (let i = 0; i < 600; i++) read(1000 + i, 'linearizable');
  leader.effects.length = 0;
  read(5000, 'linearizableByLease');
  assert.equal(leader.take('readReady').at(-1)?.requestId, 5000);
});

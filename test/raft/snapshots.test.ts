import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestCluster, type TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const settings = {
  ...testSettings,
  snapshotEntries: 10,
  trailingEntries: 2,
  maxSnapshotChunkBytes: 64,
};
const { max } = settings.electionTimeoutTicks;

/** n3 was cut off while the others went on and compacted their logs. */
function leftBehind(): { world: TestCluster; leader: TestNode; behind: TestNode } {
  const world = TestCluster.of(three, { settings });
  const leader = world.elect('n1');
  world.isolate('n3');
  for (let i = 0; i < 25; i++) {
    leader.propose(`c${i}`);
    world.run(1);
  }
  world.heal();
  return { world, leader, behind: world.node('n3') };
}

const commandsOf = (node: TestNode) => node.applied.map(({ command }) => command);

test('when enough is applied a snapshot is taken, and the log is cut some way before its end', () => {
  const { leader } = leftBehind();
  const { snapshotIndex, firstIndex, appliedIndex } = leader.raft.status();
  assert.ok(appliedIndex - snapshotIndex < 10);
  assert.equal(firstIndex, snapshotIndex - settings.trailingEntries + 1);
});

test('also when few entries weigh much', () => {
  const heavy = { ...settings, snapshotEntries: 1000, snapshotBytes: 100 };
  const world = TestCluster.of(three, { settings: heavy });
  const leader = world.elect('n1');
  leader.propose('x', 60);
  leader.propose('y', 60);
  world.run(3);
  assert.equal(leader.raft.status().snapshotIndex, 3);
});

test('a follower that lacks what was compacted gets a snapshot in parts, then entries', () => {
  const { world, leader, behind } = leftBehind();
  world.run(3 * max);
  assert.ok(behind.effects.some(({ kind }) => kind === 'restore'));
  assert.deepEqual(commandsOf(behind), commandsOf(leader));
  const parts = behind.effects.filter((it) => it.kind === 'persist' && it.snapshotChunk !== null);
  assert.ok(parts.length > 2, `${parts.length} parts`);
});

test('heartbeats go on while a snapshot is sent, and lost parts are sent again', () => {
  const { world, leader, behind } = leftBehind();
  let heartbeats = 0;
  for (let tick = 0; tick < 40 * max && behind.commitIndex < leader.commitIndex; tick++) {
    for (const node of world.nodes) node.tick();
    const lost = tick % 3 === 0 ? ['snapshotRequest'] : tick % 3 === 1 ? ['snapshotResponse'] : [];
    for (const node of world.nodes) {
      heartbeats += node.outgoing.filter(
        ({ kind, to }) => kind === 'heartbeatRequest' && to === 'n3',
      ).length;
      const kept = node.outgoing.filter(({ kind }) => !lost.includes(kind));
      node.outgoing.splice(0, node.outgoing.length, ...kept);
    }
    world.deliverRound();
  }
  assert.deepEqual(commandsOf(behind), commandsOf(leader));
  assert.ok(heartbeats > 10);
  assert.equal(leader.term, 1, 'and nobody was deposed');
});

test('a follower that crashes while it receives a snapshot gets it from the beginning', () => {
  const { world, leader, behind } = leftBehind();
  for (let i = 0; i < 200 && behind.raft.save().snapshots.receiving === null; i++) world.run(0);
  for (let i = 0; i < 40 && behind.raft.save().snapshots.receiving === null; i++) {
    for (const node of world.nodes) node.tick();
    world.deliverRound();
  }
  assert.notEqual(behind.raft.save().snapshots.receiving, null);
  behind.crash();
  world.run(4 * max);
  assert.deepEqual(commandsOf(behind), commandsOf(leader));
});

test('a snapshot is restored when it is durable, and not before', () => {
  const { world, leader, behind } = leftBehind();
  behind.instantDisk = false;
  for (let i = 0; i < 200 * max; i++) {
    for (const node of world.nodes) node.tick();
    world.settle();
    if (behind.raft.save().snapshots.installing !== null) break;
    behind.sync(1);
  }
  assert.notEqual(behind.raft.save().snapshots.installing, null, 'complete, not durable');
  assert.ok(!behind.effects.some(({ kind }) => kind === 'restore'));
  behind.crash();
  assert.equal(behind.raft.status().snapshotIndex, 0, 'the crash has lost it');
  behind.instantDisk = true;
  world.run(4 * max);
  assert.deepEqual(commandsOf(behind), commandsOf(leader));
});

test('a node starts again from its snapshot and what follows it', () => {
  const { world, leader } = leftBehind();
  const before = commandsOf(leader);
  leader.crash();
  assert.deepEqual(commandsOf(leader), before.slice(0, leader.raft.status().snapshotIndex));
  world.run(4 * max);
  assert.deepEqual(commandsOf(leader).slice(0, before.length), before);
});

test('a proposal whose entry a snapshot has covered is of unknown outcome', () => {
  const world = TestCluster.of(three, { settings });
  const old = world.elect('n1');
  world.isolate('n1');
  const requestId = old.propose('lost');
  world.run(3 * max);
  const [leader] = world.leaders;
  assert.ok(leader !== undefined && leader !== old);
  for (let i = 0; i < 25; i++) {
    leader.propose(`c${i}`);
    world.run(1);
  }
  world.heal();
  world.run(3 * max);
  const refusal = old.take('refuse').find((it) => it.requestId === requestId)?.refusal;
  assert.deepEqual(refusal, { kind: 'outcomeUnknown', definite: false });
});

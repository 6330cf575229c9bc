import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const { max } = testSettings.electionTimeoutTicks;

/** Three members and some nodes that are none yet. */
function cluster(...outside: readonly string[]): TestCluster {
  const all = [...three, ...outside];
  return new TestCluster(all.map((id, i) => new TestNode(id, three, { seed: i + 1 })));
}

function membershipOf(node: TestNode): string {
  const { voters, outgoing, learners } = node.raft.status().membership;
  return [voters, outgoing, learners].map((nodes) => nodes.join(' ')).join(' | ');
}

function refusalOf(node: TestNode): string | undefined {
  return node.take('refuse').at(-1)?.refusal.kind;
}

test('voters and learners are replaced in one request, and everybody agrees on the result', () => {
  const world = cluster('n4', 'n5', 'n6');
  const leader = world.elect('n1');
  const requestId = leader.changeMembership(['n1', 'n4', 'n5'], ['n2', 'n6']);
  world.run(2 * max);
  for (const id of ['n1', 'n2', 'n4', 'n5', 'n6']) {
    assert.equal(membershipOf(world.node(id)), 'n1 n4 n5 |  | n2 n6', id);
  }
  const answered = leader.take('apply').flatMap(({ requestIds }) => requestIds);
  assert.ok(answered.includes(requestId as never), 'and the request is answered');
});

test('a leader that leaves hands over, and the others have a leader at once', () => {
  const world = cluster();
  world.elect('n1').changeMembership(['n2', 'n3']);
  world.run(4);
  assert.equal(world.node('n1').role, 'follower');
  const [leader] = world.leaders;
  assert.ok(leader !== undefined && leader.id !== 'n1', 'without waiting for a timeout');
  leader.propose('x');
  world.run(4);
  assert.equal(world.node('n3').applied.at(-1)?.command, 'x');
});

test('a change is refused, definitely: by a follower, twice at once, without sense', () => {
  const world = cluster('n4');
  const leader = world.elect('n1');
  world.node('n2').changeMembership(three);
  assert.equal(refusalOf(world.node('n2')), 'notLeader');
  leader.changeMembership([]);
  assert.equal(refusalOf(leader), 'invalid');
  leader.changeMembership(['n1', 'n2'], ['n2']);
  assert.equal(refusalOf(leader), 'invalid');
  leader.changeMembership([...three, 'n4']);
  leader.changeMembership(['n1', 'n2']);
  assert.equal(refusalOf(leader), 'membershipChangeInProgress');
});

test('no change before an entry of the own term is committed (raft-dev, July 2015)', () => {
  const world = cluster();
  const leader = world.node('n1');
  leader.timeOut();
  world.deliverUntil(() => leader.role === 'leader');
  leader.changeMembership(['n1', 'n2']);
  assert.equal(refusalOf(leader), 'termNotCommitted');
});

test('a new voter that is not there is given up, and stays a learner', () => {
  const world = cluster('n4');
  const leader = world.elect('n1');
  world.isolate('n4');
  leader.changeMembership([...three, 'n4']);
  world.run(3 * max);
  assert.equal(refusalOf(leader), 'learnerTooSlow');
  assert.equal(membershipOf(leader), 'n1 n2 n3 |  | n4');
});

test('a membership that is truncated is rolled back', () => {
  const world = cluster();
  const old = world.elect('n1');
  world.isolate('n1');
  old.changeMembership(['n1']);
  assert.equal(membershipOf(old), 'n1 | n1 n2 n3 | ', 'in effect when appended');
  world.run(3 * max);
  assert.equal(world.leaders.length, 1, 'the others elect, by the old membership');
  world.heal();
  world.run(2 * max);
  assert.equal(membershipOf(old), 'n1 n2 n3 |  | ');
});

test('the next leader leaves a joint membership that it finds committed', () => {
  const world = cluster();
  const old = world.elect('n1');
  old.changeMembership(['n2', 'n3']);
  world.deliverRound(); // the joint entry reaches the followers, and then the leader is gone
  world.isolate('n1');
  world.run(3 * max);
  const [leader] = world.leaders;
  assert.ok(leader !== undefined);
  assert.equal(membershipOf(leader), 'n2 n3 |  | ');
});

test('the only node that has the entry which removes it still campaigns (dissertation 4.2.2)', () => {
  const world = new TestCluster(['n1', 'n2'].map((id) => new TestNode(id, ['n1'])));
  const old = world.elect('n1');
  old.changeMembership(['n2']);
  world.deliverUntil(() => old.raft.status().membership.outgoing.length > 0);
  world.deliverUntil(() => membershipOf(old) === 'n2 |  | ');
  old.crash(); // the entry that leaves the joint membership is on its disk, and nowhere else
  world.node('n2').outgoing.length = 0;
  world.run(6 * max);
  assert.deepEqual(
    world.leaders.map(({ id }) => id),
    ['n2'],
  );
  assert.equal(membershipOf(world.node('n2')), 'n2 |  | ');
});

test('a node that was removed without knowing it does not disturb the others', () => {
  const world = cluster();
  const leader = world.elect('n1');
  world.isolate('n3');
  leader.changeMembership(['n1', 'n2']);
  world.run(2 * max);
  world.heal();
  const { term } = leader;
  world.run(6 * max);
  assert.equal(leader.role, 'leader');
  assert.equal(leader.term, term);
});

test('membership survives a restart, a snapshot, and a second snapshot', () => {
  const settings = { ...testSettings, snapshotEntries: 5, trailingEntries: 0 };
  const world = TestCluster.of(three, { settings });
  const leader = world.elect('n1');
  leader.changeMembership(['n1', 'n2'], ['n3']);
  world.run(max);
  for (let round = 1; round <= 2; round++) {
    for (let i = 0; i < 6; i++) leader.propose(`${round}.${i}`);
    world.run(4);
  }
  assert.ok(leader.raft.status().snapshotIndex > 10, 'compacted twice');
  leader.crash();
  assert.equal(membershipOf(leader), 'n1 n2 |  | n3');
});

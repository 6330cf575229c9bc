import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const { min, max } = testSettings.electionTimeoutTicks;

function leading(): { world: TestCluster; leader: TestNode } {
  const world = TestCluster.of(three);
  const leader = world.elect('n1');
  world.run(3);
  return { world, leader };
}

test('the target leads within a few messages, and the request is answered', () => {
  const { world, leader } = leading();
  leader.propose('x');
  const requestId = leader.transfer('n3');
  world.settle();
  assert.equal(world.node('n3').role, 'leader');
  assert.equal(leader.take('transferred').at(-1)?.requestId, requestId);
});

test('nothing new is taken meanwhile; when the target is gone, all is as before', () => {
  const { world, leader } = leading();
  world.isolate('n3');
  const requestId = leader.transfer('n3');
  leader.propose('x');
  assert.equal(leader.take('refuse').at(-1)?.refusal.kind, 'transferring');
  world.run(min + 1);
  const refused = leader.take('refuse').find((it) => it.requestId === requestId);
  assert.deepEqual(refused?.refusal, { kind: 'transferTimedOut', definite: false });
  leader.propose('y');
  world.run(3);
  assert.equal(world.node('n2').applied.at(-1)?.command, 'y');
});

test('a target that lacks entries is told only when it has them', () => {
  const { world, leader } = leading();
  world.cut('n1', 'n3');
  leader.propose('x');
  world.settle();
  leader.transfer('n3');
  assert.deepEqual(leader.takeSent('timeoutNow'), []);
  world.heal();
  world.run(min + max);
  assert.deepEqual(
    world.leaders.map(({ log }) => log.length > 1),
    [true],
  );
});

test('itself, a stranger and a learner are no targets', () => {
  const ids = ['n1', 'n2', 'n3'];
  const world = TestCluster.of(ids);
  const leader = world.elect('n1');
  leader.changeMembership(['n1', 'n2'], ['n3']);
  world.run(max);
  for (const target of ['n1', 'n3', 'n9']) {
    leader.transfer(target);
    assert.equal(leader.take('refuse').at(-1)?.refusal.kind, 'invalid', target);
  }
});

test('the preferred node gets the leadership back when it is healthy', () => {
  const world = new TestCluster(
    three.map(
      (id) =>
        new TestNode(id, three, { settings: { ...testSettings, priority: id === 'n2' ? 1 : 0 } }),
    ),
  );
  world.elect('n1');
  world.run(6 * max);
  assert.equal(world.leaders[0]?.id, 'n2');
  world.isolate('n2');
  world.run(6 * max);
  assert.notEqual(
    world.leaders.find(({ id }) => id !== 'n2'),
    undefined,
    'others serve meanwhile',
  );
  world.heal();
  world.run(8 * max);
  assert.deepEqual(
    world.leaders.map(({ id }) => id),
    ['n2'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asLogIndex } from '../../src/raft/index.ts';
import { TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];

test('why an index is not committed: who has it, who lacks it, how many are needed', () => {
  const world = TestCluster.of(three);
  const leader = world.elect('n1');
  world.isolate('n2');
  world.isolate('n3');
  leader.propose('x');
  assert.equal(
    leader.raft.explain(),
    [
      'n1 is leader in term 1; log ends at 2 (term 1), durable to 2, committed to 1',
      'voters n1 n2 n3',
      'index 2 (term 1) is not committed',
      '  1 of 3 voters has index 2 on disk, 2 are needed; missing: n2 (has 1), n3 (has 1)',
      '  n2 has 1 of 2: 1 append under way',
      '  n3 has 1 of 2: 1 append under way',
    ].join('\n'),
  );
  assert.match(leader.raft.explain(asLogIndex(1)), /index 1 is committed/);
  assert.match(leader.raft.explain(asLogIndex(9)), /index 9 is not in the log/);
});

test('an entry of an older term waits for one of the own (5.4.2)', () => {
  const world = TestCluster.of(three, { log: [1, 1], hardState: { term: 1 } });
  const leader = world.node('n1');
  leader.timeOut();
  world.deliverUntil(() => leader.role === 'leader');
  assert.match(leader.raft.explain(asLogIndex(2)), /of an older term than 2.*index 3, the first/);
});

test('why a node cannot win: whose votes it lacks', () => {
  const node = new TestNode('n1', three);
  node.timeOut();
  assert.match(node.raft.explain(), /has 1 of the 2 pre-votes it needs, from n1; not from n2 n3/);
  const learner = new TestNode('n4', three, { learners: ['n4'] });
  assert.match(learner.raft.explain(), /no voter: it never campaigns/);
});

test('which follower is held up, and by what', () => {
  const settings = { ...testSettings, maxInflightAppends: 1 };
  const world = TestCluster.of(three, { settings });
  const leader = world.elect('n1');
  world.isolate('n3');
  leader.propose('x');
  world.settle();
  assert.match(leader.raft.explain(), /n3 has 1 of 2: paused, its window is full with 1 append /);
  world.run(settings.electionTimeoutTicks.min);
  assert.match(leader.raft.explain(), /n3 has 1 of 2, silent for 10 ticks/);
});

test('a change of membership and a transfer say what they wait for', () => {
  const world = new TestCluster([...three, 'n4'].map((id) => new TestNode(id, three)));
  const leader = world.elect('n1');
  world.isolate('n4');
  leader.changeMembership([...three, 'n4']);
  world.settle();
  assert.match(leader.raft.explain(), /a change of membership waits for n4 \(to 1\) to catch up/);
  const other = TestCluster.of(three);
  other.elect('n1').transfer('n2');
  assert.match(other.node('n1').raft.explain(), /handing over to n2, which was told to campaign/);
});

test('a node that has halted says why, and nothing else', () => {
  const node = new TestNode('n1', three);
  node.step({ kind: 'storageFailed', reason: 'no space left' });
  assert.equal(node.raft.explain(), 'n1 has stopped for good: no space left');
});

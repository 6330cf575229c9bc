import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeartbeatResponse } from '../../src/raft/index.ts';
import { asLogIndex, asTerm } from '../../src/raft/index.ts';
import { message, TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const five = ['n1', 'n2', 'n3', 'n4', 'n5'];

function leading(voters: readonly string[] = three): { cluster: TestCluster; leader: TestNode } {
  const cluster = TestCluster.of(voters);
  const leader = cluster.elect('n1');
  leader.effects.length = 0;
  return { cluster, leader };
}

function heartbeatAnswer(from: string, round: number, matchIndex = 1): HeartbeatResponse {
  return message<HeartbeatResponse>(from, 'n1', {
    kind: 'heartbeatResponse',
    term: asTerm(1),
    round,
    matchIndex: asLogIndex(matchIndex),
  });
}

test('a read is answered after one round, at the commit index of its arrival (6.4)', () => {
  const { cluster, leader } = leading();
  leader.propose('a');
  cluster.settle();
  const requestId = leader.read();
  assert.deepEqual(leader.take('readReady'), [], 'not before the round');
  cluster.settle();
  assert.deepEqual(leader.take('readReady'), [{ kind: 'readReady', requestId, index: 2 }]);
});

test('the round needs a quorum, not merely an answer', () => {
  const { leader } = leading(five);
  leader.read();
  const round = leader.takeSent('heartbeatRequest')[0]?.round ?? 0;
  leader.receive(heartbeatAnswer('n2', round));
  leader.receive(heartbeatAnswer('n2', round));
  assert.deepEqual(leader.take('readReady'), [], 'two of five');
  leader.receive(heartbeatAnswer('n3', round));
  assert.equal(leader.take('readReady').length, 1);
});

test('answers to a round that began before the read do not confirm it', () => {
  const { leader } = leading();
  leader.tick(testSettings.heartbeatTicks);
  const earlier = leader.takeSent('heartbeatRequest')[0]?.round ?? 0;
  leader.read();
  const later = leader.takeSent('heartbeatRequest')[0]?.round ?? 0;
  assert.ok(later > earlier);
  leader.receive(heartbeatAnswer('n2', earlier));
  leader.receive(heartbeatAnswer('n3', earlier));
  assert.deepEqual(leader.take('readReady'), []);
  leader.receive(heartbeatAnswer('n3', later));
  assert.equal(leader.take('readReady').length, 1);
});

test('one round confirms every read that waits for it', () => {
  const { cluster, leader } = leading();
  leader.outgoing.length = 0;
  for (let i = 0; i < 10; i++) {
    leader.raft.step({
      kind: 'read',
      requestId: (100 + i) as never,
      consistency: 'linearizable',
    });
  }
  leader.drain();
  assert.equal(leader.outgoing.length, 2, 'one message for each follower');
  cluster.settle();
  assert.deepEqual(
    leader.take('readReady').map(({ requestId }) => requestId),
    [100, 101, 102, 103, 104, 105, 106, 107, 108, 109],
  );
});

test('an append confirms reads as well as a heartbeat does', () => {
  const { cluster, leader } = leading();
  leader.outgoing.length = 0;
  leader.raft.step({
    kind: 'read',
    requestId: 100 as never,
    consistency: 'linearizable',
  });
  leader.raft.step({ kind: 'propose', requestId: 101 as never, command: 'a', bytes: 1 });
  leader.drain();
  assert.deepEqual(
    leader.outgoing.map(({ kind }) => kind),
    ['appendRequest', 'appendRequest'],
    'the append carries the round',
  );
  cluster.settle();
  assert.equal(leader.take('readReady')[0]?.index, 1);
});

test('no read is served before an entry of the own term is committed (6.4)', () => {
  const cluster = TestCluster.of(three);
  cluster.elect('n1').propose('a');
  cluster.settle();
  cluster.isolate('n1');
  const next = cluster.node('n2');
  next.tick(testSettings.electionTimeoutTicks.min);
  cluster.node('n3').tick(testSettings.electionTimeoutTicks.min);
  for (let i = 0; i < 60 && next.role !== 'leader'; i++) {
    next.tick();
    cluster.deliverRound();
  }
  assert.equal(next.role, 'leader');
  assert.ok(next.commitIndex < 2, 'it has "a", but does not know that it is committed');
  next.effects.length = 0;
  const requestId = next.read();
  assert.deepEqual(next.take('readReady'), []);
  cluster.settle();
  assert.deepEqual(next.take('readReady'), [{ kind: 'readReady', requestId, index: 3 }]);
});

test('the index is handed out with the entries up to it: apply stands before readReady', () => {
  const { cluster, leader } = leading();
  leader.propose('a');
  leader.read();
  cluster.settle();
  const kinds = leader.effects
    .map(({ kind }) => kind)
    .filter((kind) => kind === 'apply' || kind === 'readReady');
  assert.deepEqual(kinds, ['apply', 'readReady']);
});

test('reads at a deposed leader fail, they do not answer', () => {
  const { cluster, leader } = leading();
  cluster.isolate('n1');
  const requestId = leader.read();
  cluster.run(testSettings.electionTimeoutTicks.min);
  assert.equal(leader.role, 'follower');
  assert.deepEqual(leader.take('readReady'), []);
  const later = leader.read();
  cluster.heal();
  cluster.run(3 * testSettings.electionTimeoutTicks.max);
  const refused = leader.take('refuse').map((effect) => [effect.requestId, effect.refusal.kind]);
  assert.deepEqual(refused.slice(-1), [[later, 'notLeader']]);
  assert.ok(requestId < later);
});

test('a read that waits when the leader steps down is refused, and not answered later', () => {
  const { cluster, leader } = leading();
  cluster.isolate('n1');
  const requestId = leader.read();
  cluster.run(testSettings.electionTimeoutTicks.min);
  assert.deepEqual(leader.take('refuse'), [
    { kind: 'refuse', requestId, refusal: { kind: 'leadershipLost', definite: true } },
  ]);
});

test('a leader that was deposed without knowing it cannot confirm a read', () => {
  const { cluster, leader } = leading(five);
  // n1 and n2 on one side, the rest elects n3 and commits a write.
  for (const left of ['n1', 'n2']) {
    for (const right of ['n3', 'n4', 'n5']) {
      cluster.cut(left, right);
      cluster.cut(right, left);
    }
  }
  for (const id of ['n3', 'n4', 'n5']) {
    cluster.node(id).tick(testSettings.electionTimeoutTicks.min);
    cluster.node(id).outgoing.length = 0;
  }
  cluster.elect('n3').propose('new');
  cluster.settle();
  assert.equal(leader.role, 'leader', 'it has not noticed');
  leader.effects.length = 0;
  leader.read();
  cluster.settle();
  assert.deepEqual(leader.take('readReady'), []);
});

test('a follower that knows no leader refuses reads', () => {
  const node = new TestNode('n3', ['n1', 'n2', 'n3']);
  node.read();
  assert.deepEqual(node.take('refuse').at(-1)?.refusal, {
    kind: 'notLeader',
    definite: true,
    leader: null,
  });
});

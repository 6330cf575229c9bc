import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppendRequest, HeartbeatRequest, VoteRequest } from '../../src/raft/index.ts';
import { asLogIndex, asTerm, asWriteToken, InvariantViolation } from '../../src/raft/index.ts';
import { entriesOf, message, TestCluster, TestNode } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];

function slowFollower(log: readonly number[] = [], term = 5): TestNode {
  return new TestNode('n1', three, { hardState: { term }, log, instantDisk: false });
}

function append(
  term: number,
  prev: readonly [number, number],
  terms: readonly number[],
  from = 'n2',
): AppendRequest<string> {
  return message<AppendRequest<string>>(from, 'n1', {
    kind: 'appendRequest',
    term: asTerm(term),
    prevIndex: asLogIndex(prev[0]),
    prevTerm: asTerm(prev[1]),
    entries: entriesOf(terms, prev[0] + 1),
    commitIndex: asLogIndex(0),
    round: 1,
  });
}

function heartbeat(term: number): HeartbeatRequest {
  return message<HeartbeatRequest>('n2', 'n1', {
    kind: 'heartbeatRequest',
    term: asTerm(term),
    commitIndex: asLogIndex(0),
    round: 1,
  });
}

test('entries are acknowledged when they are durable, not before', () => {
  const node = slowFollower();
  node.receive(append(5, [0, 0], [5, 5]));
  assert.deepEqual(node.outgoing, []);
  node.sync();
  assert.deepEqual(node.takeSent('appendResponse')[0]?.result, {
    kind: 'accepted',
    matchIndex: 2,
  });
});

test('a repeated append is not acknowledged while the first is still being written', () => {
  const node = slowFollower();
  node.receive(append(5, [0, 0], [5]));
  node.receive(append(5, [0, 0], [5]));
  assert.deepEqual(node.outgoing, [], 'the entry is in memory, not on disk');
  node.sync(1);
  assert.equal(node.takeSent('appendResponse').length, 1);
  node.sync();
  assert.equal(node.takeSent('appendResponse').length, 1);
});

test('a heartbeat is answered at once while entries are being written, for what is durable', () => {
  const node = slowFollower();
  node.receive(append(5, [0, 0], [5]));
  node.receive(heartbeat(5));
  assert.equal(node.takeSent('heartbeatResponse')[0]?.matchIndex, 0);
  node.sync();
  node.receive(heartbeat(5));
  assert.equal(node.takeSent('heartbeatResponse')[0]?.matchIndex, 1);
});

test('a new term is durable before any answer of that term', () => {
  const node = slowFollower();
  node.receive(heartbeat(6));
  assert.deepEqual(node.outgoing, []);
  node.sync();
  assert.equal(node.durable.hardState.currentTerm, 6);
  assert.equal(node.takeSent('heartbeatResponse')[0]?.term, 6);
});

test('one write carries all that changed: term and vote, truncation, entries', () => {
  const node = slowFollower([1, 2, 2], 5);
  node.effects.length = 0;
  node.raft.step({ kind: 'receive', message: append(6, [1, 1], [3, 3]) });
  node.raft.step({ kind: 'receive', message: append(6, [3, 3], [6]) });
  node.drain();
  const [write, ...more] = node.take('persist');
  assert.deepEqual(more, []);
  assert.deepEqual(write?.hardState, { currentTerm: 6, votedFor: null });
  assert.equal(write?.truncateFrom, 2);
  assert.deepEqual(
    write?.entries.map(({ index, term }) => [index, term]),
    [
      [2, 3],
      [3, 3],
      [4, 6],
    ],
  );
  assert.equal(write?.messages.length, 2, 'and the messages that wait for it');
});

test('a write that completes after its entries were replaced does not count for the new ones', () => {
  const node = slowFollower([1], 5);
  node.receive(append(5, [1, 1], [5, 5, 5]));
  // Before the disk is done, the leader of term 6 replaces them.
  node.receive(append(6, [1, 1], [6, 6, 6], 'n3'));
  node.sync(1);
  assert.equal(node.raft.status().durableIndex, 1, 'entries 2 to 4 of term 6 are not on disk');
  node.sync();
  assert.equal(node.raft.status().durableIndex, 4);
  assert.deepEqual(
    node.durable.entries.map((entry) => entry.term),
    [1, 6, 6, 6],
  );
});

test('after a crash a node has what it acknowledged, and truncated entries do not return', () => {
  const node = slowFollower([1, 2, 2], 5);
  node.receive(append(6, [1, 1], [6]));
  node.crash();
  assert.deepEqual(node.log, [1, 2, 2], 'nothing was acknowledged, nothing is lost');
  node.receive(append(6, [1, 1], [6]));
  node.sync();
  node.crash();
  assert.deepEqual(node.log, [1, 6]);
  assert.equal(node.term, 6);
});

test('after a failed write the node says so and nothing more, ever', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  leader.instantDisk = false;
  const pending = leader.propose('a');
  leader.outgoing.length = 0;
  leader.effects.length = 0;
  leader.step({ kind: 'storageFailed', reason: 'disk is full' });
  assert.deepEqual(leader.effects, [{ kind: 'halt', reason: 'disk is full' }]);
  leader.effects.length = 0;
  leader.tick(100);
  leader.receive(heartbeat(9));
  leader.receive(
    message<VoteRequest>('n2', 'n1', {
      kind: 'voteRequest',
      term: asTerm(10),
      lastLogIndex: asLogIndex(9),
      lastLogTerm: asTerm(9),
    }),
  );
  assert.deepEqual(leader.effects, []);
  const late = leader.propose('b');
  assert.deepEqual(leader.take('refuse'), [
    { kind: 'refuse', requestId: late, refusal: { kind: 'halted', definite: true } },
  ]);
  assert.ok(pending < late, 'the pending one is not refused: it may have happened');
  assert.equal(leader.raft.status().haltReason, 'disk is full');
});

test('a driver that reports a write which was never handed out has a fault, and is told', () => {
  const node = slowFollower();
  assert.throws(
    () => node.raft.step({ kind: 'persisted', token: asWriteToken(7) }),
    InvariantViolation,
  );
});

test('a node restarts as a follower with its term, vote and log', () => {
  const node = new TestNode('n1', three, {
    hardState: { term: 7, votedFor: 'n3' },
    log: [1, 4, 7],
  });
  const status = node.raft.status();
  assert.equal(status.role, 'follower');
  assert.equal(status.currentTerm, 7);
  assert.equal(status.votedFor, 'n3');
  assert.equal(status.lastIndex, 3);
  assert.equal(status.durableIndex, 3);
  assert.equal(status.commitIndex, 0, 'the commit index is learnt again');
});

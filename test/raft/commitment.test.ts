import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppendRequest, AppendResponse, VoteRequest } from '../../src/raft/index.ts';
import { asLogIndex, asTerm } from '../../src/raft/index.ts';
import { entriesOf, message, TestCluster, TestNode, testSettings, winElection } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const five = ['n1', 'n2', 'n3', 'n4', 'n5'];

function accepted(from: string, term: number, matchIndex: number): AppendResponse {
  return message<AppendResponse>(from, 'n1', {
    kind: 'appendResponse',
    term: asTerm(term),
    round: 1,
    result: { kind: 'accepted', matchIndex: asLogIndex(matchIndex) },
  });
}

/** n1 as leader of `term`, with this log before its no-op, elected by the other voters. */
function leaderWith(log: readonly number[], term: number, voters = five): TestNode {
  const leader = new TestNode('n1', voters, { hardState: { term: term - 1 }, log });
  winElection(leader);
  return leader;
}

test('a new leader appends a no-op of its term at once (8, dissertation 6.4)', () => {
  const leader = leaderWith([1, 1, 2], 3);
  const [entry] = leader.durable.entries.slice(-1);
  assert.deepEqual(entry, { kind: 'noop', index: 4, term: 3, bytes: 0 });
});

test('an entry is committed once a majority has it, the leader included (5.3)', () => {
  const leader = leaderWith([], 1);
  leader.propose('a');
  leader.receive(accepted('n2', 1, 2));
  assert.equal(leader.commitIndex, 0, 'two of five');
  leader.receive(accepted('n2', 1, 2));
  assert.equal(leader.commitIndex, 0, 'the same follower again');
  leader.receive(accepted('n3', 1, 1));
  assert.equal(leader.commitIndex, 1, 'three of five have the no-op, two have the command');
  leader.receive(accepted('n4', 1, 2));
  assert.equal(leader.commitIndex, 2);
});

test('entries of older terms are not committed by counting, only with one of the own (5.4.2)', () => {
  // Everybody has all of the log up to index 3, of term 2; the leader is of term 3.
  const leader = leaderWith([1, 2, 2], 3);
  for (const voter of five.slice(1)) leader.receive(accepted(voter, 3, 3));
  assert.equal(leader.commitIndex, 0);
  assert.deepEqual(leader.applied, []);
  leader.receive(accepted('n2', 3, 4));
  leader.receive(accepted('n3', 3, 4));
  assert.equal(leader.commitIndex, 4, 'with the no-op of term 3 everything before is committed');
});

test('Figure 8: an entry on a majority, but of an older term, can be lost, so is not committed', () => {
  // (c): S1 was leader of term 2, and again of term 4. Its entry (2, 2) is on S1, S2, S3.
  const s1 = leaderWith([1, 2], 4);
  s1.receive(accepted('n2', 4, 2));
  s1.receive(accepted('n3', 4, 2));
  assert.equal(s1.commitIndex, 0);
  // (d): S5, whose log ends with term 3, is elected and overwrites the entry at S2.
  const s2 = new TestNode('n2', five, { hardState: { term: 4 }, log: [1, 2] });
  s2.receive(
    message<VoteRequest>('n5', 'n2', {
      kind: 'voteRequest',
      term: asTerm(5),
      lastLogIndex: asLogIndex(2),
      lastLogTerm: asTerm(3),
    }),
  );
  assert.equal(s2.takeSent('voteResponse')[0]?.granted, true);
  s2.receive(
    message<AppendRequest<string>>('n5', 'n2', {
      kind: 'appendRequest',
      term: asTerm(5),
      prevIndex: asLogIndex(1),
      prevTerm: asTerm(1),
      entries: entriesOf([3], 2),
      commitIndex: asLogIndex(0),
      round: 1,
    }),
  );
  assert.deepEqual(s2.log, [1, 3]);
  // (e): had S1 replicated an entry of term 4 to a majority, S5 could not have won.
  s1.receive(accepted('n2', 4, 3));
  s1.receive(accepted('n3', 4, 3));
  assert.equal(s1.commitIndex, 3);
  const s3 = new TestNode('n3', five, { hardState: { term: 4 }, log: [1, 2, 4] });
  s3.receive(
    message<VoteRequest>('n5', 'n3', {
      kind: 'voteRequest',
      term: asTerm(5),
      lastLogIndex: asLogIndex(2),
      lastLogTerm: asTerm(3),
    }),
  );
  assert.equal(s3.takeSent('voteResponse')[0]?.granted, false);
});

test('a leader counts itself only for what its own disk has (10.2.1)', () => {
  const leader = leaderWith([], 1, three);
  leader.instantDisk = false;
  leader.receive(accepted('n2', 1, 1));
  leader.receive(accepted('n3', 1, 1));
  assert.equal(leader.commitIndex, 1);
  leader.outgoing.length = 0;
  leader.propose('a');
  assert.equal(leader.takeSent('appendRequest').length, 2, 'the append does not wait for the disk');
  leader.receive(accepted('n2', 1, 2));
  assert.equal(leader.commitIndex, 1, 'one of three disks has it');
  leader.sync();
  assert.equal(leader.commitIndex, 2);
});

test('a majority of the others commits even while the own disk is slow', () => {
  const leader = leaderWith([], 1, three);
  leader.instantDisk = false;
  leader.propose('a');
  leader.receive(accepted('n2', 1, 2));
  leader.receive(accepted('n3', 1, 2));
  assert.equal(leader.commitIndex, 2);
});

test('a winner may overwrite uncommitted entries of a higher term (5.4.1)', () => {
  // n3 has an entry of term 2 that nobody else has; n1 wins term 3 without it.
  const n1 = new TestNode('n1', three, { hardState: { term: 2 }, log: [1] });
  const n2 = new TestNode('n2', three, { hardState: { term: 2 }, log: [1] });
  const n3 = new TestNode('n3', three, { hardState: { term: 2, votedFor: 'n3' }, log: [1, 2] });
  const cluster = new TestCluster([n1, n2, n3]);
  cluster.elect('n1');
  assert.deepEqual(n3.log, [1, 3]);
});

test('committed entries are applied once, in order, on every node', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  for (const command of ['a', 'b', 'c']) leader.propose(command);
  cluster.run(testSettings.heartbeatTicks + 1);
  for (const node of cluster.nodes) {
    assert.deepEqual(
      node.applied.map(({ command }) => command),
      [null, 'a', 'b', 'c'],
      node.id,
    );
  }
});

test('a proposal is answered where it was made, with the entry that it became', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  leader.effects.length = 0;
  const first = leader.propose('a');
  const second = leader.propose('b');
  cluster.settle();
  const applies = leader.take('apply');
  const pairs = applies.flatMap((apply) =>
    apply.entries.map((entry, position) => [entry.index, apply.requestIds[position]]),
  );
  assert.deepEqual(pairs, [
    [2, first],
    [3, second],
  ]);
  for (const apply of cluster.node('n2').take('apply')) {
    for (const requestId of apply.requestIds) assert.equal(requestId, null);
  }
});

test('a follower refuses proposals with a hint at the leader', () => {
  const cluster = TestCluster.of(three);
  cluster.elect('n1');
  const follower = cluster.node('n2');
  const requestId = follower.propose('a');
  assert.deepEqual(follower.take('refuse').at(-1), {
    kind: 'refuse',
    requestId,
    refusal: { kind: 'notLeader', definite: true, leader: 'n1' },
  });
});

test('a proposal whose place another leader took is refused, once that is committed', () => {
  const cluster = TestCluster.of(three);
  const old = cluster.elect('n1');
  cluster.isolate('n1');
  const lost = old.propose('lost');
  cluster.run(6 * testSettings.electionTimeoutTicks.max);
  assert.equal(old.role === 'leader', false);
  assert.equal(old.take('refuse').length, 0, 'nobody knows yet');
  const [leader] = cluster.leaders;
  assert.ok(leader !== undefined);
  leader.propose('x');
  cluster.heal();
  cluster.run(4 * testSettings.heartbeatTicks);
  assert.deepEqual(
    old.take('refuse').map(({ requestId, refusal }) => [requestId, refusal.kind]),
    [[lost, 'superseded']],
  );
  assert.equal(old.raft.status().pendingProposals, 0);
});

test('a proposal that outlives its leader is answered when its entry is committed after all', () => {
  const cluster = TestCluster.of(three);
  const old = cluster.elect('n1');
  // n2 receives the entry, but its ack is lost, and so is the leader for a while.
  cluster.cut('n2', 'n1');
  cluster.cut('n1', 'n3');
  cluster.cut('n3', 'n1');
  old.effects.length = 0;
  const requestId = old.propose('survivor');
  cluster.settle();
  cluster.cut('n1', 'n2');
  cluster.run(6 * testSettings.electionTimeoutTicks.max);
  assert.equal(cluster.leaders[0]?.id, 'n2', 'only n2 has a log that can win');
  assert.equal(old.take('apply').length, 0);
  cluster.heal();
  cluster.run(4 * testSettings.heartbeatTicks);
  const answered = old.take('apply').flatMap((apply) => apply.requestIds);
  assert.deepEqual(
    answered.filter((id) => id !== null),
    [requestId],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  AppendRequest,
  HeartbeatRequest,
  PreVoteRequest,
  PreVoteResponse,
  VoteRequest,
  VoteResponse,
} from '../../src/raft/index.ts';
import { asLogIndex, asTerm } from '../../src/raft/index.ts';
import { message, TestCluster, TestNode, testSettings, winPreVote } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const five = ['n1', 'n2', 'n3', 'n4', 'n5'];

function voteRequest(from: string, to: string, term: number, last: [number, number]): VoteRequest {
  return message<VoteRequest>(from, to, {
    kind: 'voteRequest',
    term: asTerm(term),
    lastLogIndex: asLogIndex(last[0]),
    lastLogTerm: asTerm(last[1]),
  });
}

function preVoteRequest(
  from: string,
  to: string,
  term: number,
  last: [number, number],
): PreVoteRequest {
  return message<PreVoteRequest>(from, to, {
    kind: 'preVoteRequest',
    term: asTerm(term),
    round: 1,
    lastLogIndex: asLogIndex(last[0]),
    lastLogTerm: asTerm(last[1]),
  });
}

function heartbeat(from: string, to: string, term: number): HeartbeatRequest {
  return message<HeartbeatRequest>(from, to, {
    kind: 'heartbeatRequest',
    term: asTerm(term),
    commitIndex: asLogIndex(0),
    round: 1,
  });
}

/** A candidate of term 1 in a cluster of this size. */
function candidate(voters: readonly string[]): TestNode {
  const node = new TestNode('n1', voters);
  winPreVote(node);
  return node;
}

function vote(from: string, term: number, granted = true): VoteResponse {
  return message<VoteResponse>(from, 'n1', {
    kind: 'voteResponse',
    term: asTerm(term),
    granted,
    lastLogIndex: asLogIndex(0),
    lastLogTerm: asTerm(0),
  });
}

test('nodes start as followers, and without a leader one of them becomes leader (5.2)', () => {
  const cluster = TestCluster.of(three);
  for (const node of cluster.nodes) assert.equal(node.role, 'follower');
  cluster.run(2 * testSettings.electionTimeoutTicks.max);
  assert.equal(cluster.leaders.length, 1);
  const [leader] = cluster.leaders;
  for (const node of cluster.nodes) assert.equal(node.raft.status().leader, leader?.id);
});

test('a node that is the only voter leads at once, and serves', () => {
  const node = new TestNode('n1', ['n1']);
  node.tick(1);
  assert.equal(node.role, 'leader');
  node.propose('x');
  assert.deepEqual(
    node.applied.map(({ command }) => command),
    [null, 'x'],
  );
});

test('timeouts are spread over a third of their least length (5.2)', () => {
  const { min } = testSettings.electionTimeoutTicks;
  const end = Math.ceil((4 / 3) * min);
  const seen = new Set<number>();
  for (let seed = 0; seed < 200; seed++) {
    const node = new TestNode('n1', three, { seed });
    let ticks = 0;
    for (; node.role === 'follower'; ticks++) node.tick();
    assert.ok(ticks >= min && ticks < end, `timed out after ${ticks} ticks`);
    seen.add(ticks);
  }
  assert.equal(seen.size, end - min, 'every length occurs');
});

test('a pre-vote asks about the next term and changes no term (dissertation 9.6)', () => {
  const node = new TestNode('n1', three, { hardState: { term: 4 }, log: [1, 4] });
  node.timeOut();
  assert.equal(node.term, 4);
  const requests = node.takeSent('preVoteRequest');
  assert.deepEqual(
    requests.map(({ to, term, lastLogIndex, lastLogTerm }) => [
      to,
      term,
      lastLogIndex,
      lastLogTerm,
    ]),
    [
      ['n2', 5, 2, 4],
      ['n3', 5, 2, 4],
    ],
  );
});

test('a majority of pre-votes starts a campaign: a new term, and a vote for itself (5.2)', () => {
  const node = candidate(five);
  assert.equal(node.term, 1);
  assert.deepEqual(node.durable.hardState, { currentTerm: 1, votedFor: 'n1' });
  const asked = node.takeSent('voteRequest').map(({ to, term }) => [to, term]);
  assert.deepEqual(asked, [
    ['n2', 1],
    ['n3', 1],
    ['n4', 1],
    ['n5', 1],
  ]);
});

test('an isolated node never raises its term, and does not depose the leader on return', () => {
  const cluster = TestCluster.of(three);
  cluster.elect('n1');
  cluster.isolate('n3');
  cluster.run(10 * testSettings.electionTimeoutTicks.max);
  assert.equal(cluster.node('n3').term, 1);
  cluster.heal();
  cluster.run(5 * testSettings.electionTimeoutTicks.max);
  assert.equal(cluster.node('n1').role, 'leader');
  assert.equal(cluster.node('n1').term, 1);
  assert.equal(cluster.node('n3').raft.status().leader, 'n1');
});

test('elections are won by a majority of all voters, and by nothing less (5.2)', () => {
  const table: [voters: readonly string[], votes: boolean[], role: string][] = [
    [three, [], 'candidate'],
    [three, [true], 'leader'],
    [three, [false], 'candidate'],
    [three, [false, true], 'leader'],
    [three, [false, false], 'candidate'],
    [five, [true], 'candidate'],
    [five, [true, true], 'leader'],
    [five, [true, false, false], 'candidate'],
    [five, [true, false, false, true], 'leader'],
    [five, [false, false, false, true], 'candidate'],
  ];
  for (const [voters, votes, role] of table) {
    const node = candidate(voters);
    votes.forEach((granted, position) => {
      const from = voters[position + 1] ?? '';
      node.receive(vote(from, 1, granted));
    });
    assert.equal(node.role, role, `${voters.length} voters, answers ${votes}`);
  }
});

test('votes are a set of nodes: one that is repeated counts once', () => {
  const node = candidate(five);
  for (let i = 0; i < 5; i++) node.receive(vote('n2', 1));
  assert.equal(node.role, 'candidate');
  node.receive(vote('n3', 1));
  assert.equal(node.role, 'leader');
});

test('a vote from outside the membership does not count', () => {
  const node = candidate(five);
  node.receive(vote('n8', 1));
  node.receive(vote('n9', 1));
  assert.equal(node.role, 'candidate');
});

test('a late vote of an earlier campaign does not count', () => {
  const node = candidate(five);
  node.receive(vote('n2', 1));
  // Nobody else answers: it tries again, in term 2.
  node.tick(testSettings.electionTimeoutTicks.max);
  for (const voter of ['n2', 'n3']) {
    node.receive(
      message<PreVoteResponse>(voter, 'n1', {
        kind: 'preVoteResponse',
        term: asTerm(1),
        round: node.raft.view.preVoteRound,
        granted: true,
      }),
    );
  }
  assert.equal(node.term, 2);
  node.receive(vote('n3', 1));
  node.receive(vote('n4', 1));
  assert.equal(node.role, 'candidate');
  assert.deepEqual(
    node.take('drop').map((drop) => drop.reason),
    ['stale', 'stale'],
  );
});

test('a late pre-vote of an earlier attempt does not count', () => {
  const node = new TestNode('n1', five);
  node.timeOut();
  const round = node.raft.view.preVoteRound;
  node.tick(testSettings.electionTimeoutTicks.max);
  assert.equal(node.role, 'preCandidate');
  for (const voter of ['n2', 'n3', 'n4', 'n5']) {
    node.receive(
      message<PreVoteResponse>(voter, 'n1', {
        kind: 'preVoteResponse',
        term: asTerm(0),
        round,
        granted: true,
      }),
    );
  }
  assert.equal(node.role, 'preCandidate');
});

test("a candidate's own vote counts only once it is durable", () => {
  const node = new TestNode('n1', three, { instantDisk: false });
  node.timeOut();
  node.receive(
    message<PreVoteResponse>('n2', 'n1', {
      kind: 'preVoteResponse',
      term: asTerm(0),
      round: node.raft.view.preVoteRound,
      granted: true,
    }),
  );
  assert.equal(node.role, 'candidate');
  assert.deepEqual(node.takeSent('voteRequest'), [], 'nobody is asked before the vote is durable');
  node.receive(vote('n2', 1));
  assert.equal(node.role, 'candidate', 'its own vote may still be lost');
  node.sync();
  assert.equal(node.role, 'leader');
});

test('one vote a term, first come first served, repeated to the same candidate (5.2)', () => {
  const node = new TestNode('n1', three);
  node.receive(voteRequest('n2', 'n1', 1, [0, 0]));
  node.receive(voteRequest('n3', 'n1', 1, [5, 1]));
  node.receive(voteRequest('n2', 'n1', 1, [0, 0]));
  assert.deepEqual(
    node.takeSent('voteResponse').map(({ to, granted }) => [to, granted]),
    [
      ['n2', true],
      ['n3', false],
      ['n2', true],
    ],
  );
  node.receive(voteRequest('n3', 'n1', 2, [0, 0]));
  assert.equal(node.takeSent('voteResponse')[0]?.granted, true, 'a new term has a new vote');
});

test('a vote is remembered over a restart, and is durable before it is given', () => {
  const node = new TestNode('n1', three, { instantDisk: false });
  node.receive(voteRequest('n2', 'n1', 1, [0, 0]));
  assert.deepEqual(node.takeSent('voteResponse'), []);
  node.sync();
  assert.equal(node.takeSent('voteResponse')[0]?.granted, true);
  node.crash();
  node.receive(voteRequest('n3', 'n1', 1, [9, 1]));
  node.sync();
  assert.equal(node.takeSent('voteResponse')[0]?.granted, false);
});

test('a vote goes only to a log that is at least as up to date: term first, then index (5.4.1)', () => {
  // The voter's log ends with term 3 at index 3.
  const table: [last: [index: number, term: number], granted: boolean][] = [
    [[3, 3], true],
    [[4, 3], true],
    [[2, 3], false],
    [[1, 4], true],
    [[3, 4], true],
    [[9, 2], false],
    [[0, 0], false],
  ];
  for (const [last, granted] of table) {
    const voter = new TestNode('n1', three, { hardState: { term: 4 }, log: [1, 2, 3] });
    voter.receive(voteRequest('n2', 'n1', 5, last));
    assert.equal(voter.takeSent('voteResponse')[0]?.granted, granted, `log ends at ${last}`);
  }
});

test('a pre-vote is judged like a vote, and commits to nothing', () => {
  const voter = new TestNode('n1', three, { hardState: { term: 4 }, log: [1, 2, 3] });
  const ask = (from: string, term: number, last: [number, number]): boolean | undefined => {
    voter.receive(preVoteRequest(from, 'n1', term, last));
    return voter.takeSent('preVoteResponse')[0]?.granted;
  };
  assert.equal(ask('n2', 5, [2, 3]), false, 'a shorter log');
  assert.equal(ask('n2', 4, [3, 3]), false, 'a term that is not new');
  assert.equal(ask('n2', 5, [3, 3]), true);
  assert.equal(ask('n3', 5, [3, 3]), true, 'another one may be granted the same term');
  assert.equal(voter.term, 4);
  assert.equal(voter.raft.status().votedFor, null);
});

test('a refused pre-vote carries the term, and it is adopted', () => {
  const behind = new TestNode('n1', three, { hardState: { term: 2 }, log: [2] });
  const ahead = new TestNode('n2', three, { hardState: { term: 7 }, log: [1] });
  behind.timeOut();
  const [request] = behind.takeSent('preVoteRequest');
  assert.ok(request);
  ahead.receive(request);
  const [response] = ahead.takeSent('preVoteResponse');
  assert.ok(response);
  assert.equal(response.granted, false);
  behind.receive(response);
  assert.equal(behind.term, 7);
  // Now it asks about term 8, and with its better log it wins.
  behind.timeOut();
  const [again] = behind.takeSent('preVoteRequest');
  assert.ok(again);
  ahead.receive(again);
  assert.equal(ahead.takeSent('preVoteResponse')[0]?.granted, true);
});

test('a vote request resets the election timer only if the vote is granted', () => {
  const { max } = testSettings.electionTimeoutTicks;
  const refusing = new TestNode('n1', three, { hardState: { term: 3 }, log: [3] });
  const granting = new TestNode('n1', three, { hardState: { term: 3 }, log: [3] });
  for (let tick = 0, term = 4; tick < max; tick++) {
    refusing.receive(voteRequest('n2', 'n1', term, [9, 2]));
    granting.receive(voteRequest('n2', 'n1', term, [9, 3]));
    refusing.tick();
    granting.tick();
    term = 1 + Math.max(refusing.term, granting.term);
  }
  assert.notEqual(refusing.takeSent('preVoteRequest').length, 0);
  assert.equal(granting.takeSent('preVoteRequest').length, 0);
});

test('any role adopts a higher term and steps down (5.1)', () => {
  const follower = new TestNode('n1', three);
  const asking = new TestNode('n1', three);
  asking.timeOut();
  const campaigning = candidate(three);
  const leading = candidate(three);
  leading.receive(vote('n2', 1));
  assert.equal(leading.role, 'leader');
  for (const node of [follower, asking, campaigning, leading]) {
    node.receive(heartbeat('n3', 'n1', 9));
    assert.equal(node.role, 'follower');
    assert.equal(node.term, 9);
    assert.equal(node.raft.status().leader, 'n3');
    assert.equal(node.durable.hardState.currentTerm, 9);
  }
});

test('requests of an older term are answered with the current one (5.1)', () => {
  const node = new TestNode('n1', three, { hardState: { term: 5 } });
  node.receive(voteRequest('n2', 'n1', 4, [9, 3]));
  node.receive(heartbeat('n2', 'n1', 4));
  node.receive(
    message<AppendRequest<string>>('n2', 'n1', {
      kind: 'appendRequest',
      term: asTerm(4),
      prevIndex: asLogIndex(0),
      prevTerm: asTerm(0),
      entries: [],
      commitIndex: asLogIndex(0),
      round: 3,
    }),
  );
  const replies = node.outgoing.splice(0);
  assert.deepEqual(
    replies.map((reply) => [reply.kind, reply.term]),
    [
      ['newerTerm', 5],
      ['newerTerm', 5],
      ['newerTerm', 5],
    ],
  );
  assert.equal(node.raft.status().leader, null);
});

test('what is said to a leader of an older term is no word about the one it leads now', () => {
  const cluster = TestCluster.of(three);
  const n1 = cluster.elect('n1');
  cluster.run(3 * testSettings.heartbeatTicks);
  n1.tick(testSettings.heartbeatTicks);
  const late = n1.takeSent('heartbeatRequest').find(({ to }) => to === 'n2');
  cluster.isolate('n1');
  cluster.run(3 * testSettings.electionTimeoutTicks.max);
  cluster.heal();
  cluster.run(3 * testSettings.heartbeatTicks);
  cluster.leaders[0]?.transfer('n1');
  cluster.settle();
  assert.equal(n1.role, 'leader', 'again, in a later term');
  cluster.node('n2').receive(late ?? assert.fail('a heartbeat of the first term'));
  const [reply] = cluster.node('n2').outgoing.splice(0);
  assert.equal(reply?.kind, 'newerTerm', 'not an answer to a round of that number in this term');
});

test('a candidate falls back when the leader of its term appears (5.2)', () => {
  const node = candidate(three);
  node.receive(heartbeat('n3', 'n1', 1));
  assert.equal(node.role, 'follower');
  assert.equal(node.raft.status().leader, 'n3');
});

test('a follower that hears its leader ignores vote requests, their term too (4.2.3)', () => {
  const cluster = TestCluster.of(three);
  cluster.elect('n1');
  const follower = cluster.node('n2');
  follower.outgoing.length = 0;
  follower.receive(voteRequest('n3', 'n2', 9, [99, 8]));
  assert.equal(follower.term, 1);
  assert.deepEqual(follower.takeSent('voteResponse'), []);
  assert.equal(follower.take('drop').at(-1)?.reason, 'leaderIsAlive');
  follower.receive(preVoteRequest('n3', 'n2', 2, [1, 1]));
  assert.equal(follower.takeSent('preVoteResponse')[0]?.granted, false);
  // Once it has not heard the leader for the least election timeout, it is free.
  follower.tick(testSettings.electionTimeoutTicks.min);
  follower.outgoing.length = 0;
  follower.receive(preVoteRequest('n3', 'n2', 2, [1, 1]));
  assert.equal(follower.takeSent('preVoteResponse')[0]?.granted, true);
  follower.receive(voteRequest('n3', 'n2', 9, [99, 8]));
  assert.equal(follower.term, 9);
  assert.equal(follower.takeSent('voteResponse')[0]?.granted, true);
});

test('a leader that hears from no quorum steps down and stops sending (6.2)', () => {
  const cluster = TestCluster.of(five);
  const leader = cluster.elect('n1');
  cluster.isolate('n4');
  cluster.isolate('n5');
  cluster.run(3 * testSettings.electionTimeoutTicks.max);
  assert.equal(leader.role, 'leader', 'two followers and itself are a quorum');
  cluster.isolate('n3');
  cluster.run(testSettings.electionTimeoutTicks.min);
  assert.equal(leader.role, 'follower');
  assert.equal(leader.term, 1);
  assert.equal(leader.take('roleChange').at(-1)?.reason, 'quorumLost');
  leader.outgoing.length = 0;
  leader.tick(1);
  assert.deepEqual(leader.outgoing, []);
});

test('a leader that only sends, and hears nothing, cannot keep the cluster leaderless', () => {
  const cluster = TestCluster.of(three);
  const deaf = cluster.elect('n1');
  cluster.cut('n2', 'n1');
  cluster.cut('n3', 'n1');
  cluster.run(6 * testSettings.electionTimeoutTicks.max);
  assert.equal(deaf.role === 'leader', false);
  assert.equal(cluster.leaders.length, 1, 'the other two have elected a leader');
});

test('a node that cannot hear the leader does not disturb those who can', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  cluster.cut('n1', 'n3');
  cluster.run(10 * testSettings.electionTimeoutTicks.max);
  assert.equal(leader.role, 'leader');
  assert.equal(leader.term, 1);
});

test('a bridge between two halves does not stay loyal to a leader without a quorum', () => {
  // n1 and n2 on one side, n4 and n5 on the other, n3 sees all; then n1 loses n3.
  const cluster = TestCluster.of(five);
  cluster.elect('n1');
  for (const left of ['n1', 'n2']) {
    for (const right of ['n4', 'n5']) {
      cluster.cut(left, right);
      cluster.cut(right, left);
    }
  }
  cluster.cut('n3', 'n1');
  cluster.cut('n1', 'n3');
  cluster.run(6 * testSettings.electionTimeoutTicks.max);
  const [leader] = cluster.leaders;
  assert.ok(leader !== undefined && leader.id !== 'n1', 'somebody who has a quorum leads');
});

test('votes that stay unanswered are asked for again', () => {
  const node = candidate(three);
  node.outgoing.length = 0;
  node.receive(vote('n2', 1, false));
  node.tick(testSettings.heartbeatTicks);
  assert.deepEqual(
    node.takeSent('voteRequest').map(({ to }) => to),
    ['n3'],
  );
});

test('whoever votes for another gives up its own attempt', () => {
  const node = new TestNode('n1', three, { hardState: { term: 3 } });
  node.timeOut();
  node.receive(voteRequest('n2', 'n1', 3, [0, 0]));
  assert.equal(node.role, 'follower');
  assert.equal(node.takeSent('voteResponse')[0]?.granted, true);
});

test('a message that no correct node sends is dropped, and said to be', () => {
  const node = candidate(three);
  node.receive(vote('n2', 1));
  node.effects.length = 0;
  node.receive(heartbeat('n3', 'n1', 1)); // a second leader of term 1
  node.receive(heartbeat('n1', 'n1', 1)); // from itself
  node.receive(heartbeat('n3', 'n2', 1)); // for somebody else
  assert.deepEqual(
    node.take('drop').map((drop) => drop.reason),
    ['impossible', 'impossible', 'impossible'],
  );
  assert.equal(node.role, 'leader');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asLogIndex,
  asRequestId,
  asTerm,
  type PreVoteResponse,
  type VoteRequest,
} from '../../src/raft/index.ts';
import type { Leader } from '../../src/raft/state.ts';
import { message, TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];
const settings = { ...testSettings, leaseReads: true };
const { min } = settings.electionTimeoutTicks;

function leading(options = { settings }): { cluster: TestCluster; leader: TestNode } {
  const cluster = TestCluster.of(three, options);
  const leader = cluster.elect('n1');
  cluster.run(3 * settings.heartbeatTicks);
  leader.effects.length = 0;
  return { cluster, leader };
}

function readByLease(node: TestNode, id: number): boolean {
  const requestId = asRequestId(id);
  node.step({ kind: 'read', requestId, consistency: 'linearizableByLease' });
  return node.effects.some((it) => it.kind === 'readReady' && it.requestId === requestId);
}

test('while its lease lasts a leader serves reads without a message', () => {
  const { leader } = leading();
  leader.outgoing.length = 0;
  assert.equal(readByLease(leader, 900), true);
  assert.deepEqual(leader.outgoing, []);
});

test('without the setting a read by lease is confirmed by a round, like any other', () => {
  const { cluster, leader } = leading({ settings: testSettings as typeof settings });
  assert.equal(readByLease(leader, 900), false);
  cluster.settle();
  assert.equal(leader.take('readReady').at(-1)?.requestId, 900);
});

test('a lease counts from when the round began, and ends before an election timeout', () => {
  const { cluster, leader } = leading();
  cluster.isolate('n1');
  let ticks = 0;
  while (readByLease(leader, 1000 + ticks) && ticks < min) {
    leader.tick();
    ticks++;
  }
  assert.ok(ticks < min, `after ${ticks} ticks`);
  assert.equal(leader.role, 'leader', 'it has not stepped down yet');
});

for (const min of [10, 14, 30]) {
  test(`with clocks an eighth apart a lease is over before a voter is free: ${min} ticks`, () => {
    const timeouts = { ...settings, electionTimeoutTicks: { min, max: 4 * min } };
    const { cluster, leader } = leading({ settings: timeouts });
    cluster.isolate('n1');
    while (readByLease(leader, 1000 + leader.raft.view.ticks)) leader.tick();
    const voter = cluster.node('n2');
    const heardTicks = voter.raft.view.leaderHeardTicks;
    const isFree = (): boolean => {
      voter.outgoing.length = 0;
      voter.receive(voteRequest(voter.term));
      return voter.takeSent('voteResponse').length > 0;
    };
    while (!isFree()) voter.tick();
    const { roundStarts, progress } = leader.raft.view.role as Leader;
    const answered = Math.max(...progress.map(({ ackedRound }) => ackedRound));
    const start = roundStarts.findLast(({ round }) => round <= answered)?.ticks ?? 0;
    // The read before the last came at the end of its tick. The voter heard just before one that was
    // late, and at the end of the next.
    const longestLease = leader.raft.view.ticks - start;
    const shortestBond = voter.raft.view.ticks - heardTicks - 2;
    assert.ok(longestLease <= (7 / 8) * shortestBond, `${longestLease} of ${shortestBond}`);
  });
}

test('no lease holds once somebody was told to campaign, even if nothing came of it', () => {
  const { cluster, leader } = leading();
  leader.transfer('n2');
  assert.equal(leader.takeSent('timeoutNow').length, 1, 'and it is lost');
  for (let tick = 0; tick <= min; tick++) {
    leader.tick();
    leader.outgoing.splice(0, leader.outgoing.length, ...withoutTimeoutNow(leader));
    cluster.settle();
  }
  assert.equal(leader.role, 'leader');
  assert.equal(leader.raft.status().transferTarget, null, 'the transfer was given up');
  assert.equal(readByLease(leader, 901), false);
});

function withoutTimeoutNow(node: TestNode): typeof node.outgoing {
  return node.outgoing.filter(({ kind }) => kind !== 'timeoutNow');
}

function voteRequest(term: number): VoteRequest {
  return message<VoteRequest>('n3', 'n2', {
    kind: 'voteRequest',
    term: asTerm(term),
    lastLogIndex: asLogIndex(99),
    lastLogTerm: asTerm(1),
  });
}

test('who has answered a leader elects nobody else for a while, in a later term either', () => {
  const { cluster } = leading();
  const voter = cluster.node('n2');
  // It learns of a later term by something else than a request for its vote.
  voter.receive(
    message<PreVoteResponse>('n3', 'n2', {
      kind: 'preVoteResponse',
      term: asTerm(5),
      round: 1,
      granted: false,
    }),
  );
  assert.equal(voter.term, 5);
  voter.outgoing.length = 0;
  voter.receive(voteRequest(5));
  assert.deepEqual(voter.takeSent('voteResponse'), [], 'the old leader may hold a lease');
  for (let i = 0; i < min; i++) voter.tick();
  voter.outgoing.length = 0;
  voter.receive(voteRequest(voter.term));
  assert.equal(voter.takeSent('voteResponse').at(-1)?.granted, true);
});

test('a voter that was restarted waits too: it may have forgotten whom it has heard', () => {
  const voter = new TestNode('n2', three, { settings, hardState: { term: 1 }, log: [1] });
  voter.receive(voteRequest(2));
  assert.deepEqual(voter.takeSent('voteResponse'), []);
  voter.tick(min);
  voter.outgoing.length = 0;
  voter.receive(voteRequest(2));
  assert.equal(voter.takeSent('voteResponse').at(-1)?.granted, true);
});

/** How elections, leaders and their ends show in the raft families. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asNodeId } from '../../../src/raft/index.ts';
import {
  add,
  followersOf,
  isolate,
  leaderAndFollower,
  leaderOf,
  type Member,
  SumMemoryStore,
  submit,
} from '../../replica/world.ts';
import { type MeasuredWorld, measured } from './measured-world.ts';

const stepDowns = (world: MeasuredWorld, member: Member, reason: string) =>
  world.scrape(member).value('raft_step_downs_total', { reason });

function required(member: Member | undefined): Member {
  assert.ok(member !== undefined);
  return member;
}

test('a cluster that has just begun has held one election', async () => {
  const world = await measured(3);
  const { leader } = leaderAndFollower(world);
  const scrapes = world.members.map((member) => world.scrape(member));
  const sum = (name: string, labels = {}): number =>
    scrapes.reduce((total, scrape) => total + (scrape.value(name, labels) ?? 0), 0);
  assert.equal(sum('raft_elections_won_total'), 1);
  assert.equal(sum('raft_is_leader'), 1);
  assert.equal(sum('raft_has_leader'), 3);
  assert.equal(sum('raft_leader_changes_seen_total'), 3);
  assert.equal(sum('raft_state', { state: 'leader' }), 1);
  assert.equal(sum('raft_state', { state: 'follower' }), 2);
  assert.ok(sum('raft_vote_requests_total', { kind: 'vote', result: 'granted' }) >= 1);
  const own = world.scrape(leader);
  assert.equal(own.value('raft_elections_started_total', { kind: 'vote' }), 1);
  assert.equal(own.value('raft_node_info', { node_id: leader.id, version: '1.2.3' }), 1);
  assert.equal(own.value('raft_members', { role: 'voter' }), 3);
  const { count, sum: seconds } = own.seen('raft_election_duration_seconds');
  assert.equal(count, 1);
  assert.ok(
    seconds > 0 && seconds < 0.1,
    `a pre-vote and a vote, a millisecond each way: ${seconds}`,
  );
  // From the start until the election was won.
  const leaderless = own.value('raft_leaderless_seconds_total') ?? 0;
  assert.ok(leaderless > 0 && leaderless < 1.5, `${leaderless}`);
});

test('a leader that is cut off steps down, and knows nobody until it is back', async () => {
  const world = await measured(3);
  const old = required(leaderOf(world));
  const before = world.scrape(old).value('raft_leaderless_seconds_total') ?? 0;
  isolate(world, old);
  await world.clock.advance(5000);
  const during = world.scrape(old);
  assert.equal(stepDowns(world, old, 'quorum_lost'), 1);
  assert.equal(during.value('raft_is_leader'), 0);
  assert.equal(during.value('raft_has_leader'), 0);
  assert.ok((during.value('raft_elections_started_total', { kind: 'pre_vote' }) ?? 0) >= 1);
  assert.equal(during.value('raft_elections_won_total'), 1);

  // It is counted while it lasts, and to the millisecond.
  const seconds = (): number => world.scrape(old).value('raft_leaderless_seconds_total') ?? 0;
  const soFar = seconds();
  assert.ok(soFar > before + 3, `${before} before, ${soFar} now`);
  await world.clock.advance(1000);
  assert.ok(Math.abs(seconds() - soFar - 1) < 1e-9, 'a second more');

  world.lose = () => false;
  await world.clock.advance(2000);
  const after = seconds();
  await world.clock.advance(1000);
  assert.equal(seconds(), after);
  assert.equal(world.scrape(old).value('raft_leader_changes_seen_total'), 2);
});

test('those who are left elect another, and see that as one change', async () => {
  const world = await measured(3);
  const old = required(leaderOf(world));
  const rest = followersOf(world);
  isolate(world, old);
  await world.clock.advance(5000);
  const won = rest.map((member) => world.scrape(member).value('raft_elections_won_total'));
  assert.deepEqual(won.sort(), [0, 1]);
  for (const member of rest) {
    assert.equal(world.scrape(member).value('raft_leader_changes_seen_total'), 2);
    assert.equal(world.scrape(member).value('raft_has_leader'), 1);
  }
});

test('a follower that is cut off asks for pre-votes, and never raises its term', async () => {
  const world = await measured(3);
  const { follower } = leaderAndFollower(world);
  const term = world.scrape(follower).value('raft_term');
  isolate(world, follower);
  await world.clock.advance(20_000);
  const scrape = world.scrape(follower);
  assert.ok((scrape.value('raft_elections_started_total', { kind: 'pre_vote' }) ?? 0) > 3);
  assert.equal(scrape.value('raft_elections_started_total', { kind: 'vote' }), 0);
  assert.equal(scrape.value('raft_term'), term);
  assert.equal(scrape.value('raft_state', { state: 'pre_candidate' }), 1);
  // Back again, its campaign of many attempts counts once, from the first.
  world.lose = () => false;
  await world.clock.advance(2000);
  const { count, sum } = world.scrape(follower).seen('raft_election_duration_seconds');
  assert.equal(count, 1);
  assert.ok(sum > 18, `${sum} seconds`);
});

test('a leader that hands over steps down for that, and its successor says why it campaigned', async () => {
  const world = await measured(3);
  const old = required(leaderOf(world));
  const target = required(followersOf(world)[0]);
  const third = required(followersOf(world)[1]);
  void old.replica.transferLeadership(asNodeId(target.id));
  await world.clock.advance(1000);
  assert.equal(leaderOf(world), target);
  assert.equal(stepDowns(world, old, 'transfer'), 1);
  assert.equal(stepDowns(world, old, 'higher_term'), 0);
  const transfers = (result: string) =>
    world.scrape(old).value('raft_leadership_transfers_total', { result });
  assert.equal(transfers('done'), 1);
  assert.equal(transfers('timed_out'), 0);
  const campaigned = world.scrape(target);
  assert.equal(campaigned.value('raft_elections_started_total', { kind: 'transfer' }), 1);
  assert.equal(campaigned.value('raft_elections_started_total', { kind: 'vote' }), 0);
  const asked = { kind: 'transfer', result: 'granted' };
  assert.equal(world.scrape(third).value('raft_vote_requests_total', asked), 1);
});

test('a transfer whose target does not answer times out, and the leader goes on', async () => {
  const world = await measured(3);
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ kind }) => kind === 'timeoutNow';
  void leader.replica.transferLeadership(asNodeId(follower.id));
  await world.clock.advance(1000);
  const scrape = world.scrape(leader);
  assert.equal(scrape.value('raft_leadership_transfers_total', { result: 'timed_out' }), 1);
  assert.equal(scrape.value('raft_is_leader'), 1);
});

test('a transfer that makes no sense is refused, and no other request counts as one', async () => {
  const world = await measured(3);
  const { leader, follower } = leaderAndFollower(world);
  void leader.replica.transferLeadership(asNodeId('n9'));
  void follower.replica.transferLeadership();
  void follower.replica.changeMembership([asNodeId('n1')]);
  await world.clock.advance(100);
  const refused = (member: Member) =>
    world.scrape(member).value('raft_leadership_transfers_total', { result: 'refused' });
  assert.equal(refused(leader), 1);
  assert.equal(refused(follower), 1);
});

test('a leader that is removed steps down for that', async () => {
  const world = await measured(3);
  const leader = required(leaderOf(world));
  const rest = followersOf(world).map(({ id }) => asNodeId(id));
  void leader.replica.changeMembership(rest);
  await world.clock.advance(3000);
  assert.equal(stepDowns(world, leader, 'removed'), 1);
  const next = required(leaderOf(world));
  const scrape = world.scrape(next);
  assert.equal(scrape.value('raft_members', { role: 'voter' }), 2);
  // Who has left is shown no more by what is read at the scrape.
  const others = rest.filter((id) => id !== next.id);
  assert.deepEqual(scrape.labelValues('raft_peer_match_index', 'peer'), others);
  assert.deepEqual(scrape.labelValues('raft_peer_last_contact_timestamp_seconds', 'peer'), others);
});

test('a learner shows as one', async () => {
  const world = await measured(3, { voters: 2 });
  const leader = required(leaderOf(world));
  const [voter, other] = followersOf(world);
  const learner = required([voter, other].find((member) => member?.id === 'n3'));
  const voters = world.members.filter((member) => member !== learner).map(({ id }) => asNodeId(id));
  void leader.replica.changeMembership(voters, [asNodeId(learner.id)]);
  await world.clock.advance(2000);
  assert.equal(world.scrape(learner).value('raft_is_learner'), 1);
  assert.equal(world.scrape(leader).value('raft_is_learner'), 0);
  assert.equal(world.scrape(leader).value('raft_members', { role: 'learner' }), 1);
});

test('a leader whose store fails is no leader any more, and says so', async () => {
  let failing: string | null = null;
  const world = await measured(3, {
    store: (id) => {
      const store = new SumMemoryStore();
      const write = store.write.bind(store);
      store.write = (what, done) => {
        if (failing === id) done(new Error('EIO: i/o error'));
        else write(what, done);
      };
      return store;
    },
  });
  const old = required(leaderOf(world));
  failing = old.id;
  await submit(world, old, add(1), 3000);
  const scrape = world.scrape(old);
  assert.equal(stepDowns(world, old, 'storage'), 1);
  assert.equal(scrape.value('raft_is_leader'), 0);
  assert.equal(scrape.value('raft_has_leader'), 0);
  for (const state of ['follower', 'pre_candidate', 'candidate', 'leader']) {
    assert.equal(scrape.value('raft_state', { state }), 0, state);
  }
  assert.deepEqual(scrape.labelValues('raft_peer_state', 'peer'), []);
  const leaderless = scrape.value('raft_leaderless_seconds_total') ?? 0;
  await world.clock.advance(1000);
  assert.ok((world.scrape(old).value('raft_leaderless_seconds_total') ?? 0) > leaderless + 0.99);
});

test('a machine that cannot go on is no fault of the store', async () => {
  const world = await measured(3);
  const leader = required(leaderOf(world));
  await submit(world, leader, add(666), 100);
  assert.equal(stepDowns(world, leader, 'internal_error'), 1);
  assert.equal(stepDowns(world, leader, 'storage'), 0);
});

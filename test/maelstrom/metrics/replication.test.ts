/** How commands, reads, followers and messages show in the raft families. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VirtualClock } from '../../../src/testbed/virtual-clock.ts';
import {
  add,
  followersOf,
  isolate,
  leaderAndFollower,
  leaderOf,
  SumMemoryStore,
  submit,
  sum,
} from '../../replica/world.ts';
import { measured } from './measured-world.ts';

test('a commit takes a round trip, and is timed by the leader alone', async () => {
  const world = await measured(3, { delayMs: 10 });
  const { leader, follower } = leaderAndFollower(world);
  const before = world.scrape(leader).seen('raft_commit_duration_seconds');
  for (let i = 0; i < 10; i++) await submit(world, leader, add(1), 100);
  const scrape = world.scrape(leader);
  const after = scrape.seen('raft_commit_duration_seconds');
  assert.equal(after.count - before.count, 10);
  assert.ok(Math.abs((after.sum - before.sum) / 10 - 0.02) < 1e-9, 'ten milliseconds each way');
  assert.equal(world.scrape(follower).seen('raft_commit_duration_seconds').count, 0);
  assert.equal(scrape.value('raft_proposals_pending'), 0);
  assert.equal(
    scrape.seen('raft_apply_batch_entries').sum,
    scrape.value('raft_applied_index'),
    'every entry was applied once',
  );
});

test('what a follower is asked goes to the leader, and is counted at both', async () => {
  const world = await measured(3);
  const { leader, follower } = leaderAndFollower(world);
  const proposed = world.scrape(leader).value('raft_proposals_total') ?? 0;
  // The first answer that it got was to the opening of its session.
  const done = () =>
    world.scrape(follower).value('raft_forwarded_requests_total', { result: 'done' }) ?? 0;
  const before = done();
  for (let i = 0; i < 5; i++) await submit(world, follower, add(1), 50);
  assert.equal(done() - before, 5);
  assert.equal((world.scrape(leader).value('raft_proposals_total') ?? 0) - proposed, 5);
  assert.equal(world.scrape(follower).value('raft_proposals_total'), 0);
});

test('a proposal that another leader replaces has failed, and says why', async () => {
  const world = await measured(3);
  const { leader } = leaderAndFollower(world);
  isolate(world, leader);
  void leader.replica.submit(add(1), 900);
  await world.clock.advance(50);
  assert.equal(world.scrape(leader).value('raft_proposals_pending'), 1);
  await world.clock.advance(5000);
  world.lose = () => false;
  await world.clock.advance(3000);
  const scrape = world.scrape(leader);
  assert.equal(scrape.value('raft_proposals_failed_total', { reason: 'superseded' }), 1);
  assert.equal(scrape.value('raft_proposals_pending'), 0);
});

test('a read rests on a majority at the leader, and on the leader elsewhere', async () => {
  const world = await measured(3, { delayMs: 10 });
  const { leader, follower } = leaderAndFollower(world);
  await submit(world, leader, sum);
  await submit(world, follower, sum);
  const served = { mode: 'read_index', result: 'served' };
  for (const member of [leader, follower]) {
    assert.equal(world.scrape(member).value('raft_reads_total', served), 1);
    const { count, sum: seconds } = world.scrape(member).seen('raft_read_index_duration_seconds');
    assert.equal(count, 1);
    // The follower's question is a word of its own, which makes a majority with the leader's.
    assert.ok(Math.abs(seconds - 0.02) < 1e-9, `${member.id}: ${seconds}`);
  }
});

test('a read that nobody can confirm is refused when the leadership is lost', async () => {
  const world = await measured(3);
  const { leader } = leaderAndFollower(world);
  isolate(world, leader);
  void leader.replica.submit(sum, 10_000);
  await world.clock.advance(5000);
  const lost = { mode: 'read_index', result: 'leadership_lost' };
  assert.ok((world.scrape(leader).value('raft_reads_total', lost) ?? 0) >= 1);
});

test('a slow follower shows in its round trips, its lag, and not in the commits', async () => {
  let clock: VirtualClock | null = null;
  const slow = { id: '' };
  const world = await measured(3, {
    store: (id) => {
      const store = new SumMemoryStore();
      const write = store.write.bind(store);
      store.write = (what, done) => {
        if (id === slow.id) clock?.after(300, () => write(what, done));
        else write(what, done);
      };
      return store;
    },
  });
  clock = world.clock;
  const { leader } = leaderAndFollower(world);
  const [lame, quick] = followersOf(world);
  assert.ok(lame !== undefined && quick !== undefined);
  const before = world.scrape(leader);
  slow.id = lame.id;
  for (let i = 0; i < 20; i++) await submit(world, leader, add(1), 50);
  const after = world.scrape(leader);
  const meanTrip = (peer: string): number => {
    const name = 'raft_peer_round_trip_time_seconds';
    const [first, last] = [before.seen(name, { peer }), after.seen(name, { peer })];
    return (last.sum - first.sum) / (last.count - first.count);
  };
  assert.ok(meanTrip(lame.id) > 0.25, `${meanTrip(lame.id)} s`);
  assert.ok(meanTrip(quick.id) < 0.01, `${meanTrip(quick.id)} s`);
  const lag = (peer: string): number =>
    (after.value('raft_last_log_index') ?? 0) -
    (after.value('raft_peer_match_index', { peer }) ?? 0);
  assert.ok(lag(lame.id) >= 4);
  assert.equal(lag(quick.id), 0);
  assert.ok((after.value('raft_peer_inflight_messages', { peer: lame.id }) ?? 0) > 0);
  const { sum: seconds, count } = after.seen('raft_commit_duration_seconds');
  assert.ok(seconds / count < 0.01, 'the quicker half is enough');
});

test('an append that was lost is seen as a rejection of the next, and never as a round trip', async () => {
  const world = await measured(3);
  const { leader, follower } = leaderAndFollower(world);
  const name = 'raft_append_rejections_total';
  const labels = { peer: follower.id };
  assert.equal(world.scrape(leader).value(name, labels), 0);
  let toLose = 1;
  world.lose = (message) =>
    message.kind === 'appendRequest' && message.to === follower.id && toLose-- > 0;
  void leader.replica.submit(add(1), 900);
  await world.clock.advance(3);
  void leader.replica.submit(add(1), 900);
  await world.clock.advance(2000);
  assert.equal(world.scrape(leader).value(name, labels), 1);
  const { count, sum: seconds } = world
    .scrape(leader)
    .seen('raft_peer_round_trip_time_seconds', labels);
  assert.ok(count > 0 && seconds / count < 0.0021, `${seconds} s in ${count}`);
});

test('who was heard when is a moment of the wall clock, as far as it is known', async () => {
  const world = await measured(3);
  const { leader, follower } = leaderAndFollower(world);
  const ago = (seconds: number | undefined): number =>
    (performance.timeOrigin + performance.now()) / 1000 - (seconds ?? 0);
  const lastHeard = (): number =>
    ago(world.scrape(follower).value('raft_leader_last_contact_timestamp_seconds'));
  const lastAck = (): number =>
    ago(world.scrape(leader).value('raft_quorum_last_ack_timestamp_seconds'));
  assert.ok(lastHeard() < 0.3, `${lastHeard()}`);
  assert.ok(lastAck() < 0.7, `${lastAck()}`);
  const own = world.scrape(leader).value('raft_leader_last_contact_timestamp_seconds');
  assert.equal(own, undefined, 'a leader does not hear itself');
  const others = world.scrape(follower).value('raft_quorum_last_ack_timestamp_seconds');
  assert.equal(others, undefined, 'a follower is not answered');
  world.lose = () => true;
  await world.clock.advance(200);
  assert.ok(lastHeard() >= 0.2 - 1e-6, 'time goes on without a word');
  await world.clock.advance(20_000);
  assert.ok(lastHeard() > 20);
  const peer = world.scrape(leader).value('raft_peer_last_contact_timestamp_seconds', {
    peer: follower.id,
  });
  assert.ok(ago(peer) > 20);
});

test('messages are counted by type on both sides, and what is stale is dropped', async () => {
  const world = await measured(3);
  const { leader } = leaderAndFollower(world);
  await submit(world, leader, add(1), 900);
  const total = (name: string, type: string): number =>
    world.members.reduce(
      (total, member) => total + (world.scrape(member).value(name, { type }) ?? 0),
      0,
    );
  for (const type of ['append_request', 'append_response', 'vote_request', 'heartbeat_request']) {
    const sent = total('raft_messages_sent_total', type);
    assert.ok(sent > 0, type);
    assert.equal(total('raft_messages_received_total', type), sent, type);
  }
  const appends = world.scrape(leader).seen('raft_append_batch_entries');
  assert.ok(
    appends.count > 0 && appends.sum >= appends.count,
    'appends without entries do not count',
  );
  assert.equal(leaderOf(world), leader);
});

/** How snapshots show: taken, sent, installed, given up. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '../../../src/raft/index.ts';
import { add, leaderAndFollower, SumMemoryStore, submit } from '../../replica/world.ts';
import { type MeasuredWorld, measured } from './measured-world.ts';

const settings = {
  ...defaultSettings,
  snapshotEntries: 20,
  trailingEntries: 2,
  maxSnapshotChunkBytes: 8,
};

/** A world in which a follower has missed so much that it needs a snapshot, and none is on its way. */
async function farBehind(
  options: Parameters<typeof measured>[1] = {},
): Promise<{ world: MeasuredWorld } & ReturnType<typeof leaderAndFollower>> {
  const world = await measured(3, { settings, ...options });
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ from, to }) => from === follower.id || to === follower.id;
  for (let i = 0; i < 60; i++) await submit(world, leader, add(1), 20);
  return { world, leader, follower };
}

test('a node without a snapshot has index 0 and no size', async () => {
  const world = await measured(3);
  const scrape = world.scrape(leaderAndFollower(world).leader);
  assert.equal(scrape.value('raft_snapshot_last_index'), 0);
  assert.equal(scrape.value('raft_snapshot_size_bytes'), undefined);
});

test('a snapshot that is taken shows its end, its size and its time, and cuts off the log', async () => {
  const { world, leader } = await farBehind();
  const scrape = world.scrape(leader);
  const last = scrape.value('raft_snapshot_last_index') ?? 0;
  assert.ok(last >= 60);
  assert.ok((scrape.value('raft_snapshot_size_bytes') ?? 0) > 0);
  assert.ok(scrape.seen('raft_snapshot_create_duration_seconds').count >= 3);
  assert.equal(scrape.value('raft_log_compacted_entries_total'), last - settings.trailingEntries);
  assert.equal(scrape.value('raft_first_log_index'), last - settings.trailingEntries + 1);
  assert.equal(
    scrape.value('raft_log_entries'),
    (scrape.value('raft_last_log_index') ?? 0) - (scrape.value('raft_first_log_index') ?? 0) + 1,
  );
  assert.ok((scrape.value('raft_log_size_bytes') ?? 0) > 0);
});

test('a snapshot that is installed is counted where it was sent and where it has arrived', async () => {
  const { world, leader, follower } = await farBehind();
  const peer = follower.id;
  const abandoned = (): number | undefined =>
    world.scrape(leader).value('raft_snapshots_sent_total', { peer, result: 'abandoned' });
  // Those that were begun in vain, each replaced by the next.
  const before = abandoned();
  world.lose = () => false;
  const state = (): number | undefined =>
    world.scrape(leader).value('raft_peer_state', { peer, state: 'snapshot' });
  for (let i = 0; i < 200 && state() !== 1; i++) await world.clock.advance(1);
  assert.equal(state(), 1, 'while it is on its way');
  await world.clock.advance(2000);
  const sent = world.scrape(leader);
  assert.equal(sent.value('raft_snapshots_sent_total', { peer, result: 'installed' }), 1);
  assert.equal(abandoned(), before);
  const scrape = world.scrape(follower);
  const installed = (result: string) => scrape.value('raft_snapshots_installed_total', { result });
  assert.equal(installed('installed'), 1);
  assert.equal(installed('abandoned'), 0);
  const { count, sum } = scrape.seen('raft_snapshot_install_duration_seconds');
  assert.equal(count, 1);
  const parts = Math.ceil((scrape.value('raft_snapshot_size_bytes') ?? 0) / 8);
  assert.ok(parts > 3 && sum >= (parts - 1) * 0.002, `${parts} parts, a round trip each: ${sum} s`);
  assert.equal(
    scrape.value('raft_snapshot_last_index'),
    sent.value('raft_snapshot_last_index'),
    'the same as the one that was sent',
  );
  // What a snapshot from the leader replaces is not compacted.
  assert.equal(scrape.value('raft_log_compacted_entries_total'), 0);
});

test('a snapshot whose leader is cut off half-way is given up on both sides', async () => {
  const { world, leader, follower } = await farBehind();
  const peer = follower.id;
  const sent = (result: string): number =>
    world.scrape(leader).value('raft_snapshots_sent_total', { peer, result }) ?? 0;
  const before = sent('abandoned');
  world.lose = () => false;
  const sentBefore = world.sent.length;
  const parts = (): number =>
    world.sent.slice(sentBefore).filter(({ kind }) => kind === 'snapshotRequest').length;
  for (let i = 0; i < 500 && parts() < 3; i++) await world.clock.advance(1);
  assert.ok(parts() >= 3);
  world.lose = ({ from, to }) => from === leader.id || to === leader.id;
  await world.clock.advance(5000);
  assert.equal(sent('abandoned') - before, 1);
  assert.equal(sent('installed'), 0);
  const result = (name: string) =>
    world.scrape(follower).value('raft_snapshots_installed_total', { result: name });
  assert.equal(result('abandoned'), 1);
  assert.equal(result('installed'), 1, 'the next leader has sent another');
});

test('a snapshot that the store has lost is a failed one', async () => {
  const { world, follower } = await farBehind({
    store: () => {
      const store = new SumMemoryStore();
      const read = store.readSnapshot.bind(store);
      store.readSnapshot = (index, offset, maxBytes, done) =>
        maxBytes === Number.POSITIVE_INFINITY ? done(null) : read(index, offset, maxBytes, done);
      return store;
    },
  });
  world.lose = () => false;
  await world.clock.advance(2000);
  const scrape = world.scrape(follower);
  assert.equal(scrape.value('raft_snapshots_installed_total', { result: 'failed' }), 1);
  assert.equal(scrape.seen('raft_snapshot_install_duration_seconds').count, 0);
});

test('a node that starts with a snapshot knows what it weighs', async () => {
  const stores = new Map<string, SumMemoryStore>();
  const store = (id: string): SumMemoryStore => {
    const kept = stores.get(id) ?? new SumMemoryStore();
    stores.set(id, kept);
    return kept;
  };
  const { world, leader } = await farBehind({ store });
  const before = world.scrape(leader);
  for (const { replica } of world.members) replica.stop();
  const again = await measured(3, { settings, store });
  const same = again.members.find(({ id }) => id === leader.id);
  assert.ok(same !== undefined);
  const scrape = again.scrape(same);
  for (const name of ['raft_snapshot_size_bytes', 'raft_snapshot_last_index']) {
    assert.equal(scrape.value(name), before.value(name), name);
  }
  assert.equal(scrape.value('raft_log_compacted_entries_total'), 0);
});

/** What running nodes print, as a reader, `promtool` and Prometheus see it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child } from '../../process.ts';
import { startLive, useAll } from './live-cluster.ts';

/** The minimum of docs: these names are part of the interface. */
const names = `
  raft_term raft_is_leader raft_has_leader raft_is_learner raft_state raft_node_info
  raft_leader_changes_seen_total raft_leaderless_seconds_total raft_members raft_commit_index
  raft_applied_index raft_durable_index raft_first_log_index raft_last_log_index raft_log_entries
  raft_log_size_bytes raft_leader_last_contact_timestamp_seconds
  raft_quorum_last_ack_timestamp_seconds raft_elections_started_total raft_elections_won_total
  raft_vote_requests_total raft_step_downs_total raft_election_duration_seconds
  raft_leadership_transfers_total raft_peer_match_index raft_peer_next_index
  raft_peer_inflight_messages raft_peer_state raft_peer_last_contact_timestamp_seconds
  raft_peer_round_trip_time_seconds raft_messages_sent_total raft_messages_received_total
  raft_messages_dropped_total raft_peer_sent_bytes_total raft_peer_received_bytes_total
  raft_append_rejections_total raft_append_batch_entries raft_proposals_total
  raft_proposals_failed_total raft_proposals_pending raft_commit_duration_seconds
  raft_apply_duration_seconds raft_apply_batch_entries raft_reads_total
  raft_read_index_duration_seconds raft_forwarded_requests_total raft_wal_fsync_duration_seconds
  raft_wal_write_duration_seconds raft_wal_written_bytes_total raft_wal_size_bytes
  raft_wal_segments raft_wal_repairs_total raft_snapshot_create_duration_seconds
  raft_snapshot_install_duration_seconds raft_snapshots_sent_total raft_snapshots_installed_total
  raft_log_compacted_entries_total raft_snapshot_last_index raft_snapshot_size_bytes
  raft_tick_delay_seconds kv_requests_total kv_request_duration_seconds kv_requests_inflight
  kv_duplicate_requests_total kv_keys kv_size_bytes maelstrom_messages_received_total
  maelstrom_messages_sent_total maelstrom_errors_sent_total maelstrom_malformed_lines_total
  maelstrom_stdout_buffered_bytes process_cpu_seconds_total process_resident_memory_bytes
  process_start_time_seconds process_open_fds process_max_fds nodejs_eventloop_lag_seconds
  nodejs_eventloop_lag_min_seconds nodejs_eventloop_lag_max_seconds
  nodejs_eventloop_lag_mean_seconds nodejs_eventloop_lag_stddev_seconds
  nodejs_eventloop_lag_p50_seconds nodejs_eventloop_lag_p90_seconds
  nodejs_eventloop_lag_p99_seconds nodejs_gc_duration_seconds nodejs_heap_size_used_bytes
  nodejs_version_info`
  .trim()
  .split(/\s+/);

const openMetrics = 'application/openmetrics-text;version=1.0.0';

/** Skips a test where a program of Debian's package `prometheus` is not installed. */
function without(tool: string): { readonly skip: string | false } {
  const isThere = spawnSync(tool, ['--version']).status === 0;
  return { skip: isThere ? false : `${tool} is not installed: make tools` };
}

test('every name of the interface has samples in a running cluster, in both formats', async (t) => {
  const cluster = await startLive(t);
  await useAll(cluster);
  // How long the loop took is known from the second scrape on.
  await cluster.scrape(0);
  for (const [accept, type] of [
    ['text/plain', /^text\/plain; version=0\.0\.4;/],
    [openMetrics, /^application\/openmetrics-text; version=1\.0\.0;/],
  ] as const) {
    const scrapes = await Promise.all(cluster.names.map((_, node) => cluster.scrape(node, accept)));
    for (const scrape of scrapes) assert.match(scrape.type, type);
    const samples = scrapes
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => !line.startsWith('#'));
    const missing = names.filter(
      (name) => !samples.some((line) => new RegExp(`^${name}(_count)?[{ ]`).test(line)),
    );
    assert.deepEqual(missing, [], accept);
    assert.ok(!samples.some((line) => line.endsWith(' NaN')), 'nothing is not a number');
  }
});

test('what one node has written to another, the other has read', async (t) => {
  const cluster = await startLive(t, 2);
  await useAll(cluster);
  const value = (text: string, name: string): number =>
    Number(new RegExp(`^${name}\\S* (\\d+)$`, 'm').exec(text)?.[1]);
  const before = (await cluster.scrape(0)).text;
  const between = (await cluster.scrape(1)).text;
  const after = (await cluster.scrape(0)).text;
  const received = value(between, 'raft_peer_received_bytes_total');
  assert.ok(received >= value(before, 'raft_peer_sent_bytes_total'), 'what was sent has arrived');
  assert.ok(received <= value(after, 'raft_peer_sent_bytes_total'), 'and no more');
  assert.ok(received > 10_000, `${received} bytes`);
});

test('promtool has no complaint about what a node prints', without('promtool'), async (t) => {
  const cluster = await startLive(t);
  await useAll(cluster);
  for (const node of cluster.names.keys()) {
    const { text } = await cluster.scrape(node);
    const options = { input: text, encoding: 'utf8', timeout: 20_000 } as const;
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], options);
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  }
});

test('Prometheus takes what it asks for, exemplars too', without('prometheus'), async (t) => {
  const cluster = await startLive(t);
  await useAll(cluster);
  const directory = await mkdtemp(join(tmpdir(), 'raftwright-prometheus-'));
  const config = join(directory, 'prometheus.yml');
  const targets = cluster.ports.map((port) => `127.0.0.1:${port}`);
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: '250ms', scrape_timeout: '250ms' },
      scrape_configs: [{ job_name: 'raft', static_configs: [{ targets }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const prometheus = new Child('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(directory, 'data')}`,
    `--web.listen-address=${address}`,
    '--enable-feature=exemplar-storage',
  ]);
  t.after(async () => {
    prometheus.process.kill('SIGKILL');
    await prometheus.ended;
    await rm(directory, { recursive: true, force: true });
  });
  const ask = async (path: string): Promise<unknown> => {
    const signal = AbortSignal.timeout(2000);
    const response = await fetch(`http://${address}/api/v1/${path}`, { signal }).catch(() => null);
    const answer = (await response?.json().catch(() => null)) as { readonly data?: unknown } | null;
    return answer?.data ?? null;
  };
  await until(async () => {
    const data = (await ask('targets')) as { activeTargets: { health: string }[] } | null;
    const up = data?.activeTargets.filter(({ health }) => health === 'up') ?? [];
    return up.length === 3 ? up : null;
  });

  const now = (performance.timeOrigin + performance.now()) / 1000;
  const query = `query_exemplars?query=raft_commit_duration_seconds_bucket&start=${now - 600}&end=${now + 600}`;
  const found = await until(async () => {
    const data = (await ask(query)) as { exemplars: { labels: object }[] }[] | null;
    return data !== null && data.length > 0 ? data : null;
  });
  assert.match(JSON.stringify(found[0]?.exemplars[0]?.labels), /^\{"log_index":"\d+"\}$/);
});

/** What `look` finds, when it does. */
async function until<Found>(look: () => Promise<Found | null>): Promise<Found> {
  const deadlineMs = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    assert.ok(performance.now() < deadlineMs, 'not seen for thirty seconds');
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

/** A port that nobody has just now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

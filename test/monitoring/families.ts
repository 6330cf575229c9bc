/**
 * The families that a node shows: names, types and labels are part of its interface, and what is in
 * monitoring/ is written against them.
 */

export interface KnownFamily {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

const table = `
raft_term gauge
raft_is_leader gauge
raft_has_leader gauge
raft_is_learner gauge
raft_state gauge state
raft_node_info gauge node_id,version
raft_members gauge role
raft_leader_changes_seen_total counter
raft_leaderless_seconds_total counter
raft_leader_last_contact_timestamp_seconds gauge
raft_quorum_last_ack_timestamp_seconds gauge
raft_elections_started_total counter kind
raft_elections_won_total counter
raft_election_duration_seconds histogram
raft_vote_requests_total counter kind,result
raft_step_downs_total counter reason
raft_leadership_transfers_total counter result
raft_log_compacted_entries_total counter
raft_snapshot_last_index gauge
raft_snapshot_size_bytes gauge
raft_snapshot_create_duration_seconds histogram
raft_snapshot_install_duration_seconds histogram
raft_snapshots_installed_total counter result
raft_snapshots_sent_total counter peer,result
raft_commit_index gauge
raft_applied_index gauge
raft_durable_index gauge
raft_first_log_index gauge
raft_last_log_index gauge
raft_log_entries gauge
raft_log_size_bytes gauge
raft_proposals_total counter
raft_proposals_failed_total counter reason
raft_proposals_pending gauge
raft_commit_duration_seconds histogram
raft_apply_duration_seconds histogram
raft_apply_batch_entries histogram
raft_forwarded_requests_total counter result
raft_reads_total counter mode,result
raft_read_index_duration_seconds histogram
raft_peer_match_index gauge peer
raft_peer_next_index gauge peer
raft_peer_inflight_messages gauge peer
raft_peer_state gauge peer,state
raft_peer_last_contact_timestamp_seconds gauge peer
raft_peer_round_trip_time_seconds histogram peer
raft_append_rejections_total counter peer
raft_peer_sent_bytes_total counter peer
raft_peer_received_bytes_total counter peer
raft_messages_sent_total counter type
raft_messages_received_total counter type
raft_messages_dropped_total counter reason
raft_append_batch_entries histogram
raft_wal_fsync_duration_seconds histogram
raft_wal_write_duration_seconds histogram
raft_wal_written_bytes_total counter
raft_wal_size_bytes gauge
raft_wal_segments gauge
raft_wal_repairs_total counter kind
kv_requests_total counter op,code
kv_request_duration_seconds histogram op
kv_requests_inflight gauge
kv_duplicate_requests_total counter
kv_keys gauge
kv_size_bytes gauge
maelstrom_messages_received_total counter type
maelstrom_messages_sent_total counter type
maelstrom_errors_sent_total counter code
maelstrom_malformed_lines_total counter
maelstrom_stdout_buffered_bytes gauge
raft_tick_delay_seconds histogram
process_cpu_seconds_total counter
process_resident_memory_bytes gauge
process_start_time_seconds gauge
process_open_fds gauge
process_max_fds gauge
nodejs_version_info gauge version,major,minor,patch
nodejs_heap_size_used_bytes gauge
nodejs_eventloop_lag_seconds gauge
nodejs_eventloop_lag_min_seconds gauge
nodejs_eventloop_lag_max_seconds gauge
nodejs_eventloop_lag_mean_seconds gauge
nodejs_eventloop_lag_stddev_seconds gauge
nodejs_eventloop_lag_p50_seconds gauge
nodejs_eventloop_lag_p90_seconds gauge
nodejs_eventloop_lag_p99_seconds gauge
nodejs_gc_duration_seconds histogram kind
metrics_label_combinations_refused_total counter family
metrics_read_errors_total counter family
`;

export const families: ReadonlyMap<string, KnownFamily> = new Map(
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', type = '', labels = ''] = line.split(' ');
      const family = { name, type, labels: labels === '' ? [] : labels.split(',') } as KnownFamily;
      return [name, family];
    }),
);

/** Words that stand where a metric's name may stand, and are none. */
const keywords = new Set(
  (
    'and or unless by without on ignoring group_left group_right bool offset ' +
    'sum min max avg count topk bottomk quantile stddev count_values'
  ).split(' '),
);

/** Metric names that an expression reads, as the series that Prometheus has. */
export function metricNamesOf(expression: string): string[] {
  const bare = expression
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/\b[a-z_][a-z0-9_]*\b(?!\s*\()/gi)]
    .map(([name]) => name)
    .filter((name) => !keywords.has(name));
}

/** The family to which a series belongs; undefined when none has it. */
export function familyOf(series: string): KnownFamily | undefined {
  const family = families.get(series);
  if (family !== undefined) return family.type === 'histogram' ? undefined : family;
  const histogram = families.get(series.replace(/_(bucket|sum|count)$/, ''));
  return histogram?.type === 'histogram' ? histogram : undefined;
}

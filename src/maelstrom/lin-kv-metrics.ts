/** What a lin-kv node counts and shows. The names are part of the interface. */

import type { KeyValueMachine } from '../machine/key-value.ts';
import { exponentialBuckets } from '../metrics/histogram.ts';
import { registerNodejsFamilies } from '../metrics/nodejs-families.ts';
import { registerProcessFamilies } from '../metrics/process-families.ts';
import type { Registry } from '../metrics/registry.ts';
import type { RaftStatus } from '../raft/index.ts';
import type { Observer, Outcome } from '../replica/index.ts';
import type { KeyValueReplica, KeyValueSessions, LinKvObserver } from './lin-kv.ts';
import type { NodeObserver } from './node.ts';

/** The instruments of one node, as the observers that feed them. */
export interface LinKvMetrics {
  readonly linKv: LinKvObserver;
  readonly node: NodeObserver;
}

/**
 * Registers all families of a node in `registry`.
 *
 * @param bufferedBytes how much the node has said that nobody has read yet
 */
export function registerLinKvMetrics(
  registry: Registry,
  version: string,
  bufferedBytes: () => number,
): LinKvMetrics {
  let replica: KeyValueReplica | null = null;
  let machine: KeyValueMachine | null = null;
  let sessions: KeyValueSessions | null = null;
  const status = (): RaftStatus | undefined => replica?.status();

  registerRole(registry, version, status);
  registerLog(registry, status);
  registerPeers(registry, status);
  const raft = registerRaftCounters(registry);
  const requests = registerRequests(registry, () => machine?.size);
  registry.collectCounter(
    {
      name: 'kv_duplicate_requests_total',
      help: 'Commands that were tried again, and answered with the result of the first.',
    },
    () => sessions?.repeatedCommands,
  );
  const node = registerNode(registry, bufferedBytes);
  registerProcessFamilies(registry);
  registerNodejsFamilies(registry);

  return {
    linKv: {
      ...raft,
      ...requests,
      onStart(startedReplica, startedMachine, startedSessions) {
        replica = startedReplica;
        machine = startedMachine;
        sessions = startedSessions;
      },
    },
    node,
  };
}

type ReadStatus = () => RaftStatus | undefined;

function registerRole(registry: Registry, version: string, status: ReadStatus): void {
  registry.collectGauge({ name: 'raft_term', help: 'Current term.' }, () => status()?.currentTerm);
  registry.collectGauge(
    { name: 'raft_is_leader', help: 'Whether this node is the leader of its term, 0 or 1.' },
    () => toGauge(status(), ({ role }) => role === 'leader'),
  );
  registry.collectGauge(
    { name: 'raft_has_leader', help: 'Whether this node knows a leader, 0 or 1.' },
    () => toGauge(status(), ({ leader }) => leader !== null),
  );
  registry.collectGauge(
    { name: 'raft_state', help: 'The role of this node: 1 for the active one.', labels: ['state'] },
    () => {
      const now = status();
      if (now === undefined) return [];
      return (['follower', 'preCandidate', 'candidate', 'leader'] as const).map((role) => ({
        labels: [snakeCase(role)],
        value: Number(now.role === role),
      }));
    },
  );
  registry.collectGauge(
    {
      name: 'raft_node_info',
      help: 'Who this node is, as labels; the value is always 1.',
      labels: ['node_id', 'version'],
    },
    () => {
      const now = status();
      return now === undefined ? [] : [{ labels: [now.id, version], value: 1 }];
    },
  );
  registry.collectGauge(
    { name: 'raft_members', help: 'Members of the cluster by role.', labels: ['role'] },
    () => [{ labels: ['voter'], value: status()?.membership.voters.length }],
  );
}

function toGauge(
  status: RaftStatus | undefined,
  holds: (status: RaftStatus) => boolean,
): number | undefined {
  return status === undefined ? undefined : Number(holds(status));
}

function registerLog(registry: Registry, status: ReadStatus): void {
  const marks: [name: string, help: string, read: (status: RaftStatus) => number][] = [
    ['raft_commit_index', 'The highest index known to be committed.', (now) => now.commitIndex],
    ['raft_applied_index', 'The highest index applied to the machine.', (now) => now.appliedIndex],
    ['raft_durable_index', 'The highest index durable on this node.', (now) => now.durableIndex],
    ['raft_first_log_index', 'The first index that the log retains.', (now) => now.firstIndex],
    ['raft_last_log_index', 'The last index of the log.', (now) => now.lastIndex],
    [
      'raft_log_entries',
      'How many entries the log retains.',
      (now) => now.lastIndex - now.firstIndex + 1,
    ],
    [
      'raft_proposals_pending',
      "This node's own proposals whose fate is open.",
      (now) => now.pendingProposals,
    ],
  ];
  for (const [name, help, read] of marks) {
    registry.collectGauge({ name, help }, () => {
      const now = status();
      return now === undefined ? undefined : read(now);
    });
  }
}

function registerPeers(registry: Registry, status: ReadStatus): void {
  type Peer = RaftStatus['peers'][number];
  const figures: [name: string, help: string, read: (peer: Peer) => number][] = [
    [
      'raft_peer_match_index',
      'Up to where a follower has the log; known to the leader only.',
      (peer) => peer.matchIndex,
    ],
    [
      'raft_peer_next_index',
      'The next entry to send to a follower; known to the leader only.',
      (peer) => peer.nextIndex,
    ],
    [
      'raft_peer_inflight_messages',
      'Appends on their way to a follower and not answered; known to the leader only.',
      (peer) => peer.inflightAppends,
    ],
  ];
  for (const [name, help, read] of figures) {
    registry.collectGauge({ name, help, labels: ['peer'] }, () =>
      (status()?.peers ?? []).map((peer) => ({ labels: [peer.peer], value: read(peer) })),
    );
  }
  registry.collectGauge(
    {
      name: 'raft_peer_state',
      help: 'How a follower is sent entries: 1 for the active mode; known to the leader only.',
      labels: ['peer', 'state'],
    },
    () =>
      (status()?.peers ?? []).flatMap(({ peer, mode }) =>
        (['probe', 'replicate'] as const).map((state) => ({
          labels: [peer, state] as const,
          value: Number(mode === state),
        })),
      ),
  );
}

function registerRaftCounters(registry: Registry): Observer {
  const leaderChanges = registry.counter({
    name: 'raft_leader_changes_seen_total',
    help: 'How often this node has seen another leader than before.',
  });
  const started = registry.counter({
    name: 'raft_elections_started_total',
    help: 'Campaigns that this node has started, by kind.',
    labels: ['kind'],
  });
  const won = registry.counter({
    name: 'raft_elections_won_total',
    help: 'Elections that this node has won.',
  });
  const stepDowns = registry.counter({
    name: 'raft_step_downs_total',
    help: 'How often this node has stopped being leader, by reason.',
    labels: ['reason'],
  });
  const sent = registry.counter({
    name: 'raft_messages_sent_total',
    help: 'Messages sent to other nodes, by type.',
    labels: ['type'],
  });
  const received = registry.counter({
    name: 'raft_messages_received_total',
    help: 'Messages received from other nodes, by type.',
    labels: ['type'],
  });
  const dropped = registry.counter({
    name: 'raft_messages_dropped_total',
    help: 'Messages from other nodes that were not acted on, by reason.',
    labels: ['reason'],
  });
  const forwarded = registry.counter({
    name: 'raft_forwarded_requests_total',
    help: 'Requests that were forwarded to the leader and answered, by result.',
    labels: ['result'],
  });
  let lastLeader: string | null = null;
  const observer: LinKvObserver = {
    onRoleChange({ role, leader, previousRole, reason }) {
      if (leader !== null && leader !== lastLeader) {
        lastLeader = leader;
        leaderChanges.inc();
      }
      if (role === 'preCandidate') started.labels('pre_vote').inc();
      if (role === 'candidate') started.labels('vote').inc();
      if (role === 'leader') won.inc();
      if (previousRole === 'leader') stepDowns.labels(snakeCase(reason)).inc();
    },
    onSent: ({ kind }) => sent.labels(snakeCase(kind)).inc(),
    onReceived: ({ kind }) => received.labels(snakeCase(kind)).inc(),
    onDropped: (_kind, _from, reason) => dropped.labels(snakeCase(reason)).inc(),
    onMalformedPeerMessage: () => dropped.labels('malformed').inc(),
    onForwarded: (outcome) => forwarded.labels(resultOf(outcome)).inc(),
  };
  return observer;
}

function resultOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'done' ? 'done' : snakeCase(outcome.reason);
}

function registerRequests(
  registry: Registry,
  keyCount: () => number | undefined,
): Pick<LinKvObserver, 'onRequest' | 'onReply'> {
  const ended = registry.counter({
    name: 'kv_requests_total',
    help: 'Requests of clients that were answered, by operation and error code ("ok" for none).',
    labels: ['op', 'code'],
  });
  const durations = registry.histogram({
    name: 'kv_request_duration_seconds',
    help: 'From the arrival of a request to its answer, by operation.',
    labels: ['op'],
    upperBounds: exponentialBuckets(0.0005, 2, 12),
  });
  const inflight = registry.gauge({
    name: 'kv_requests_inflight',
    help: 'Requests of clients that are not answered yet.',
  });
  registry.collectGauge({ name: 'kv_keys', help: 'How many keys exist.' }, keyCount);
  return {
    onRequest: () => inflight.inc(),
    onReply(operation, code, durationMs) {
      inflight.dec();
      ended.labels(operation, code === null ? 'ok' : String(code)).inc();
      durations.labels(operation).observe(durationMs / 1000);
    },
  };
}

function registerNode(registry: Registry, bufferedBytes: () => number): NodeObserver {
  const received = registry.counter({
    name: 'maelstrom_messages_received_total',
    help: 'Messages read from stdin, by type; those of no known type as "unknown".',
    labels: ['type'],
  });
  const sent = registry.counter({
    name: 'maelstrom_messages_sent_total',
    help: 'Messages written to stdout, by type.',
    labels: ['type'],
  });
  const errors = registry.counter({
    name: 'maelstrom_errors_sent_total',
    help: 'Error replies, by code.',
    labels: ['code'],
  });
  const malformedLines = registry.counter({
    name: 'maelstrom_malformed_lines_total',
    help: 'Lines on stdin that were no message.',
  });
  registry.collectGauge(
    {
      name: 'maelstrom_stdout_buffered_bytes',
      help: 'What has been said and not been read by anybody yet.',
      unit: 'bytes',
    },
    bufferedBytes,
  );
  return {
    onReceived: (type) => received.labels(snakeCase(type ?? 'unknown')).inc(),
    onSent: (type) => sent.labels(snakeCase(type)).inc(),
    onErrorSent: (code) => errors.labels(String(code)).inc(),
    onMalformedLine: () => malformedLines.inc(),
  };
}

/** Names of the code as label values: appendRequest is append_request. */
function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

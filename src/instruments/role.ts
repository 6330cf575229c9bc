/** Who this node is, whom it follows, and how long there was nobody to follow. */

import type { Registry } from '../metrics/registry.ts';
import type { RaftStatus } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import { snakeCase } from './label-values.ts';
import type { RaftSource } from './raft-source.ts';

const roles = ['follower', 'preCandidate', 'candidate', 'leader'] as const;

export function registerRole(registry: Registry, source: RaftSource, version: string): Observer {
  registerFacts(registry, source);
  registry.collectGauge(
    {
      name: 'raft_state',
      help: 'The role of this node, of follower, pre_candidate, candidate and leader: 1 for the active one. All are 0 when the node has stopped for good.',
      labels: ['state'],
    },
    () => {
      const status = source.status();
      if (status === undefined) return [];
      const active = source.hasHalted ? null : status.role;
      return roles.map((role) => ({ labels: [snakeCase(role)], value: Number(role === active) }));
    },
  );
  registry.collectGauge(
    {
      name: 'raft_node_info',
      help: 'Who this node is, as labels; the value is always 1.',
      labels: ['node_id', 'version'],
    },
    () => {
      const status = source.status();
      return status === undefined ? [] : [{ labels: [status.id, version], value: 1 }];
    },
  );
  registry.collectGauge(
    {
      name: 'raft_members',
      help: 'Members of the cluster by role, voter or learner, as this node knows the membership.',
      labels: ['role'],
    },
    () => {
      const membership = source.status()?.membership;
      return [
        { labels: ['voter'], value: membership?.voters.length },
        { labels: ['learner'], value: membership?.learners.length },
      ];
    },
  );
  return registerLeaderChanges(registry, source);
}

function registerFacts(registry: Registry, source: RaftSource): void {
  registry.collectGauge(
    {
      name: 'raft_term',
      help: 'Current term. It grows by one with each election; a term that grows steadily means that no leader lasts.',
    },
    () => source.status()?.currentTerm,
  );
  const facts: [name: string, help: string, holds: (status: RaftStatus) => boolean][] = [
    [
      'raft_is_leader',
      'Whether this node is the leader of its term, 0 or 1. In a healthy cluster the sum over all nodes is 1; for a moment it may be 2, and then the node of the higher term is the leader.',
      ({ role }) => !source.hasHalted && role === 'leader',
    ],
    [
      'raft_has_leader',
      'Whether this node knows a leader, 0 or 1. Normally 1: at 0 it can serve nobody.',
      ({ leader }) => !source.hasHalted && leader !== null,
    ],
    [
      'raft_is_learner',
      'Whether this node receives the log without a vote, 0 or 1.',
      ({ id, membership }) => membership.learners.includes(id),
    ],
  ];
  for (const [name, help, holds] of facts) {
    registry.collectGauge({ name, help }, () => {
      const status = source.status();
      return status === undefined ? undefined : Number(holds(status));
    });
  }
}

function registerLeaderChanges(registry: Registry, source: RaftSource): Observer {
  const changes = registry.counter({
    name: 'raft_leader_changes_seen_total',
    help: 'How often this node has seen another leader than before, the first one included. Normally it stands still.',
  });
  let lastLeader: string | null = null;
  let leaderlessMs = 0;
  let leaderlessSinceMs: number | null = null;
  registry.collectCounter(
    {
      name: 'raft_leaderless_seconds_total',
      help: 'How long this node has known no leader, since it was started, in seconds. It grows while that lasts; an election takes a fraction of a second.',
      unit: 'seconds',
    },
    () => {
      const sinceMs = leaderlessSinceMs === null ? 0 : source.now() - leaderlessSinceMs;
      return (leaderlessMs + sinceMs) / 1000;
    },
  );
  return {
    onLoaded() {
      leaderlessSinceMs = source.now();
    },
    onRoleChange({ leader }) {
      if (leader === null) {
        leaderlessSinceMs ??= source.now();
        return;
      }
      if (leaderlessSinceMs !== null) leaderlessMs += source.now() - leaderlessSinceMs;
      leaderlessSinceMs = null;
      if (leader === lastLeader) return;
      lastLeader = leader;
      changes.inc();
    },
    onHalted() {
      leaderlessSinceMs ??= source.now();
    },
  };
}

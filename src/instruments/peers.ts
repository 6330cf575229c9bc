/** What this node knows of each other: how far its log is, and when it was heard last. */

import type { Registry } from '../metrics/registry.ts';
import { type PeerStatus, quorumValue } from '../raft/index.ts';
import type { Observer, PeerMessageKind } from '../replica/index.ts';
import { PeerMap } from './peer-map.ts';
import type { RaftSource } from './raft-source.ts';

const modes = ['probe', 'replicate', 'snapshot'] as const;

/** Whoever sends one of these takes itself for the leader of its term. */
const leaderKinds: ReadonlySet<PeerMessageKind> = new Set<PeerMessageKind>([
  'appendRequest',
  'heartbeatRequest',
  'commitHint',
  'snapshotRequest',
  'readIndexResponse',
]);

/** Whoever sends one of these follows the leader of its term. */
const followerKinds: ReadonlySet<PeerMessageKind> = new Set<PeerMessageKind>([
  'appendResponse',
  'heartbeatResponse',
  'snapshotResponse',
  'readIndexRequest',
]);

export function registerPeers(registry: Registry, source: RaftSource): Observer {
  registerProgress(registry, source);
  /** When each was heard, and when it last showed that it follows this leader; on the own clock. */
  const heardMs = new PeerMap<number>();
  const followedMs = new PeerMap<number>();
  let leaderHeardMs: number | null = null;
  registry.collectGauge(
    {
      name: 'raft_peer_last_contact_timestamp_seconds',
      help: 'When this node last received anything from another member, in seconds since the Unix epoch. Followers seldom hear each other; a leader hears each of them all the time.',
      labels: ['peer'],
      unit: 'seconds',
    },
    () =>
      source.peers.map((peer) => ({
        labels: [peer],
        value: toSeconds(source, heardMs.get(peer)),
      })),
  );
  registry.collectGauge(
    {
      name: 'raft_leader_last_contact_timestamp_seconds',
      help: 'When this node last heard its leader, in seconds since the Unix epoch. Normally a fraction of a second ago. Left out on the leader itself.',
      unit: 'seconds',
    },
    () => (isLeading(source) ? undefined : toSeconds(source, leaderHeardMs ?? undefined)),
  );
  registry.collectGauge(
    {
      name: 'raft_quorum_last_ack_timestamp_seconds',
      help: 'The latest moment since which a majority has answered this leader, in seconds since the Unix epoch. When it is long ago, the leader is about to step down. Known to the leader only.',
      unit: 'seconds',
    },
    () => {
      const core = source.core;
      const membership = core?.memberships.at(-1)?.membership;
      if (core === null || membership === undefined || !isLeading(source)) return undefined;
      const nowMs = source.now();
      const ms = quorumValue(membership, (voter) =>
        voter === core.id ? nowMs : (followedMs.get(voter) ?? Number.NEGATIVE_INFINITY),
      );
      return Number.isFinite(ms) ? source.toUnixSeconds(ms) : undefined;
    },
  );
  return {
    onReceived(message) {
      const { from, kind } = message;
      const nowMs = source.now();
      heardMs.set(from, nowMs);
      if (!('term' in message) || source.core === null) return;
      const { currentTerm } = source.core;
      if (leaderKinds.has(kind) && message.term >= currentTerm) leaderHeardMs = nowMs;
      if (followerKinds.has(kind) && message.term === currentTerm) followedMs.set(from, nowMs);
    },
    onRoleChange({ role, previousRole }) {
      if (role === 'leader') followedMs.clear();
      // Until a moment ago it knew a leader: itself.
      if (previousRole === 'leader') leaderHeardMs = source.now();
    },
  };
}

function isLeading({ core, hasHalted }: RaftSource): boolean {
  return !hasHalted && core?.role.kind === 'leader';
}

function toSeconds(source: RaftSource, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : source.toUnixSeconds(ms);
}

const figures: [name: string, help: string, read: (peer: PeerStatus) => number][] = [
  [
    'raft_peer_match_index',
    'Up to where a follower is known to have the log. What it lacks to the last index of the leader is its lag. Known to the leader only.',
    ({ matchIndex }) => matchIndex,
  ],
  [
    'raft_peer_next_index',
    'The next entry to send to a follower. Known to the leader only.',
    ({ nextIndex }) => nextIndex,
  ],
  [
    'raft_peer_inflight_messages',
    'Appends on their way to a follower and not answered yet; by default 64 at most. Known to the leader only.',
    ({ inflightAppends }) => inflightAppends,
  ],
];

function registerProgress(registry: Registry, source: RaftSource): void {
  const followers = (): readonly PeerStatus[] =>
    isLeading(source) ? (source.status()?.peers ?? []) : [];
  for (const [name, help, read] of figures) {
    registry.collectGauge({ name, help, labels: ['peer'] }, () =>
      followers().map((peer) => ({ labels: [peer.peer], value: read(peer) })),
    );
  }
  registry.collectGauge(
    {
      name: 'raft_peer_state',
      help: 'How a follower is sent entries, 1 for the active mode: "replicate" is normal, "probe" looks for where its log agrees, "snapshot" sends what the log retains no more. Known to the leader only.',
      labels: ['peer', 'state'],
    },
    () =>
      followers().flatMap(({ peer, mode }) =>
        modes.map((state) => ({ labels: [peer, state] as const, value: Number(mode === state) })),
      ),
  );
}

/** Campaigns of this node, how they ended, and what it said to those of others. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import type { NodeId } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import { counterOf, snakeCase } from './label-values.ts';
import { PeerMap } from './peer-map.ts';
import type { RaftSource } from './raft-source.ts';

const kinds = ['preVote', 'vote', 'transfer'] as const;

type Kind = (typeof kinds)[number];

const results = ['granted', 'refused', 'ignored'] as const;

export function registerElections(registry: Registry, source: RaftSource): Observer {
  const started = counterOf(
    registry,
    {
      name: 'raft_elections_started_total',
      help: 'Campaigns that this node has started: "pre_vote" only asks who would vote, "vote" is the election that follows when a majority would, "transfer" is one that the leader has asked for. Pre-votes alone mean that this node cannot reach a majority, or hears the leader too rarely.',
      labels: ['kind'],
    },
    kinds,
  );
  const won = registry.counter({
    name: 'raft_elections_won_total',
    help: 'Elections that this node has won.',
  });
  const durations = registry.histogram({
    name: 'raft_election_duration_seconds',
    help: 'From the beginning of a campaign of this node until it knew a leader, itself or another, in seconds. Several attempts in a row count as one. Normally a few round trips.',
    unit: 'seconds',
    upperBounds: exponentialBuckets(0.005, 2, 13),
    exemplarLabel: 'term',
  });
  let campaignSinceMs: number | null = null;
  return {
    ...registerVoteRequests(registry),
    onRoleChange({ role, term, leader, reason }) {
      if (role === 'preCandidate') started.preVote.inc();
      if (role === 'candidate') {
        started[reason === 'transferReceived' ? 'transfer' : 'vote'].inc();
      }
      if (role === 'leader') won.inc();
      if (role === 'preCandidate' || role === 'candidate') campaignSinceMs ??= source.now();
      if (leader === null || campaignSinceMs === null) return;
      durations.observe((source.now() - campaignSinceMs) / 1000, term);
      campaignSinceMs = null;
    },
  };
}

function registerVoteRequests(
  registry: Registry,
): Pick<Observer, 'onReceived' | 'onSent' | 'onDropped'> {
  const requests = registry.counter({
    name: 'raft_vote_requests_total',
    help: "Other nodes' requests for this node's vote, and what it answered. Those that are ignored came while this node heard a leader, or were of an older term.",
    labels: ['kind', 'result'],
  });
  for (const kind of kinds) {
    for (const result of results) requests.labels(snakeCase(kind), result);
  }
  /** An answer does not say whether it is to an ordinary campaign or to one that the leader wants. */
  const asked = new PeerMap<Kind>();
  const kindOf = (asker: NodeId): Kind => asked.get(asker) ?? 'vote';
  const answered = (kind: Kind, granted: boolean): void =>
    requests.labels(snakeCase(kind), granted ? 'granted' : 'refused').inc();
  return {
    onReceived(message) {
      if (message.kind !== 'voteRequest') return;
      asked.set(message.from, message.isTransfer ? 'transfer' : 'vote');
    },
    onSent(message) {
      if (message.kind === 'preVoteResponse') answered('preVote', message.granted);
      if (message.kind === 'voteResponse') answered(kindOf(message.to), message.granted);
    },
    onDropped(kind, from) {
      if (kind === 'preVoteRequest') requests.labels('pre_vote', 'ignored').inc();
      if (kind === 'voteRequest') requests.labels(snakeCase(kindOf(from)), 'ignored').inc();
    },
  };
}

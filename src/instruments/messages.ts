/** What nodes say to each other: how often, and how much at once. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import { type Observer, peerMessageKinds } from '../replica/index.ts';
import { counterOf } from './label-values.ts';
import type { RaftSource } from './raft-source.ts';

const dropReasons = ['stale', 'leaderIsAlive', 'impossible', 'malformed'] as const;

/** A replica's observer, and what only a transport sees. */
export interface MessageObserver extends Observer {
  /** A peer's message made no sense, and no replica was given it. */
  onMalformedPeerMessage(): void;
}

export function registerMessages(registry: Registry, source: RaftSource): MessageObserver {
  const sent = counterOf(
    registry,
    {
      name: 'raft_messages_sent_total',
      help: 'Messages of this node to others, by type. Several may travel as one line.',
      labels: ['type'],
    },
    peerMessageKinds,
  );
  const received = counterOf(
    registry,
    {
      name: 'raft_messages_received_total',
      help: 'Messages from other nodes, by type.',
      labels: ['type'],
    },
    peerMessageKinds,
  );
  const dropped = counterOf(
    registry,
    {
      name: 'raft_messages_dropped_total',
      help: 'Messages from other nodes that were not acted on. A few that are "stale" are normal, those of "leader_is_alive" come from nodes that were cut off; "impossible" and "malformed" should never occur: a node or the network is broken.',
      labels: ['reason'],
    },
    dropReasons,
  );
  const rejections = registry.counter({
    name: 'raft_append_rejections_total',
    help: 'Appends of this leader that a follower could not accept, because it lacked what came before. Normally only after elections and lost messages.',
    labels: ['peer'],
  });
  const batches = registry.histogram({
    name: 'raft_append_batch_entries',
    help: 'How many entries an append of this leader brings; those without any are not counted. The busier the cluster, the more.',
    upperBounds: exponentialBuckets(1, 2, 11),
  });
  return {
    onLoaded() {
      for (const peer of source.peers) rejections.labels(peer);
    },
    onSent(message) {
      sent[message.kind].inc();
      if (message.kind !== 'appendRequest' || message.entries.length === 0) return;
      batches.observe(message.entries.length);
    },
    onReceived(message) {
      received[message.kind].inc();
      if (message.kind !== 'appendResponse' || message.result.kind !== 'inconsistent') return;
      if (message.term === source.core?.currentTerm) rejections.labels(message.from).inc();
    },
    onDropped: (_kind, _from, reason) => dropped[reason].inc(),
    onMalformedPeerMessage: () => dropped.malformed.inc(),
  };
}

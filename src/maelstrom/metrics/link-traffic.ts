/** How much travels between this node and each other, in bytes, as lines. */

import type { Counter } from '../../metrics/counter.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { NodeObserver } from '../node.ts';

export interface LinkTraffic {
  readonly node: Pick<NodeObserver, 'onLineRead' | 'onLineWritten'>;
  /** Who is in the cluster is known: lines of others are not counted. */
  readonly begin: (peers: readonly string[]) => void;
}

export function registerLinkTraffic(registry: Registry): LinkTraffic {
  const sent = registry.counter({
    name: 'raft_peer_sent_bytes_total',
    help: 'What this node wrote for another, in bytes: whole lines, and what it passes on for others too.',
    unit: 'bytes',
    labels: ['peer'],
  });
  const received = registry.counter({
    name: 'raft_peer_received_bytes_total',
    help: 'What this node read from another, in bytes: whole lines, and what it passes on for others too.',
    unit: 'bytes',
    labels: ['peer'],
  });
  const sentTo = new Map<string, Counter>();
  const receivedFrom = new Map<string, Counter>();
  return {
    node: {
      onLineRead: (src, bytes) => receivedFrom.get(src)?.inc(bytes),
      onLineWritten: (dest, bytes) => sentTo.get(dest)?.inc(bytes),
    },
    begin(peers) {
      for (const peer of peers) {
        sentTo.set(peer, sent.labels(peer));
        receivedFrom.set(peer, received.labels(peer));
      }
    },
  };
}

/** How much travels between this node and each other, in bytes, as lines. */

import type { Counter } from '../../metrics/counter.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { NodeObserver } from '../node.ts';

/** Of whom it is remembered what they said before the node was told who is in the cluster. */
const maxEarlySenders = 1000;

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
  /** What has come before it was known who is in the cluster: others may have begun earlier. */
  let early: Map<string, number> | null = new Map();
  const noteEarly = (src: string, bytes: number): void => {
    if (early === null || (early.size >= maxEarlySenders && !early.has(src))) return;
    early.set(src, bytes + (early.get(src) ?? 0));
  };
  return {
    node: {
      onLineRead(src, bytes) {
        const counter = receivedFrom.get(src);
        if (counter === undefined) noteEarly(src, bytes);
        else counter.inc(bytes);
      },
      onLineWritten: (dest, bytes) => sentTo.get(dest)?.inc(bytes),
    },
    begin(peers) {
      for (const peer of peers) {
        sentTo.set(peer, sent.labels(peer));
        receivedFrom.set(peer, received.labels(peer));
        receivedFrom.get(peer)?.inc(early?.get(peer) ?? 0);
      }
      early = null;
    },
  };
}

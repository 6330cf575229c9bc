/** Metrics of a node: the families of docs/metrics.md that any replica has, and those of its log. */

import { registerRaftMetrics } from '../instruments/raft.ts';
import { registerWalMetrics, type WalObserver } from '../instruments/wal.ts';
import type { Registry } from '../metrics/index.ts';
import type { RaftStatus } from '../raft/index.ts';
import type { Clock, Observer } from '../replica/index.ts';

/** Where a node's metrics go. */
export interface NodeMetrics {
  /** Where the families are registered. One registry is for one node. */
  readonly registry: Registry;
  /** Of your program; a label of `raft_node_info`. */
  readonly version: string;
}

export interface Instruments {
  readonly observer: Observer;
  readonly wal: WalObserver;
  readonly onMalformedMessage: () => void;
  /** The node has started. */
  readonly attach: (node: { status(): RaftStatus }) => void;
}

const none: Instruments = { observer: {}, wal: {}, onMalformedMessage() {}, attach() {} };

/** @param hasLog whether the node keeps a write-ahead log */
export function createInstruments(
  metrics: NodeMetrics | undefined,
  clock: Clock,
  hasLog: boolean,
): Instruments {
  if (metrics === undefined) return none;
  const { registry, version } = metrics;
  const { observer, onMalformedPeerMessage, attach } = registerRaftMetrics(registry, {
    version,
    clock,
  });
  const wal = hasLog ? registerWalMetrics(registry) : {};
  return { observer, wal, onMalformedMessage: onMalformedPeerMessage, attach };
}

/** Snapshots: those that this node takes, those that it is sent, and those that it sends. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import type { NodeId, RaftView } from '../raft/index.ts';
import { joinObservers, type Observer } from '../replica/index.ts';
import { counterOf } from './label-values.ts';
import type { RaftSource } from './raft-source.ts';

/** From ten milliseconds to almost three minutes. */
const upperBounds = exponentialBuckets(0.01, 2, 15);

export function registerSnapshots(registry: Registry, source: RaftSource): Observer {
  registry.collectGauge(
    {
      name: 'raft_snapshot_last_index',
      help: 'The last index that the newest snapshot of this node covers; 0 when there is none.',
    },
    () => source.status()?.snapshotIndex,
  );
  return joinObservers(
    registerSizeAndTaking(registry),
    registerInstalling(registry, source),
    registerSending(registry, source),
  );
}

function registerSizeAndTaking(registry: Registry): Observer {
  let latestBytes: number | null = null;
  /** Sizes of snapshots that are durable, or about to be; which of them counts the core says. */
  let takenBytes = 0;
  let received: { readonly index: number; readonly bytes: number } | null = null;
  registry.collectGauge(
    {
      name: 'raft_snapshot_size_bytes',
      help: 'What the newest snapshot of this node weighs, in bytes; left out when there is none.',
      unit: 'bytes',
    },
    () => latestBytes ?? undefined,
  );
  const durations = registry.histogram({
    name: 'raft_snapshot_create_duration_seconds',
    help: 'How long it took to write the state machine down and to make that durable, in seconds. The node goes on meanwhile.',
    unit: 'seconds',
    upperBounds,
  });
  return {
    onSnapshotLoaded(bytes) {
      latestBytes = bytes;
    },
    onDrain(effects) {
      for (const effect of effects) {
        if (effect.kind !== 'persist' || effect.snapshotChunk?.isLast !== true) continue;
        const { snapshot, offset, data } = effect.snapshotChunk;
        received = { index: snapshot.index, bytes: offset + data.length };
      }
    },
    onStep(input, { snapshots: { latest } }) {
      if (input.kind === 'snapshotTaken' && latest?.index === input.index) latestBytes = takenBytes;
      if (received === null || latest?.index !== received.index) return;
      latestBytes = received.bytes;
      received = null;
    },
    onSnapshotTaken(bytes, durationMs) {
      takenBytes = bytes;
      durations.observe(durationMs / 1000);
    },
  };
}

/** A snapshot that the leader sends. */
interface Incoming {
  readonly index: number;
  readonly term: number;
  readonly sinceMs: number;
}

function registerInstalling(registry: Registry, source: RaftSource): Observer {
  const durations = registry.histogram({
    name: 'raft_snapshot_install_duration_seconds',
    help: 'From the arrival of the first part of a snapshot until the state machine was restored from it, in seconds. A node that is far behind serves nobody until then.',
    unit: 'seconds',
    upperBounds,
  });
  const installed = counterOf(
    registry,
    {
      name: 'raft_snapshots_installed_total',
      help: 'Snapshots that the leader began to send to this node, and what became of them: "abandoned" means that the leader, or its snapshot, was replaced by another before the last part. Normally only nodes that were away for long need one.',
      labels: ['result'],
    },
    ['installed', 'abandoned', 'failed'],
  );
  let incoming: Incoming | null = null;
  return {
    onStep(input, core) {
      if (input.kind !== 'receive' && incoming === null) return;
      if (incoming !== null && input.kind === 'applied' && input.index >= incoming.index) {
        installed.installed.inc();
        durations.observe((source.now() - incoming.sinceMs) / 1000);
        incoming = null;
        return;
      }
      const now = incomingOf(core);
      if (now?.index === incoming?.index && now?.term === incoming?.term) return;
      // When the last part is there, what is left to do is the driver's.
      if (now === null && core.snapshots.latest?.index === incoming?.index) return;
      if (incoming !== null) installed.abandoned.inc();
      incoming = now === null ? null : { ...now, sinceMs: source.now() };
    },
    onHalted() {
      if (incoming !== null) installed.failed.inc();
      incoming = null;
    },
  };
}

/** What the core receives, or has received and not handed out to be restored. */
function incomingOf({ snapshots }: RaftView): Omit<Incoming, 'sinceMs'> | null {
  const snapshot = snapshots.installing?.snapshot ?? snapshots.receiving?.snapshot;
  return snapshot === undefined ? null : { index: snapshot.index, term: snapshot.term };
}

function registerSending(registry: Registry, source: RaftSource): Observer {
  const sent = registry.counter({
    name: 'raft_snapshots_sent_total',
    help: 'Snapshots that this leader began to send to a follower, and what became of them, "installed" or "abandoned": it was replaced by a newer one, or this node lost the leadership.',
    labels: ['peer', 'result'],
  });
  /** By follower, up to where the snapshot reaches that is on its way. */
  const onTheirWay = new Map<NodeId, number>();
  const end = (peer: NodeId, result: 'installed' | 'abandoned'): void => {
    if (onTheirWay.delete(peer)) sent.labels(peer, result).inc();
  };
  return {
    onLoaded() {
      for (const peer of source.peers) {
        for (const result of ['installed', 'abandoned']) sent.labels(peer, result);
      }
    },
    onSent(message) {
      if (message.kind !== 'snapshotRequest') return;
      const { to, snapshot } = message;
      if (onTheirWay.get(to) === snapshot.index) return;
      end(to, 'abandoned');
      onTheirWay.set(to, snapshot.index);
    },
    onReceived(message) {
      if (message.kind !== 'snapshotResponse' || message.result.kind !== 'installed') return;
      const { from, snapshotIndex } = message;
      if (onTheirWay.get(from) === snapshotIndex) end(from, 'installed');
    },
    onRoleChange({ previousRole }) {
      if (previousRole !== 'leader') return;
      for (const peer of [...onTheirWay.keys()]) end(peer, 'abandoned');
    },
    onHalted() {
      for (const peer of [...onTheirWay.keys()]) end(peer, 'abandoned');
    },
  };
}

/** What a node with a data directory counts of its write-ahead log. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';

/** Told by the store and its disk. */
export interface WalObserver {
  /** The store is there: it says what its log takes on the disk; null when it has none yet. */
  onOpen?(usage: () => WalUsage | null): void;
  /** A write of so many bytes is durable: the write and its sync took so many milliseconds. */
  onPersisted?(bytes: number, writeMs: number, syncMs: number): void;
  /** At the start, something was cut off that a crash had left. */
  onRepair?(repair: { readonly kind: 'tornTail' }): void;
}

/** What the files of a log take. */
export interface WalUsage {
  readonly segments: number;
  readonly bytes: number;
}

/** A disk's times, in seconds: from one millisecond to eight seconds. */
const bounds = exponentialBuckets(0.001, 2, 14);

export function registerWalMetrics(registry: Registry): WalObserver {
  const syncs = registry.histogram({
    name: 'raft_wal_fsync_duration_seconds',
    help: 'How long the disk took to make a write to the log durable, in seconds. Nothing is acknowledged before: a slow disk makes a slow cluster. On an SSD normally below 10 ms.',
    unit: 'seconds',
    upperBounds: bounds,
  });
  const writes = registry.histogram({
    name: 'raft_wal_write_duration_seconds',
    help: 'How long a write to the log took, before its sync, in seconds.',
    unit: 'seconds',
    upperBounds: bounds,
  });
  const bytes = registry.counter({
    name: 'raft_wal_written_bytes_total',
    help: 'What was written to the log, in bytes.',
    unit: 'bytes',
  });
  let usage: () => WalUsage | null = () => null;
  registry.collectGauge(
    {
      name: 'raft_wal_size_bytes',
      help: 'What the files of the log take on the disk, in bytes, what is prepared for later writes included.',
      unit: 'bytes',
    },
    () => usage()?.bytes,
  );
  registry.collectGauge(
    {
      name: 'raft_wal_segments',
      help: 'Files of the log, the one that is prepared for later writes included. Normally a few: snapshots make room.',
    },
    () => usage()?.segments,
  );
  const repairs = registry.counter({
    name: 'raft_wal_repairs_total',
    help: 'What a crash had left and the start of this process has cut off: at most one write, which nobody was told of.',
    labels: ['kind'],
  });
  const tornTails = repairs.labels('torn_tail');
  return {
    onOpen(readUsage) {
      usage = readUsage;
    },
    onPersisted(written, writeMs, syncMs) {
      bytes.inc(written);
      writes.observe(writeMs / 1000);
      syncs.observe(syncMs / 1000);
    },
    onRepair() {
      tornTails.inc();
    },
  };
}

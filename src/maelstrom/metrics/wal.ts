/** What a node with a data directory counts of its write-ahead log. Names as for all families. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';

/** Told by the store and its disk. */
export interface WalObserver {
  /** A write of so many bytes is durable: the write and its sync took so many milliseconds. */
  onPersisted?(bytes: number, writeMs: number, syncMs: number): void;
  /** At the start, something was cut off that a crash had left. */
  onRepair?(repair: { readonly kind: 'tornTail' }): void;
}

/** A disk's times, in seconds: from one millisecond to eight seconds. */
const bounds = exponentialBuckets(0.001, 2, 14);

export function registerWalMetrics(registry: Registry): WalObserver {
  const syncs = registry.histogram({
    name: 'raft_wal_fsync_duration_seconds',
    help: 'How long the disk took to make a write to the log durable.',
    upperBounds: bounds,
  });
  const writes = registry.histogram({
    name: 'raft_wal_write_duration_seconds',
    help: 'How long a write to the log took, before its sync.',
    upperBounds: bounds,
  });
  const bytes = registry.counter({
    name: 'raft_wal_written_bytes_total',
    help: 'What was written to the log, in bytes.',
  });
  const repairs = registry.counter({
    name: 'raft_wal_repairs_total',
    help: 'What a crash had left and the start has cut off.',
    labels: ['kind'],
  });
  // Known from the start, so that the first repair shows as a change.
  repairs.labels('torn_tail');
  return {
    onPersisted(written, writeMs, syncMs) {
      bytes.inc(written);
      writes.observe(writeMs / 1000);
      syncs.observe(syncMs / 1000);
    },
    onRepair() {
      repairs.labels('torn_tail').inc();
    },
  };
}

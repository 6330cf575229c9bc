/** What a node's disk would give back after a crash, and what its writes do to it. */

import type { Effect, Entry, HardState, SnapshotMeta } from '../../raft/index.ts';

export type Persist = Extract<Effect<number>, { kind: 'persist' }>;

export interface Disk {
  readonly hardState: HardState;
  readonly snapshot: SnapshotMeta | null;
  readonly entries: readonly Entry<number>[];
}

/** The disk after a write. */
export function written(disk: Disk, write: Persist): Disk {
  const { truncateFrom, snapshotChunk } = write;
  const isInstalled = snapshotChunk?.isLast === true;
  const kept = isInstalled
    ? []
    : disk.entries.filter(({ index }) => truncateFrom === null || index < truncateFrom);
  return {
    hardState: write.hardState ?? disk.hardState,
    snapshot: isInstalled ? snapshotChunk.snapshot : disk.snapshot,
    entries: [...kept, ...write.entries],
  };
}

export function lastOnDisk(disk: Disk): number {
  return disk.entries.at(-1)?.index ?? disk.snapshot?.index ?? 0;
}

/** One step in the repair of a store, and what it costs. */

import type { HardState } from '../raft/index.ts';
import type { DiskReading } from './disk.ts';
import type { Examination } from './examine.ts';
import type { Identity } from './identity.ts';
import type { Range } from './later-records.ts';
import type { SnapshotReference } from './log-record.ts';
import type { Change } from './planned-disk.ts';

export interface Mending {
  readonly kind: 'identity' | 'afterEnd' | 'oldSegments' | 'withoutSnapshot' | 'cut';
  /** In their order: after any of them a repair can begin again. */
  readonly changes: readonly Change[];
  /** Null when nothing is. */
  readonly loss: Loss | null;
}

export interface Loss {
  /** The log ends before this place. */
  readonly segment: number;
  readonly offset: number;
  /** The last record that is kept, and the last entry, in the log or in the snapshot; 0 for none. */
  readonly lastNumber: number;
  readonly lastIndex: number;
  /** The entries that can still be seen beyond the damage, and are lost all the same. */
  readonly entries: Range | null;
  /** What the node will come back with. */
  readonly hardState: HardState;
  /** Whether no record that was lost can have had a newer term or vote. */
  readonly isTermKnown: boolean;
  /** The snapshot that is taken up because it holds more than what is left of the log. */
  readonly snapshot: SnapshotReference | null;
}

/** What a step is planned from. */
export interface Found {
  readonly disk: DiskReading;
  readonly examination: Examination;
  readonly identity: Identity;
}

/** Bytes, and zeros after them up to a length. */
export function filledUp(parts: readonly Uint8Array[], length: number): Buffer {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length))]);
}

export function changesOf(mendings: readonly Mending[]): readonly Change[] {
  return mendings.flatMap(({ changes }) => changes);
}

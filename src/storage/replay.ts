/** What a log says, record by record: the state that a store comes back to. */

import type { Entry, HardState, LogIndex, Term } from '../raft/index.ts';
import type { LogRecord, SnapshotReference } from './log-record.ts';
import { SegmentMarks } from './segment-marks.ts';

export class Replay<Command> {
  hardState: HardState = { currentTerm: 0 as Term, votedFor: null };
  snapshot: SnapshotReference | null = null;
  entries: Entry<Command>[] = [];
  readonly marks: SegmentMarks = new SegmentMarks();
  /** Of the last entry, which may have been in a segment that is not there any more. */
  lastIndex: LogIndex = 0 as LogIndex;

  /** @throws Error when the record does not fit what came before it */
  apply(record: LogRecord<Command>): void {
    switch (record.kind) {
      case 'segmentStart':
        if (this.marks.count === 0) this.lastIndex = record.start.lastIndex;
        this.marks.begin(record.start.segment);
        this.hardState = record.start.hardState;
        this.snapshot = record.start.snapshot;
        return;
      case 'hardState':
        this.hardState = record.hardState;
        return;
      case 'entry':
        return this.#append(record.entry);
      case 'truncate':
        return this.#truncate(record.from);
      case 'snapshotSaved':
        this.snapshot = record.snapshot;
        return;
      case 'snapshotInstalled':
        this.snapshot = record.snapshot;
        return this.#truncate(0 as LogIndex);
      case 'segmentEnd':
        return;
    }
  }

  #append(entry: Entry<Command>): void {
    const last = this.entries.at(-1);
    if (last !== undefined && entry.index !== last.index + 1) {
      // A node's own snapshot may be ahead of its log; after a restart the log goes on from there.
      const snapshotIndex = this.snapshot?.meta.index ?? 0;
      const isAfterSnapshot = entry.index === snapshotIndex + 1 && last.index < snapshotIndex;
      if (!isAfterSnapshot) throw new Error(`entry ${entry.index} follows entry ${last.index}`);
      this.entries = [];
    } else if (last !== undefined && entry.term < last.term) {
      throw new Error(`entry ${entry.index} is of an earlier term than the one before it`);
    }
    this.entries.push(entry);
    this.lastIndex = entry.index;
    this.marks.append(entry.index);
  }

  #truncate(from: LogIndex): void {
    const first = this.entries[0]?.index ?? from;
    this.entries.length = Math.max(0, Math.min(this.entries.length, from - first));
    this.lastIndex = lastIndexAfterTruncation(this.lastIndex, from);
    this.marks.truncate(from);
  }

  /** Whether entries are missing after the snapshot; says which. */
  gap(): string | null {
    const first = this.entries[0]?.index ?? this.lastIndex + 1;
    const snapshotIndex = this.snapshot?.meta.index ?? 0;
    if (first <= snapshotIndex + 1) return null;
    return `entries ${snapshotIndex + 1} to ${first - 1} are missing`;
  }
}

/** @param from 0 when a snapshot takes the place of all entries */
export function lastIndexAfterTruncation(last: LogIndex, from: LogIndex): LogIndex {
  return Math.max(0, Math.min(last, from - 1)) as LogIndex;
}

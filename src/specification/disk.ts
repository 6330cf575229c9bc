/** What a node's disk holds, and what it will hold when all writes handed to it are done. */

import type { History } from './history.ts';
import type { Log } from './log.ts';
import type { WriteView } from './step-view.ts';
import type { ChunkView, SnapshotView } from './view.ts';

/** A snapshot that is being received: whose it is, and how much of it there is. */
interface Parts {
  readonly snapshot: SnapshotView;
  readonly nextOffset: number;
  /** The term of the leader that sent them. */
  readonly source: number;
}

export class Disk {
  term: number;
  votedFor: string | null;
  snapshot: SnapshotView | null;
  readonly log: Log;
  parts: Parts | null = null;
  /** The term of the leader whose part is written next. */
  source = 0;
  /** Up to here the disk is known to have what memory has; see `agreesUpTo`. */
  #agreed = 0;

  constructor(term: number, votedFor: string | null, snapshot: SnapshotView | null, log: Log) {
    this.term = term;
    this.votedFor = votedFor;
    this.snapshot = snapshot;
    this.log = log;
  }

  copy(): Disk {
    return new Disk(this.term, this.votedFor, this.snapshot, this.log.copy());
  }

  /** Whether a node that lost its memory now would give no other vote in this term. */
  remembersVote(term: number, votedFor: string): boolean {
    return this.term > term || (this.term === term && this.votedFor === votedFor);
  }

  /** Up to which index the disk has what memory has. */
  agreesUpTo(memory: Log, history: History): number {
    if (this.#agreed < this.log.baseIndex) this.#agreed = this.log.baseIndex;
    const end = Math.min(this.log.lastIndex, memory.lastIndex);
    while (this.#agreed < end) {
      const next = this.#agreed + 1;
      const wanted = next <= memory.baseIndex ? history.committedTerm(next) : memory.termAt(next);
      if (this.log.termAt(next) !== wanted) break;
      this.#agreed = next;
    }
    return Math.min(this.#agreed, memory.lastIndex);
  }

  /** Memory has changed after this index. */
  distrustAfter(index: number): void {
    this.#agreed = Math.min(this.#agreed, index);
  }

  /** A write is carried out, all of it. */
  write(write: WriteView): void {
    const { hardState, snapshotChunk, truncateFrom, entries } = write;
    if (hardState !== null) this.setHardState(hardState);
    if (snapshotChunk !== null) this.store(snapshotChunk);
    if (truncateFrom !== null) this.truncate(truncateFrom);
    for (const entry of entries) this.log.push(entry);
  }

  setHardState({ currentTerm, votedFor }: NonNullable<WriteView['hardState']>): void {
    this.term = currentTerm;
    this.votedFor = votedFor;
  }

  truncate(from: number): void {
    this.log.keepUpTo(from - 1);
    this.distrustAfter(from - 1);
  }

  store(chunk: ChunkView): void {
    const { snapshot, offset, data, isLast } = chunk;
    const { source } = this;
    this.parts = isLast ? null : { snapshot, nextOffset: offset + data.length, source };
    if (!isLast) return;
    this.snapshot = snapshot;
    this.log.replace(snapshot.index, snapshot.term);
    this.#agreed = snapshot.index;
  }
}

/** `Disk.write` as the things that it does one after the other: a crash may fall between any two. */
export function partsOf(write: WriteView): ((disk: Disk) => void)[] {
  const { hardState, snapshotChunk, truncateFrom, entries } = write;
  const parts: ((disk: Disk) => void)[] = [];
  if (hardState !== null) parts.push((disk) => disk.setHardState(hardState));
  if (snapshotChunk !== null) parts.push((disk) => disk.store(snapshotChunk));
  if (truncateFrom !== null) parts.push((disk) => disk.truncate(truncateFrom));
  for (const entry of entries) parts.push((disk) => disk.log.push(entry));
  return parts;
}

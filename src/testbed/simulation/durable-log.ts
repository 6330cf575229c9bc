/**
 * What a disk holds, as far as safety depends on it: term, vote, and the terms of the entries. Kept
 * by whoever sees all writes that reach the disk, whatever the store makes of them.
 */

import type { StoreWrite } from '../../storage/store.ts';

export class DurableLog {
  currentTerm = 0;
  votedFor: string | null = null;
  #baseIndex = 0;
  #terms: number[] = [];

  get lastIndex(): number {
    return this.#baseIndex + this.#terms.length;
  }

  /** Whether the entry with this index and term is here. What a snapshot covers is committed. */
  holds(index: number, term: number): boolean {
    return index <= this.#baseIndex || this.#terms[index - this.#baseIndex - 1] === term;
  }

  copy(): DurableLog {
    const copy = new DurableLog();
    copy.currentTerm = this.currentTerm;
    copy.votedFor = this.votedFor;
    copy.#baseIndex = this.#baseIndex;
    copy.#terms = [...this.#terms];
    return copy;
  }

  note({ hardState, snapshotChunk, truncateFrom, entries }: StoreWrite<unknown>): void {
    if (hardState !== null) {
      this.currentTerm = hardState.currentTerm;
      this.votedFor = hardState.votedFor;
    }
    if (snapshotChunk?.isLast) {
      this.#baseIndex = snapshotChunk.snapshot.index;
      this.#terms = [];
    }
    if (truncateFrom !== null) {
      this.#terms.length = Math.min(this.#terms.length, truncateFrom - this.#baseIndex - 1);
    }
    for (const { term } of entries) this.#terms.push(term);
  }
}

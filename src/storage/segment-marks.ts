/** Which entries each segment has, so far as to know when it has none that are needed. */

import type { LogIndex } from '../raft/index.ts';

export class SegmentMarks {
  /** By the segment's number, oldest first: the highest index in it that was not truncated. */
  readonly #lastIndices = new Map<number, number>();
  #current = 0;

  begin(segment: number): void {
    this.#current = segment;
    this.#lastIndices.set(segment, 0);
  }

  append(index: LogIndex): void {
    this.#lastIndices.set(this.#current, index);
  }

  truncate(from: LogIndex): void {
    for (const [segment, last] of this.#lastIndices) {
      if (last >= from) this.#lastIndices.set(segment, Math.max(0, from - 1));
    }
  }

  /**
   * The oldest segments, as far as all their entries are up to `index`; never the current one. From
   * then on they count as gone.
   */
  takeObsolete(index: LogIndex): number[] {
    const obsolete: number[] = [];
    for (const [segment, last] of this.#lastIndices) {
      if (segment === this.#current || last > index) break;
      obsolete.push(segment);
    }
    for (const segment of obsolete) this.#lastIndices.delete(segment);
    return obsolete;
  }

  get count(): number {
    return this.#lastIndices.size;
  }
}

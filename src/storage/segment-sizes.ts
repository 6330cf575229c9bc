/** How much room the segments of a log take, without asking the disk. */

/** What a log takes on its disk. */
export interface LogUsage {
  /** Files of the log, those that are prepared for what comes included. */
  readonly segments: number;
  /** What they take together, what is not written yet included. */
  readonly bytes: number;
}

export class SegmentSizes {
  readonly #bytes = new Map<number, number>();

  /** A segment is there, and takes so much at least. */
  note(segment: number, bytes: number): void {
    this.#bytes.set(segment, Math.max(bytes, this.#bytes.get(segment) ?? 0));
  }

  removed(segment: number): void {
    this.#bytes.delete(segment);
  }

  get usage(): LogUsage {
    let bytes = 0;
    for (const size of this.#bytes.values()) bytes += size;
    return { segments: this.#bytes.size, bytes };
  }
}

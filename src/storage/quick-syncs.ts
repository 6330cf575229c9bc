/**
 * Whether to wait for a sync, or to have it waited for.
 *
 * Handing a sync to another thread and hearing of its end takes some 50 microseconds. Where a disk
 * takes 100, that is half as much again for whoever waits for each write; where it takes 5,000, it
 * is nothing, and meanwhile the node can do other things. So small writes are synced at once as long
 * as syncs are quick; the first that is not ends that, until a number of them have been quick again.
 */

/** Up to this a sync counts as quick, in milliseconds, the way to another thread and back included. */
const quickMs = 1;

/** So many in a row make the next one expected to be quick. */
const neededInRow = 8;

/** More than this is never waited for, in bytes. */
const maxBytes = 64 * 1024;

export class QuickSyncs {
  #inRow = 0;

  /** Whether a write of so many bytes and its sync are expected to be quick. */
  isExpected(bytes: number): boolean {
    return this.#inRow >= neededInRow && bytes <= maxBytes;
  }

  /** Takes note of how long one took. */
  note(durationMs: number): void {
    this.#inRow = durationMs <= quickMs ? this.#inRow + 1 : 0;
  }
}

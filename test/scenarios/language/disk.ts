/**
 * A disk that can be slow, fail, and lose what it was not done with.
 *
 * A write has parts, written in the order in which the contract has them: term and vote, the
 * truncation, then each entry. A crash may leave any number of parts of the writes on their way.
 */

import type { Entry, HardState, PersistEffect } from '../../../src/raft/index.ts';
import { demand } from './fault.ts';
import type { Command } from './notation.ts';

export type DiskMode = 'instant' | 'slow' | 'failing';

export const diskModes: readonly DiskMode[] = ['instant', 'slow', 'failing'];

export class Disk {
  mode: DiskMode = 'instant';
  hardState: HardState;
  readonly entries: Entry<Command>[];
  /** Begun and not durable, oldest first. */
  readonly pending: PersistEffect<Command>[] = [];

  constructor(hardState: HardState, entries: readonly Entry<Command>[]) {
    this.hardState = hardState;
    this.entries = [...entries];
  }

  /** Completes the oldest write. */
  complete(): PersistEffect<Command> {
    const write = this.pending.shift();
    demand(write !== undefined, 'the disk has nothing to write');
    for (const part of this.#partsOf(write)) part();
    return write;
  }

  /** Loses what is pending, apart from its first `kept` parts. */
  crash(kept: number): void {
    const parts = this.pending.splice(0).flatMap((write) => this.#partsOf(write));
    demand(kept <= parts.length, `only ${parts.length} parts are being written`);
    for (const part of parts.slice(0, kept)) part();
  }

  #partsOf(write: PersistEffect<Command>): (() => void)[] {
    const { hardState, truncateFrom, entries } = write;
    const parts: (() => void)[] = [];
    if (hardState !== null) {
      parts.push(() => {
        this.hardState = hardState;
      });
    }
    if (truncateFrom !== null) {
      parts.push(() => {
        this.entries.length = truncateFrom - 1;
      });
    }
    for (const entry of entries) {
      parts.push(() => {
        const next = this.entries.length + 1;
        demand(entry.index === next, `the core writes entry ${entry.index} where ${next} is next`);
        this.entries.push(entry);
      });
    }
    return parts;
  }
}

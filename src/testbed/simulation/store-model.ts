/**
 * What a store must hold, told by what was asked of it and what it said: the state after some of the
 * parts of the writes, in their order, with at least all that was acknowledged.
 */

import type { Entry, HardState, LogIndex, SnapshotMeta, Term } from '../../raft/index.ts';
import type { StoredState, StoreWrite } from '../../storage/store.ts';
import { isSameValue } from './same-value.ts';
import { partsOf } from './write-parts.ts';

type Snapshot = NonNullable<StoredState<unknown>['snapshot']>;

interface Save {
  readonly snapshot: Snapshot;
  isAcknowledged: boolean;
}

/** What a store holds, or what is wrong with what it has loaded. */
export type Finding<Command> =
  | {
      readonly kind: 'held';
      /** Parts of writes that were not acknowledged, and are there. */
      readonly parts: readonly StoreWrite<Command>[];
    }
  | { readonly kind: 'wrong'; readonly problem: string };

class HeldState<Command> {
  hardState: HardState = { currentTerm: 0 as Term, votedFor: null };
  /** The one that was received last. */
  installed: Snapshot | null = null;
  entries: Entry<Command>[] = [];
  /** What has come of the one that is being received. */
  received: Uint8Array[] = [];

  become({ hardState, installed, entries, received }: HeldState<Command>): void {
    this.hardState = hardState;
    this.installed = installed;
    this.entries = [...entries];
    this.received = [...received];
  }

  /** Carries out a write, or a part of one. */
  take({ hardState, snapshotChunk, truncateFrom, entries }: StoreWrite<Command>): void {
    this.hardState = hardState ?? this.hardState;
    if (snapshotChunk !== null) {
      const { snapshot: meta, offset, data, isLast } = snapshotChunk;
      if (offset === 0) this.received = [];
      this.received.push(data);
      if (isLast) {
        this.installed = { meta, data: Buffer.concat(this.received) };
        this.received = [];
        this.entries = [];
      }
    }
    if (truncateFrom !== null) {
      const first = this.entries[0]?.index ?? truncateFrom;
      this.entries.splice(Math.max(0, truncateFrom - first));
    }
    for (const entry of entries) {
      const last = this.entries.at(-1);
      // A snapshot may be ahead of the log, which then begins anew after it.
      if (last !== undefined && last.index !== entry.index - 1) this.entries = [];
      this.entries.push(entry);
    }
  }
}

export class StoreModel<Command> {
  readonly #acknowledged = new HeldState<Command>();
  /** Asked for, and not acknowledged. */
  readonly #pending: StoreWrite<Command>[] = [];
  #saves: Save[] = [];

  /** As it is now; what happens later does not change it. */
  copy(): StoreModel<Command> {
    const copy = new StoreModel<Command>();
    copy.#acknowledged.become(this.#acknowledged);
    copy.#pending.push(...this.#pending);
    copy.#saves = this.#saves.map((save) => ({ ...save }));
    return copy;
  }

  write(write: StoreWrite<Command>): void {
    this.#pending.push(write);
  }

  /** The oldest write that was not acknowledged is; returns it. */
  acknowledge(): StoreWrite<Command> | undefined {
    const write = this.#pending.shift();
    if (write !== undefined) this.#acknowledged.take(write);
    return write;
  }

  /** Returns what to call when it is acknowledged. */
  saveSnapshot(meta: SnapshotMeta, data: Uint8Array): () => void {
    const save = { snapshot: { meta, data }, isAcknowledged: false };
    this.#saves.push(save);
    return () => {
      save.isAcknowledged = true;
    };
  }

  /** Entries up to here are covered by a snapshot, and need not be there any more. */
  compact(index: LogIndex): void {
    const { entries } = this.#acknowledged;
    const first = entries[0]?.index ?? index;
    entries.splice(0, Math.max(0, index + 1 - first));
  }

  /** Judges what a store has loaded after a crash. */
  find(loaded: StoredState<Command>): Finding<Command> {
    const state = new HeldState<Command>();
    state.become(this.#acknowledged);
    const parts: StoreWrite<Command>[] = [];
    // What is wrong with the least that may be there says most.
    const first = this.#problemWith(state, loaded);
    let problem = first;
    for (const part of this.#pending.flatMap(partsOf)) {
      if (problem === null) break;
      state.take(part);
      parts.push(part);
      problem = this.#problemWith(state, loaded);
    }
    if (first === null || problem === null) return { kind: 'held', parts };
    return { kind: 'wrong', problem: first };
  }

  /** Goes on with what was found: that is what the store must hold from now on. */
  restart(loaded: StoredState<Command>, parts: readonly StoreWrite<Command>[]): void {
    for (const part of parts) this.#acknowledged.take(part);
    this.#acknowledged.received = [];
    this.#pending.length = 0;
    const { snapshot } = loaded;
    this.#saves = snapshot === null ? [] : [{ snapshot, isAcknowledged: true }];
  }

  #problemWith(state: HeldState<Command>, loaded: StoredState<Command>): string | null {
    const { hardState, installed, entries } = state;
    if (!isSameValue(loaded.hardState, hardState)) {
      return `term and vote are ${text(loaded.hardState)}, not ${text(hardState)}`;
    }
    const known = [installed, ...this.#saves.map(({ snapshot }) => snapshot)];
    if (!known.some((it) => isSameSnapshot(it, loaded.snapshot)) && loaded.snapshot !== null) {
      return `nobody has given it the snapshot at ${loaded.snapshot.meta.index}`;
    }
    const saved = this.#saves.filter(({ isAcknowledged }) => isAcknowledged);
    const needed = Math.max(
      installed?.meta.index ?? 0,
      ...saved.map(({ snapshot }) => snapshot.meta.index),
    );
    const covered = loaded.snapshot?.meta.index ?? 0;
    if (covered < needed) return `its snapshot is at ${covered}, not at ${needed}`;
    return problemOfEntries(loaded.entries, entries, covered);
  }
}

/** Of entries that the snapshot covers there may be fewer, as long as there is no gap. */
function problemOfEntries<Command>(
  loaded: readonly Entry<Command>[],
  wanted: readonly Entry<Command>[],
  covered: number,
): string | null {
  const last = Math.max(covered, wanted.at(-1)?.index ?? 0);
  const lastLoaded = Math.max(covered, loaded.at(-1)?.index ?? 0);
  if (last !== lastLoaded) return `its log ends at ${lastLoaded}, not at ${last}`;
  const first = loaded[0]?.index ?? covered + 1;
  if (first > covered + 1) return `its log begins at ${first}, its snapshot ends at ${covered}`;
  const firstWanted = wanted[0]?.index ?? covered + 1;
  for (const [position, entry] of loaded.entries()) {
    const index = first + position;
    if (entry.index !== index) return `entry ${entry.index} stands where ${index} should`;
    // What was compacted is nobody's business.
    if (index < firstWanted) continue;
    if (!isSameValue(entry, wanted[index - firstWanted])) {
      return `entry ${index} is not what was written`;
    }
  }
  return null;
}

function isSameSnapshot(a: Snapshot | null, b: Snapshot | null): boolean {
  if (a === null || b === null) return a === b;
  return isSameValue(a.meta, b.meta) && Buffer.compare(a.data, b.data) === 0;
}

function text({ currentTerm, votedFor }: HardState): string {
  return `${currentTerm}/${votedFor}`;
}

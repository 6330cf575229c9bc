/** What a store has to hold: the contract, carried out in the plainest way. */

import type { Entry, HardState, LogIndex, SnapshotMeta, Term } from '../../raft/index.ts';
import type { StoredState, StoreWrite } from '../store.ts';
import { firstDifference, shownEntry, shownMeta, shownValue } from './shown.ts';

/** What is carried out whole or not at all. */
export type Step =
  | { readonly kind: 'hardState'; readonly hardState: HardState }
  | {
      readonly kind: 'chunk';
      readonly chunk: NonNullable<StoreWrite<string>['snapshotChunk']>;
    }
  | { readonly kind: 'truncate'; readonly from: LogIndex }
  | { readonly kind: 'append'; readonly entry: Entry<string> };

/** The steps of a write, in their order. */
export function stepsOf(write: StoreWrite<string>): Step[] {
  const { hardState, snapshotChunk, truncateFrom, entries } = write;
  const steps: Step[] = [];
  if (hardState !== null) steps.push({ kind: 'hardState', hardState });
  if (snapshotChunk !== null) steps.push({ kind: 'chunk', chunk: snapshotChunk });
  if (truncateFrom !== null) steps.push({ kind: 'truncate', from: truncateFrom });
  for (const entry of entries) steps.push({ kind: 'append', entry });
  return steps;
}

export interface Snapshot {
  readonly meta: SnapshotMeta;
  readonly data: Uint8Array;
}

export class Expected {
  hardState: HardState = { currentTerm: 0 as Term, votedFor: null };
  snapshot: Snapshot | null = null;
  /** All entries since a snapshot was received, also those that may have been deleted. */
  entries: Entry<string>[] = [];
  #parts: Uint8Array[] = [];

  get lastIndex(): number {
    return this.entries.at(-1)?.index ?? this.snapshot?.meta.index ?? 0;
  }

  copy(): Expected {
    const copy = new Expected();
    copy.hardState = this.hardState;
    copy.snapshot = this.snapshot;
    copy.entries = [...this.entries];
    copy.#parts = [...this.#parts];
    return copy;
  }

  carryOut(step: Step): void {
    switch (step.kind) {
      case 'hardState':
        this.hardState = step.hardState;
        break;
      case 'chunk':
        this.#receive(step.chunk);
        break;
      case 'truncate':
        this.entries = this.entries.filter(({ index }) => index < step.from);
        break;
      case 'append':
        this.entries.push(step.entry);
        break;
    }
  }

  #receive({ snapshot, offset, data, isLast }: Extract<Step, { kind: 'chunk' }>['chunk']): void {
    if (offset === 0) this.#parts = [];
    this.#parts.push(data.slice());
    if (!isLast) return;
    this.snapshot = { meta: snapshot, data: new Uint8Array(Buffer.concat(this.#parts)) };
    this.entries = [];
    this.#parts = [];
  }

  save(snapshot: Snapshot): void {
    const isNewer = this.snapshot === null || snapshot.meta.index > this.snapshot.meta.index;
    if (isNewer) this.snapshot = snapshot;
  }

  /** The process has ended. */
  restart(): void {
    this.#parts = [];
  }

  /** What a store has loaded that it must not, or the other way round; or null. */
  fault({ hardState, snapshot, entries }: StoredState<string>): string | null {
    return (
      differs('term and vote', shownValue(this.hardState), shownValue(hardState)) ??
      this.#snapshotFault(snapshot) ??
      gap(entries) ??
      this.#entriesFault(entries)
    );
  }

  #snapshotFault(found: Snapshot | null): string | null {
    const wanted = this.snapshot;
    const fault = differs('the snapshot', shownMeta(wanted?.meta), shownMeta(found?.meta));
    if (fault !== null || wanted === null || found === null) return fault;
    const difference = firstDifference(wanted.data, found.data);
    return difference === null ? null : `the contents of the snapshot: ${difference}`;
  }

  #entriesFault(found: readonly Entry<string>[]): string | null {
    const coveredIndex = this.snapshot?.meta.index ?? 0;
    const isBeyond = ({ index }: Entry<string>): boolean => index > coveredIndex;
    const wanted = this.entries.filter(isBeyond);
    const beyond = found.filter(isBeyond);
    const length = Math.max(wanted.length, beyond.length);
    for (let position = 0; position < length; position++) {
      const where = `entry ${wanted[position]?.index ?? beyond[position]?.index}`;
      const fault = differs(where, shownEntry(wanted[position]), shownEntry(beyond[position]));
      if (fault !== null) return fault;
    }
    const written = new Map(this.entries.map((entry) => [entry.index, entry]));
    for (const entry of found.slice(0, found.length - beyond.length)) {
      const where = `entry ${entry.index}, which the snapshot covers,`;
      const fault = differs(where, shownEntry(written.get(entry.index)), shownEntry(entry));
      if (fault !== null) return fault;
    }
    return null;
  }
}

function differs(what: string, expected: string, found: string): string | null {
  if (expected === found) return null;
  return `${what}: expected ${clipped(expected)}, found ${clipped(found)}`;
}

/** Enough of a long text for people. */
function clipped(text: string): string {
  return text.length <= 400 ? text : `${text.slice(0, 400)}… (${text.length} characters)`;
}

function gap(entries: readonly Entry<string>[]): string | null {
  const first = entries[0]?.index ?? 0;
  const position = entries.findIndex(({ index }, at) => index !== first + at);
  if (position === -1) return null;
  return differs('entries are consecutive', `${first + position}`, `${entries[position]?.index}`);
}

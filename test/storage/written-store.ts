/** A small store, and all states that it went through; to be damaged and repaired. */

import assert from 'node:assert/strict';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  type Entry,
  type HardState,
  type SnapshotMeta,
} from '../../src/raft/index.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import type { StoredState, StoreWrite } from '../../src/storage/store.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { nothing, textFormat } from './text-commands.ts';

export function storeOn(disk: MemoryDisk, segmentBytes: number = 4096): FileStore<string> {
  const createId = (): string => 'c0ffee';
  return new FileStore({ disk, node: 'n1', format: textFormat, segmentBytes, createId });
}

export function entry(index: number, term: number): Entry<string> {
  const command = `e${index}.${term}`;
  const position = { index: asLogIndex(index), term: asTerm(term) };
  return { kind: 'command', ...position, command, bytes: command.length };
}

export function vote(term: number, node: string): HardState {
  return { currentTerm: asTerm(term), votedFor: asNodeId(node) };
}

export function metaAt(index: number, term: number): SnapshotMeta {
  const voters = ['n1', 'n2', 'n3'].map(asNodeId);
  const membership = { voters, outgoing: [], learners: [] };
  return {
    index: asLogIndex(index),
    term: asTerm(term),
    membership: { index: asLogIndex(0), membership },
  };
}

/** Writes to a store, and notes what it holds after each write. */
export class Writing {
  readonly states: StoredState<string>[] = [];
  readonly #store: FileStore<string>;
  readonly #memory = new MemoryStore<string>();

  private constructor(store: FileStore<string>) {
    this.#store = store;
  }

  static async begin(disk: MemoryDisk, segmentBytes: number): Promise<Writing> {
    const store = storeOn(disk, segmentBytes);
    await store.load();
    const writing = new Writing(store);
    await writing.#note();
    return writing;
  }

  async write(write: Partial<StoreWrite<string>>): Promise<void> {
    await done((callback) => this.#store.write({ ...nothing, ...write }, callback));
    await done((callback) => this.#memory.write({ ...nothing, ...write }, callback));
    await this.#note();
  }

  async entries(from: number, to: number, term: number): Promise<void> {
    for (let index = from; index <= to; index++) {
      await this.write({ entries: [entry(index, term)] });
    }
  }

  async snapshot(index: number, term: number): Promise<void> {
    const data = Buffer.from(`state at ${index}`);
    const meta = metaAt(index, term);
    await done((callback) => this.#store.saveSnapshot(meta, data, callback));
    await done((callback) => this.#memory.saveSnapshot(meta, data, callback));
    await this.#note();
  }

  /** The entries up to `index` are not needed any more. */
  compact(index: number): void {
    this.#store.compact(asLogIndex(index));
  }

  async end(): Promise<StoredState<string>> {
    await this.#store.close();
    const last = this.states.at(-1);
    assert.ok(last !== undefined);
    return last;
  }

  async #note(): Promise<void> {
    this.states.push(await this.#memory.load());
  }
}

function done(call: (callback: (failure: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((failure) => (failure === null ? resolve() : reject(failure)));
  });
}

/** What a store holds that its snapshot does not. */
export function afterSnapshot({ snapshot, entries }: StoredState<string>): Entry<string>[] {
  return entries.filter(({ index }) => index > (snapshot?.meta.index ?? 0));
}

/**
 * Asserts that all of a state was written at some time: its entries and its snapshot, and a term and
 * vote that are not older than the entries.
 */
export function assertWasWritten(
  states: readonly StoredState<string>[],
  state: StoredState<string>,
  what: string,
): void {
  const rest = textOf(afterSnapshot(state));
  const index = state.snapshot?.meta.index ?? 0;
  const entriesAt = states.findIndex(({ entries }) => {
    return textOf(entries.filter((entry) => entry.index > index)) === rest;
  });
  assert.notEqual(entriesAt, -1, `${what}: these entries were never the log`);
  const withSnapshot = states.filter(({ snapshot }) => textOf(snapshot) === textOf(state.snapshot));
  assert.notEqual(withSnapshot.length, 0, `${what}: a snapshot that was never taken`);
  const belong = new Set(withSnapshot.flatMap(({ entries }) => entries.map(textOf)));
  for (const entry of state.entries.filter((entry) => entry.index <= index)) {
    assert.ok(belong.has(textOf(entry)), `${what}: ${textOf(entry)} is not in the snapshot`);
  }
  const { currentTerm, votedFor } = state.hardState;
  const votedAt = states.findLastIndex(
    // The term of the snapshot may be all that is known.
    ({ hardState }) =>
      hardState.currentTerm === currentTerm &&
      (hardState.votedFor === votedFor ||
        (votedFor === null && state.snapshot?.meta.term === currentTerm)),
  );
  assert.ok(votedAt >= entriesAt, `${what}: a term and vote older than the entries`);
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (key, each) =>
    key === 'data' ? Buffer.from(each.data ?? Object.values(each)).toString() : each,
  );
}

/** A core with a disk that can be slow, tear a write and forget; each of its steps is judged. */

import {
  asNodeId,
  asRequestId,
  type Effect,
  type Entry,
  type HardState,
  type Input,
  type Message,
  membershipOf,
  type PersistEffect,
  Raft,
  type Settings,
  type SnapshotMeta,
} from '../../src/raft/index.ts';
import type { Specification } from '../../src/specification/specification.ts';

export interface Command {
  readonly key: string;
  readonly value: number;
}

export interface WatchedNodeOptions {
  readonly id: string;
  readonly voters: readonly string[];
  readonly settings: Settings;
  readonly seed: number;
  readonly specification: Specification;
}

interface Durable {
  hardState: HardState;
  snapshot: { readonly meta: SnapshotMeta; readonly data: Uint8Array } | null;
  entries: Entry<Command>[];
}

export class WatchedNode {
  readonly options: WatchedNodeOptions;
  raft: Raft<Command>;
  readonly durable: Durable;
  /** Writes under way, oldest first. */
  readonly unsynced: PersistEffect<Command>[] = [];
  readonly #unsaved: { readonly meta: SnapshotMeta; readonly data: Uint8Array }[] = [];
  /** Nobody knows whether these are on the disk. */
  readonly #failed: { readonly meta: SnapshotMeta; readonly data: Uint8Array }[] = [];
  readonly outgoing: Message<Command>[] = [];
  readonly counts: Map<string, number> = new Map();
  #parts: Uint8Array[] = [];
  #applied: Entry<Command>[] = [];
  #starts = 0;
  #requests = 0;

  constructor(options: WatchedNodeOptions) {
    this.options = options;
    this.durable = {
      hardState: { currentTerm: 0, votedFor: null } as unknown as HardState,
      snapshot: null,
      entries: [],
    };
    this.raft = this.#boot();
  }

  get id(): string {
    return this.options.id;
  }

  get role(): string {
    return this.raft.view.role.kind;
  }

  #boot(): Raft<Command> {
    const { id, voters, settings, seed, specification } = this.options;
    const raft = Raft.create<Command>({
      id: asNodeId(id),
      membership: membershipOf(voters.map(asNodeId)),
      seed: seed + 1000 * this.#starts++,
      settings,
      hardState: this.durable.hardState,
      snapshot: this.durable.snapshot?.meta ?? null,
      entries: this.durable.entries,
    });
    specification.started(id, raft.view);
    return raft;
  }

  get hasFailed(): boolean {
    return this.raft.view.haltReason !== null;
  }

  /** The oldest write fails, and with it all after it. */
  failStorage(): void {
    if (this.unsynced.length === 0 && this.#unsaved.length === 0) return;
    this.unsynced.length = 0;
    for (const snapshot of this.#unsaved.splice(0)) {
      this.#failed.push(snapshot);
      this.step({ kind: 'snapshotFailed', index: snapshot.meta.index });
    }
    this.step({ kind: 'storageFailed', reason: 'the disk is full' });
  }

  /**
   * Loses its memory. Of the writes under way some may be done, and a part of the next; and so may
   * be snapshots of which it was said that they failed.
   */
  crash(writesDone: number, entriesOfNext: number): void {
    const [failed] = this.#failed.splice(0);
    const isLucky = failed !== undefined && entriesOfNext > 0;
    if (isLucky && failed.meta.index > (this.durable.snapshot?.meta.index ?? 0)) {
      this.durable.snapshot = failed;
    }
    this.options.specification.crashed(this.id);
    for (const write of this.unsynced.splice(0, writesDone)) this.#write(write);
    const [torn] = this.unsynced.splice(0);
    if (torn !== undefined && entriesOfNext > 0) {
      this.#write({ ...torn, snapshotChunk: null, entries: torn.entries.slice(0, entriesOfNext) });
    }
    this.#unsaved.length = 0;
    this.outgoing.length = 0;
    this.#parts = [];
    this.#applied = this.#restored();
    this.raft = this.#boot();
  }

  step(input: Input<Command>): void {
    this.raft.step(input);
    this.options.specification.stepped(this.id, input, this.raft.view);
  }

  requestId(): ReturnType<typeof asRequestId> {
    return asRequestId(++this.#requests);
  }

  drain(): void {
    for (;;) {
      const effects = this.raft.drain();
      if (effects.length === 0) return;
      this.options.specification.drained(this.id, effects, this.raft.view);
      for (const effect of effects) this.#carryOut(effect);
    }
  }

  #carryOut(effect: Effect<Command>): void {
    this.counts.set(effect.kind, (this.counts.get(effect.kind) ?? 0) + 1);
    switch (effect.kind) {
      case 'send':
        this.outgoing.push(effect.message);
        break;
      case 'persist':
        this.unsynced.push(effect);
        break;
      case 'apply': {
        this.#applied.push(...effect.entries);
        const last = effect.entries.at(-1);
        if (last !== undefined) this.step({ kind: 'applied', index: last.index });
        break;
      }
      case 'restore':
        this.#applied = this.#restored();
        this.step({ kind: 'applied', index: effect.snapshot.index });
        break;
      case 'takeSnapshot': {
        const data = new TextEncoder().encode(JSON.stringify(this.#applied.slice(-3)));
        this.#unsaved.push({ meta: effect.snapshot, data });
        break;
      }
      case 'readSnapshot':
        this.#readSnapshot(effect);
        break;
      case 'compact':
        this.durable.entries = this.durable.entries.filter(({ index }) => index > effect.index);
        break;
      default:
        break;
    }
  }

  #restored(): Entry<Command>[] {
    const { snapshot } = this.durable;
    return snapshot === null ? [] : JSON.parse(new TextDecoder().decode(snapshot.data));
  }

  #readSnapshot(wanted: Extract<Effect<Command>, { kind: 'readSnapshot' }>): void {
    const { peer, snapshotIndex, offset, maxBytes } = wanted;
    const { snapshot } = this.durable;
    if (snapshot?.meta.index !== snapshotIndex) {
      return this.step({ kind: 'snapshotLost', peer, snapshotIndex });
    }
    const data = snapshot.data.slice(offset, offset + maxBytes);
    const isLast = offset + maxBytes >= snapshot.data.length;
    this.step({ kind: 'snapshotRead', peer, chunk: { snapshotIndex, offset, data, isLast } });
  }

  /** Whether a snapshot is being taken. */
  get isSaving(): boolean {
    return this.#unsaved.length > 0;
  }

  /** Snapshots that were asked for become durable. */
  save(): void {
    for (const snapshot of this.#unsaved.splice(0)) {
      const { index } = snapshot.meta;
      if ((this.durable.snapshot?.meta.index ?? 0) < index) this.durable.snapshot = snapshot;
      this.step({ kind: 'snapshotTaken', index });
    }
  }

  /** The oldest write is durable, and what waited for it leaves. */
  sync(): void {
    const write = this.unsynced.shift();
    if (write === undefined) return;
    this.#write(write);
    this.outgoing.push(...write.messages);
    this.step({ kind: 'persisted', token: write.token });
  }

  #write(write: PersistEffect<Command>): void {
    const { hardState, snapshotChunk, truncateFrom, entries } = write;
    const { durable } = this;
    durable.hardState = hardState ?? durable.hardState;
    if (snapshotChunk !== null) {
      if (snapshotChunk.offset === 0) this.#parts = [];
      this.#parts.push(snapshotChunk.data);
      if (snapshotChunk.isLast) {
        const data = Uint8Array.from(this.#parts.flatMap((part) => [...part]));
        durable.snapshot = { meta: snapshotChunk.snapshot, data };
        durable.entries = [];
      }
    }
    if (truncateFrom !== null) {
      durable.entries = durable.entries.filter(({ index }) => index < truncateFrom);
    }
    durable.entries.push(...entries);
  }
}

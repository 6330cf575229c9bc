/** One core with its disk and its state machine, driven as the contract asks. */

import assert from 'node:assert/strict';
import {
  asNodeId,
  asTerm,
  type Effect,
  type Entry,
  type HardState,
  type Input,
  type Membership,
  type Message,
  type NodeId,
  type PersistEffect,
  Raft,
  type RaftStatus,
  type Settings,
} from '../../raft/index.ts';
import type { StoreWrite } from '../../storage/store.ts';
import { Disk, type StoredSnapshot } from './disk.ts';
import type { Journal } from './events.ts';
import { demand } from './fault.ts';
import { type Given, snapshotOf } from './given.ts';
import type { Judge } from './judge.ts';
import { type Restored, type SnapshotContents, StateMachine } from './machine.ts';
import { type Command, formatSnapshot } from './notation.ts';
import type { Requests } from './requests.ts';

type EffectOf<K extends Effect<Command>['kind']> = Extract<Effect<Command>, { kind: K }>;

/** What a node needs of the world around it. */
export interface Surroundings {
  readonly journal: Journal;
  readonly requests: Requests;
  readonly judge: Judge;
  readonly contents: SnapshotContents;
  /** The cluster's first. */
  readonly membership: Membership;
  readonly settings: Settings;
  send(message: Message<Command>): void;
}

export class ScenarioNode {
  readonly id: NodeId;
  readonly #world: Surroundings;
  readonly #seed: number;
  #restarts = 0;
  #disk: Disk;
  /** Null between a crash and a restart. */
  #raft: Raft<Command> | null;
  #hasRun = false;
  /** Takes in inputs, but does not hand over effects. */
  #isBatching = false;
  #settings: Settings;
  readonly #machine: StateMachine;
  /** All role changes and dropped messages, for commands that look back. */
  readonly roleChanges: EffectOf<'roleChange'>[] = [];
  readonly drops: EffectOf<'drop'>[] = [];

  constructor(id: NodeId, seed: number, world: Surroundings) {
    this.id = id;
    this.#world = world;
    this.#seed = seed;
    this.#machine = new StateMachine(world.contents);
    this.#settings = world.settings;
    this.#disk = this.#createDisk({ currentTerm: asTerm(0), votedFor: null }, []);
    this.#raft = this.#boot();
  }

  #boot(): Raft<Command> {
    const { hardState, snapshot, entries } = this.#disk;
    const index = snapshot?.meta.index ?? 0;
    this.#machine.restore(snapshot === null ? null : { index, data: snapshot.data });
    const beginning = {
      id: this.id,
      membership: this.#world.membership,
      seed: this.#seed + 1000 * this.#restarts,
      settings: this.#settings,
      hardState,
      snapshot: snapshot?.meta ?? null,
      entries: [...entries],
    };
    const raft = Raft.create<Command>(beginning);
    this.#world.judge.loaded(this.id, raft.view, beginning);
    return raft;
  }

  #createDisk(
    hardState: HardState,
    entries: readonly Entry<Command>[],
    snapshot: StoredSnapshot | null = null,
  ): Disk {
    const onDurable = (write: StoreWrite<Command>) => this.#world.judge.durable(this.id, write);
    return new Disk(hardState, entries, snapshot, onDurable);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What the state machine began with, from a snapshot. */
  get restored(): Restored {
    return this.#machine.restored;
  }

  /** What it was given since then. */
  get applied(): readonly Entry<Command>[] {
    return this.#machine.applied;
  }

  /** All commands that its state contains. */
  get commands(): readonly Command[] {
    return this.#machine.commands;
  }

  /** The cluster's first membership, which this node began with. */
  get firstMembership(): Membership {
    return this.#world.membership;
  }

  get disk(): Disk {
    return this.#disk;
  }

  get isUp(): boolean {
    return this.#raft !== null;
  }

  get raft(): Raft<Command> {
    demand(this.#raft !== null, `${this.id} is down`);
    return this.#raft;
  }

  get status(): RaftStatus {
    return this.raft.status();
  }

  /** Whether an election request finds it loyal to a leader. (roles.ts) */
  get hearsLeader(): boolean {
    const { role, electionTicks, ticks, leaderHeardTicks } = this.raft.save();
    const { leaseReads, electionTimeoutTicks } = this.#settings;
    if (leaseReads && ticks - leaderHeardTicks < electionTimeoutTicks.min) return true;
    return (
      role.kind === 'follower' && role.leader !== null && ticks - leaderHeardTicks < electionTicks
    );
  }

  /** Whether it has just begun to ask for pre-votes, so that it may go before others. */
  get goesBefore(): boolean {
    const { role, electionElapsedTicks, electionTicks } = this.raft.save();
    return role.kind === 'preCandidate' && electionElapsedTicks < electionTicks / 2;
  }

  /** The settings, log, snapshot, term and vote that the node starts with. */
  prepare(given: Given): void {
    demand(!this.#hasRun, `${this.id} has run already: say what it starts with before that`);
    const { hardState } = this.#disk;
    const vote = given.vote === undefined ? hardState.votedFor : given.vote;
    const { log } = given;
    if (log !== undefined || given.term !== undefined) this.#world.judge.turnOff();
    const snapshot =
      log === undefined
        ? this.#disk.snapshot
        : snapshotOf(log, given.snapshotIndex ?? 0, this.firstMembership);
    const firstIndex = given.firstIndex ?? (snapshot?.meta.index ?? 0) + 1;
    const entries = (log ?? this.#disk.entries).filter(({ index }) => index >= firstIndex);
    const lastTerm = Math.max(entries.at(-1)?.term ?? 0, snapshot?.meta.term ?? 0);
    const currentTerm = asTerm(Math.max(given.term ?? hardState.currentTerm, lastTerm));
    const votedFor = vote === null ? null : asNodeId(vote);
    this.#disk = this.#createDisk({ currentTerm, votedFor }, entries, snapshot);
    this.#settings = given.settings ?? this.#settings;
    this.#raft = this.#boot();
  }

  step(input: Input<Command>): void {
    this.#hasRun = true;
    this.#take(input);
    if (!this.#isBatching) this.drain();
  }

  #take(input: Input<Command>): void {
    const { judge } = this.#world;
    judge.watch(this.id, () => this.raft.step(input));
    judge.stepped(this.id, input, this.raft.view);
  }

  batch(): void {
    this.#isBatching = true;
  }

  endBatch(): void {
    demand(this.#isBatching, `${this.id} does not batch: say "batch ${this.id}" before`);
    this.#isBatching = false;
    this.drain();
  }

  drainOnce(): void {
    demand(this.#isBatching, `${this.id} does not batch: say "batch ${this.id}" before`);
    this.#handOver();
  }

  drain(): void {
    while (this.#handOver());
  }

  /** False when nothing is due. */
  #handOver(): boolean {
    const { judge } = this.#world;
    const effects = judge.watch(this.id, () => this.raft.drain());
    judge.drained(this.id, effects, this.raft.view);
    if (effects.length === 0) return false;
    for (const effect of effects) this.#carryOut(effect);
    const isFailed = this.#disk.mode === 'failing' && this.#disk.pending.length > 0;
    if (isFailed) this.failDisk('the write failed');
    return true;
  }

  #carryOut(effect: Effect<Command>): void {
    const { journal } = this.#world;
    switch (effect.kind) {
      case 'send':
        this.#send(effect.message);
        return;
      case 'persist':
        this.#persist(effect);
        return;
    }
    journal.record({ kind: 'effect', node: this.id, effect });
    switch (effect.kind) {
      case 'apply':
        this.#apply(effect);
        break;
      case 'readReady':
        this.#world.requests.settle(effect.requestId, { kind: 'ready', index: effect.index });
        break;
      case 'refuse':
        this.#world.requests.settle(effect.requestId, {
          kind: 'refused',
          refusal: effect.refusal,
        });
        break;
      case 'roleChange':
        this.roleChanges.push(effect);
        break;
      case 'drop':
        this.drops.push(effect);
        break;
      case 'transferred':
        this.#world.requests.settle(effect.requestId, { kind: 'transferred' });
        break;
      default:
        this.#carryOutWithSnapshot(effect);
    }
  }

  #carryOutWithSnapshot(effect: Effect<Command>): void {
    switch (effect.kind) {
      case 'takeSnapshot':
        this.#disk.saving.push({ meta: effect.snapshot, data: this.#machine.snapshot() });
        if (this.#disk.isQuickWithSnapshots) this.#save();
        break;
      case 'restore': {
        const { snapshot } = this.#disk;
        assert.deepEqual(snapshot?.meta, effect.snapshot, 'what is restored is durable');
        const { index } = effect.snapshot;
        this.#machine.restore(snapshot === null ? null : { index, data: snapshot.data });
        this.#take({ kind: 'applied', index });
        break;
      }
      case 'compact':
        this.#disk.compact(effect.index);
        break;
      case 'readSnapshot':
        this.#disk.reading.push(effect);
        if (this.#disk.isQuickWithSnapshots) this.#read(false);
        break;
    }
  }

  /** How long the next snapshot that it takes is. */
  weighSnapshot(bytes: number): void {
    this.#machine.snapshotBytes = bytes;
  }

  #save(): void {
    const { index } = this.#disk.save().meta;
    this.#take({ kind: 'snapshotTaken', index });
  }

  #read(isLost: boolean, meant: string | null = null): void {
    const { reading } = this.#disk;
    const at = meant === null ? 0 : reading.findIndex((it) => it.peer === meant);
    const [wanted] = at < 0 ? [] : reading.splice(at, 1);
    demand(wanted !== undefined, `${this.id} reads no snapshot`);
    const { peer, snapshotIndex } = wanted;
    const chunk = isLost ? null : this.#disk.read(wanted);
    if (chunk === null) this.#take({ kind: 'snapshotLost', peer, snapshotIndex });
    else this.#take({ kind: 'snapshotRead', peer, chunk });
  }

  /** The snapshot that was taken first becomes durable, or cannot be saved. */
  saveSnapshot(isFailing: boolean): void {
    const [taken] = this.#disk.saving;
    demand(taken !== undefined, `${this.id} saves no snapshot`);
    const how = isFailing ? 'cannot save' : 'saves';
    this.#world.journal.note('disk', `${this.id} ${how} snapshot ${formatSnapshot(taken.meta)}`);
    if (isFailing) {
      this.#disk.saving.shift();
      this.#take({ kind: 'snapshotFailed', index: taken.meta.index });
    } else {
      this.#save();
    }
    if (!this.#isBatching) this.drain();
  }

  /** The part that was asked for first is read, or the snapshot is not there any more. */
  loadPart(isLost: boolean, peer: string | null = null): void {
    this.#read(isLost, peer);
    if (!this.#isBatching) this.drain();
  }

  #send(message: Message<Command>): void {
    this.#world.journal.record({ kind: 'sent', message });
    this.#world.judge.sent(message);
    this.#world.send(message);
  }

  #persist(write: PersistEffect<Command>): void {
    const { journal } = this.#world;
    this.#disk.pending.push(write);
    const isWaiting = this.#disk.mode === 'slow' || this.#disk.mode === 'failing';
    const isDurable = !isWaiting && this.#disk.pending.length === 1;
    journal.record({ kind: 'write', node: this.id, write, isDurable });
    if (isDurable) this.#complete();
  }

  #complete(): PersistEffect<Command> {
    const write = this.#disk.complete();
    for (const message of write.messages) this.#send(message);
    this.#take({ kind: 'persisted', token: write.token });
    return write;
  }

  #apply(effect: EffectOf<'apply'>): void {
    const last = effect.entries.at(-1);
    assert.ok(last !== undefined, 'an apply effect has entries');
    this.#machine.apply(effect.entries);
    effect.entries.forEach((entry, at) => {
      const requestId = effect.requestIds[at] ?? null;
      if (requestId === null) return;
      this.#world.requests.settle(requestId, { kind: 'applied', index: entry.index });
    });
    this.#take({ kind: 'applied', index: last.index });
  }

  /** The disk completes its oldest write. */
  sync(): void {
    demand(this.#disk.pending.length > 0, `the disk of ${this.id} has nothing to write`);
    if (this.#disk.mode === 'failing') return this.failDisk('the write failed');
    const [write] = this.#disk.pending;
    assert.ok(write !== undefined);
    this.#world.journal.enclose({ kind: 'synced', node: this.id, write }, () => {
      this.#complete();
      if (!this.#isBatching) this.drain();
    });
  }

  /** Reports the store as failed. What was being written never becomes durable. */
  failDisk(reason: string): void {
    this.#disk.crash(0);
    this.step({ kind: 'storageFailed', reason });
  }

  /** Loses its memory, and of its writes all but the first parts. */
  crash(keptParts: number): void {
    demand(this.#raft !== null, `${this.id} is down already`);
    this.#disk.crash(keptParts);
    this.#raft = null;
    this.#world.judge.crashed(this.id);
    this.#hasRun = true;
    this.#isBatching = false;
  }

  restart(): void {
    demand(this.#raft === null, `${this.id} is running: crash it first`);
    this.#restarts++;
    this.#raft = this.#boot();
  }
}

/** One core with its disk and its state machine, driven as the contract asks. */

import assert from 'node:assert/strict';
import {
  asNodeId,
  asTerm,
  type Effect,
  type Entry,
  type Input,
  type Message,
  membershipOf,
  type NodeId,
  type PersistEffect,
  Raft,
  type RaftStatus,
  type Settings,
} from '../../../src/raft/index.ts';
import { Disk } from './disk.ts';
import type { Journal } from './events.ts';
import { demand } from './fault.ts';
import { type Command, plainLog } from './notation.ts';
import type { Requests } from './requests.ts';

type EffectOf<K extends Effect<Command>['kind']> = Extract<Effect<Command>, { kind: K }>;

/** What a node needs of the world around it. */
export interface Surroundings {
  readonly journal: Journal;
  readonly requests: Requests;
  readonly voters: readonly NodeId[];
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
  /** What the state machine was given since the last restart. */
  readonly applied: Entry<Command>[] = [];
  /** All role changes and dropped messages, for commands that look back. */
  readonly roleChanges: EffectOf<'roleChange'>[] = [];
  readonly drops: EffectOf<'drop'>[] = [];

  constructor(id: NodeId, seed: number, world: Surroundings) {
    this.id = id;
    this.#world = world;
    this.#seed = seed;
    this.#disk = new Disk({ currentTerm: asTerm(0), votedFor: null }, []);
    this.#raft = this.#boot();
  }

  #boot(): Raft<Command> {
    return Raft.create<Command>({
      id: this.id,
      membership: membershipOf(this.#world.voters),
      seed: this.#seed + 1000 * this.#restarts,
      settings: this.#world.settings,
      hardState: this.#disk.hardState,
      entries: this.#disk.entries,
    });
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

  /** Whether an election request finds it loyal to a leader. (roles.ts, hearsLeader) */
  get hearsLeader(): boolean {
    const { role } = this.raft.save();
    return (
      role.kind === 'follower' &&
      role.leader !== null &&
      role.ticksSinceLeaderContact < this.#world.settings.electionTimeoutTicks.min
    );
  }

  /** The log, term and vote that the node starts with. */
  prepare(given: { log?: readonly number[]; term?: number; vote?: string | null }): void {
    demand(!this.#hasRun, `${this.id} has run already: set its log, term and vote before that`);
    const { hardState } = this.#disk;
    const entries = given.log === undefined ? this.#disk.entries : plainLog(given.log);
    const vote = given.vote === undefined ? hardState.votedFor : given.vote;
    this.#disk = new Disk(
      {
        currentTerm: asTerm(
          Math.max(given.term ?? hardState.currentTerm, entries.at(-1)?.term ?? 0),
        ),
        votedFor: vote === null ? null : asNodeId(vote),
      },
      entries,
    );
    this.#raft = this.#boot();
  }

  step(input: Input<Command>): void {
    this.#hasRun = true;
    this.raft.step(input);
    if (!this.#isBatching) this.drain();
  }

  batch(): void {
    this.#isBatching = true;
  }

  endBatch(): void {
    demand(this.#isBatching, `${this.id} does not batch: say "batch ${this.id}" before`);
    this.#isBatching = false;
    this.drain();
  }

  drain(): void {
    for (;;) {
      const effects = this.raft.drain();
      if (effects.length === 0) return;
      for (const effect of effects) this.#carryOut(effect);
      const isFailed = this.#disk.mode === 'failing' && this.#disk.pending.length > 0;
      if (isFailed) this.failDisk('the write failed');
    }
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
    }
  }

  #send(message: Message<Command>): void {
    this.#world.journal.record({ kind: 'sent', message });
    this.#world.send(message);
  }

  #persist(write: PersistEffect<Command>): void {
    const { journal } = this.#world;
    this.#disk.pending.push(write);
    const isDurable = this.#disk.mode === 'instant' && this.#disk.pending.length === 1;
    journal.record({ kind: 'write', node: this.id, write, isDurable });
    if (isDurable) this.#complete();
  }

  #complete(): PersistEffect<Command> {
    const write = this.#disk.complete();
    for (const message of write.messages) this.#send(message);
    this.raft.step({ kind: 'persisted', token: write.token });
    return write;
  }

  #apply(effect: EffectOf<'apply'>): void {
    const last = effect.entries.at(-1);
    assert.ok(last !== undefined, 'an apply effect has entries');
    this.applied.push(...effect.entries);
    effect.entries.forEach((entry, at) => {
      const requestId = effect.requestIds[at] ?? null;
      if (requestId === null) return;
      this.#world.requests.settle(requestId, { kind: 'applied', index: entry.index });
    });
    this.raft.step({ kind: 'applied', index: last.index });
  }

  /** The disk completes its oldest write. */
  sync(): void {
    demand(this.#disk.pending.length > 0, `the disk of ${this.id} has nothing to write`);
    if (this.#disk.mode === 'failing') return this.failDisk('the write failed');
    const [write] = this.#disk.pending;
    assert.ok(write !== undefined);
    this.#world.journal.enclose({ kind: 'synced', node: this.id, write }, () => {
      this.#complete();
      this.drain();
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
    this.#hasRun = true;
    this.#isBatching = false;
    this.applied.length = 0;
  }

  restart(): void {
    demand(this.#raft === null, `${this.id} is running: crash it first`);
    this.#restarts++;
    this.#raft = this.#boot();
  }
}

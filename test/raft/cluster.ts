/**
 * Cores and a network under a test's complete control: nothing moves unless the test moves it.
 *
 * Disks are part of it: a node's writes wait in `unsynced` until `sync` makes them durable, unless
 * the disk is instant (the default). A crash loses what was not synced.
 */

import assert from 'node:assert/strict';
import type { PreVoteResponse, VoteResponse } from '../../src/raft/index.ts';
import {
  asLogIndex,
  asNodeId,
  asRequestId,
  asTerm,
  defaultSettings,
  type Effect,
  type Entry,
  type HardState,
  type Input,
  type Message,
  membershipOf,
  type NodeId,
  Raft,
  type Settings,
  type SnapshotChunk,
  type SnapshotMeta,
} from '../../src/raft/index.ts';

export type Command = string;
type PersistOf = Extract<Effect<Command>, { kind: 'persist' }>;

/** One tick heartbeats and short timeouts keep the stories short. */
export const testSettings: Settings = {
  ...defaultSettings,
  electionTimeoutTicks: { min: 10, max: 20 },
  heartbeatTicks: 2,
  quietTicks: 0,
};

export interface NodeOptions {
  readonly settings?: Settings;
  readonly seed?: number;
  readonly hardState?: { readonly term: number; readonly votedFor?: string };
  /** The log's terms, from index 1 on. */
  readonly log?: readonly number[];
  readonly instantDisk?: boolean;
  readonly learners?: readonly string[];
}

/** Entries with these terms; the command at index 7 of term 3 is "7@3". */
export function entriesOf(terms: readonly number[], firstIndex = 1): Entry<Command>[] {
  return terms.map((term, offset) => ({
    kind: 'command',
    index: asLogIndex(firstIndex + offset),
    term: asTerm(term),
    command: `${firstIndex + offset}@${term}`,
    bytes: 1,
  }));
}

/** One core, its disk, and everything that it has said. */
export class TestNode {
  readonly id: NodeId;
  readonly voters: readonly NodeId[];
  readonly settings: Settings;
  instantDisk: boolean;
  raft: Raft<Command>;
  /** What the disk would give back after a crash. */
  durable: {
    hardState: HardState;
    snapshot: { meta: SnapshotMeta; data: Uint8Array } | null;
    entries: Entry<Command>[];
  };
  /** Parts of a snapshot that is being received. */
  #parts: Uint8Array[] = [];
  /** Snapshots that were asked for wait here until `saveSnapshots`, unless the disk is instant. */
  readonly unsaved: { meta: SnapshotMeta; data: Uint8Array }[] = [];
  readonly unsynced: PersistOf[] = [];
  /** All effects since the last `take`, in order; `send`s of gated messages appear when synced. */
  readonly effects: Effect<Command>[] = [];
  /** Messages that have left this node and are not delivered. */
  readonly outgoing: Message<Command>[] = [];
  /** What the state machine remembers: every command, in order. */
  applied: { readonly index: number; readonly command: Command | null }[] = [];
  #nextRequestId = 1;
  #restarts = 0;
  readonly #seed: number;
  readonly #learners: readonly NodeId[];

  constructor(id: string, voters: readonly string[], options: NodeOptions = {}) {
    this.id = asNodeId(id);
    this.voters = voters.map(asNodeId);
    this.settings = options.settings ?? testSettings;
    this.instantDisk = options.instantDisk ?? true;
    this.#seed = options.seed ?? 1 + voters.indexOf(id);
    const { term, votedFor } = options.hardState ?? { term: 0 };
    this.durable = {
      hardState: {
        currentTerm: asTerm(term),
        votedFor: votedFor === undefined ? null : asNodeId(votedFor),
      },
      snapshot: null,
      entries: entriesOf(options.log ?? []),
    };
    this.#learners = (options.learners ?? []).map(asNodeId);
    this.raft = this.#boot();
  }

  #boot(): Raft<Command> {
    return Raft.create<Command>({
      id: this.id,
      membership: membershipOf(this.voters, this.#learners),
      seed: this.#seed + 1000 * this.#restarts,
      settings: this.settings,
      hardState: this.durable.hardState,
      snapshot: this.durable.snapshot?.meta ?? null,
      entries: this.durable.entries,
    });
  }

  /** Loses everything that is not on disk, and starts again. */
  crash(): void {
    this.#restarts++;
    this.unsynced.length = 0;
    this.outgoing.length = 0;
    this.effects.length = 0;
    this.unsaved.length = 0;
    this.#parts = [];
    this.applied = this.#restored();
    this.raft = this.#boot();
  }

  step(...inputs: Input<Command>[]): void {
    for (const input of inputs) this.raft.step(input);
    this.drain();
  }

  tick(count = 1): void {
    for (let i = 0; i < count; i++) this.step({ kind: 'tick' });
  }

  /** Ticks until the node starts a campaign of some kind. */
  timeOut(): void {
    const { max } = this.settings.electionTimeoutTicks;
    for (let i = 0; i < max && this.role !== 'preCandidate' && this.role !== 'candidate'; i++) {
      this.tick();
    }
    assert.notEqual(this.role, 'follower', 'an election timeout passed without a campaign');
  }

  receive(message: Message<Command>): void {
    this.step({ kind: 'receive', message });
  }

  propose(command: Command, bytes = 1): number {
    const requestId = this.#nextRequestId++;
    this.step({ kind: 'propose', requestId: asRequestId(requestId), command, bytes });
    return requestId;
  }

  read(): number {
    const requestId = this.#nextRequestId++;
    this.step({ kind: 'read', requestId: asRequestId(requestId), consistency: 'linearizable' });
    return requestId;
  }

  changeMembership(voters: readonly string[], learners: readonly string[] = []): number {
    const requestId = this.#nextRequestId++;
    this.step({
      kind: 'changeMembership',
      requestId: asRequestId(requestId),
      voters: voters.map(asNodeId),
      learners: learners.map(asNodeId),
    });
    return requestId;
  }

  transfer(target: string | null): number {
    const requestId = this.#nextRequestId++;
    this.step({
      kind: 'transferLeadership',
      requestId: asRequestId(requestId),
      target: target === null ? null : asNodeId(target),
    });
    return requestId;
  }

  drain(): void {
    for (;;) {
      const effects = this.raft.drain();
      if (effects.length === 0) return;
      for (const effect of effects) this.#carryOut(effect);
      if (this.instantDisk) this.#syncAll();
    }
  }

  #carryOut(effect: Effect<Command>): void {
    this.effects.push(effect);
    if (effect.kind === 'send') this.outgoing.push(effect.message);
    if (effect.kind === 'persist') this.unsynced.push(effect);
    if (effect.kind === 'apply') {
      for (const entry of effect.entries) {
        assert.equal(entry.index, (this.applied.at(-1)?.index ?? 0) + 1, 'applied in order');
        const command = entry.kind === 'command' ? entry.command : null;
        this.applied.push({ index: entry.index, command });
      }
      const last = effect.entries.at(-1);
      assert.ok(last !== undefined, 'an apply effect has entries');
      this.raft.step({ kind: 'applied', index: last.index });
    }
    if (effect.kind === 'restore') {
      assert.deepEqual(this.durable.snapshot?.meta, effect.snapshot, 'restored when durable');
      this.applied = this.#restored();
      this.raft.step({ kind: 'applied', index: effect.snapshot.index });
    }
    if (effect.kind === 'takeSnapshot') {
      const data = new TextEncoder().encode(JSON.stringify(this.applied));
      this.unsaved.push({ meta: effect.snapshot, data });
      if (this.instantDisk) this.saveSnapshots();
    }
    if (effect.kind === 'readSnapshot') this.#readSnapshot(effect);
    if (effect.kind === 'compact') {
      this.durable.entries = this.durable.entries.filter(({ index }) => index > effect.index);
    }
  }

  #restored(): typeof this.applied {
    const { snapshot } = this.durable;
    return snapshot === null ? [] : JSON.parse(new TextDecoder().decode(snapshot.data));
  }

  /** Snapshots that the core has asked for become durable. */
  saveSnapshots(): void {
    for (const snapshot of this.unsaved.splice(0)) {
      const { index } = snapshot.meta;
      if ((this.durable.snapshot?.meta.index ?? 0) < index) this.durable.snapshot = snapshot;
      this.raft.step({ kind: 'snapshotTaken', index: asLogIndex(index) });
    }
  }

  #readSnapshot(wanted: Extract<Effect<Command>, { kind: 'readSnapshot' }>): void {
    const { peer, snapshotIndex, offset, maxBytes } = wanted;
    const { snapshot } = this.durable;
    if (snapshot?.meta.index !== snapshotIndex) {
      this.raft.step({ kind: 'snapshotLost', peer, snapshotIndex });
      return;
    }
    const data = snapshot.data.slice(offset, offset + maxBytes);
    const isLast = offset + maxBytes >= snapshot.data.length;
    this.raft.step({
      kind: 'snapshotRead',
      peer,
      chunk: { snapshotIndex, offset, data, isLast },
    });
  }

  #syncOne(): void {
    const write = this.unsynced.shift();
    if (write === undefined) return;
    if (write.hardState !== null) this.durable.hardState = write.hardState;
    if (write.snapshotChunk !== null) this.#store(write.snapshotChunk);
    const { truncateFrom } = write;
    if (truncateFrom !== null) {
      this.durable.entries = this.durable.entries.filter(({ index }) => index < truncateFrom);
    }
    for (const entry of write.entries) {
      const last = this.durable.entries.at(-1)?.index ?? entry.index - 1;
      assert.equal(entry.index, last + 1, 'a write leaves no gap');
      this.durable.entries.push(entry);
    }
    for (const message of write.messages) {
      this.effects.push({ kind: 'send', message });
      this.outgoing.push(message);
    }
    this.raft.step({ kind: 'persisted', token: write.token });
  }

  #store(chunk: SnapshotChunk): void {
    if (chunk.offset === 0) this.#parts = [];
    this.#parts.push(chunk.data);
    const data = Uint8Array.from(this.#parts.flatMap((part) => [...part]));
    assert.equal(data.length, chunk.offset + chunk.data.length, 'no part is missing');
    if (!chunk.isLast) return;
    this.durable.snapshot = { meta: chunk.snapshot, data };
    this.durable.entries = [];
    this.#parts = [];
  }

  #syncAll(): void {
    while (this.unsynced.length > 0) this.#syncOne();
  }

  /** The disk completes its oldest writes. */
  sync(count: number = Number.POSITIVE_INFINITY): void {
    for (let i = 0; i < count && this.unsynced.length > 0; i++) this.#syncOne();
    this.drain();
  }

  get role(): string {
    return this.raft.status().role;
  }

  get term(): number {
    return this.raft.status().currentTerm;
  }

  get commitIndex(): number {
    return this.raft.status().commitIndex;
  }

  /** The log's terms, from index 1 on. */
  get log(): number[] {
    return this.raft.save().log.entries.map((entry) => entry.term);
  }

  /** The effects since the last call, of one kind. Clears all. */
  take<K extends Effect<Command>['kind']>(kind: K): Extract<Effect<Command>, { kind: K }>[] {
    const all = this.effects.splice(0);
    return all.filter((effect): effect is Extract<Effect<Command>, { kind: K }> => {
      return effect.kind === kind;
    });
  }

  /** The messages of one kind that have left since the last call. Removes all from the network. */
  takeSent<K extends Message<Command>['kind']>(kind: K): Extract<Message<Command>, { kind: K }>[] {
    const all = this.outgoing.splice(0);
    return all.filter((message): message is Extract<Message<Command>, { kind: K }> => {
      return message.kind === kind;
    });
  }
}

/** Nodes with a network between them that delivers in order, except where links are cut. */
export class TestCluster {
  readonly nodes: readonly TestNode[];
  /** Cut links, as "from>to". */
  readonly #cut = new Set<string>();

  constructor(nodes: readonly TestNode[]) {
    this.nodes = nodes;
  }

  static of(ids: readonly string[], options: NodeOptions = {}): TestCluster {
    return new TestCluster(ids.map((id) => new TestNode(id, ids, options)));
  }

  node(id: string): TestNode {
    const node = this.nodes.find((candidate) => candidate.id === id);
    assert.ok(node !== undefined, `no node ${id}`);
    return node;
  }

  cut(from: string, to: string): void {
    this.#cut.add(`${from}>${to}`);
  }

  isolate(id: string): void {
    for (const other of this.nodes) {
      if (other.id === id) continue;
      this.cut(id, other.id);
      this.cut(other.id, id);
    }
  }

  heal(): void {
    this.#cut.clear();
  }

  /** Delivers the messages that are on their way now; what is sent meanwhile waits. */
  deliverRound(): number {
    const messages = this.nodes.flatMap((node) => node.outgoing.splice(0));
    for (const message of messages) {
      if (this.#cut.has(`${message.from}>${message.to}`)) continue;
      this.node(message.to).receive(message);
    }
    return messages.length;
  }

  /** Delivers until nothing is on its way. */
  settle(): void {
    for (let round = 0; this.deliverRound() > 0; round++) {
      assert.ok(round < 1000, 'the cluster does not come to rest');
    }
  }

  /** Delivers round by round until it is so. */
  deliverUntil(isSo: () => boolean): void {
    for (let round = 0; !isSo(); round++) {
      assert.ok(round < 1000, 'it does not come to that');
      this.deliverRound();
    }
  }

  /** Time passes for everybody, and messages arrive within each tick. */
  run(ticks: number): void {
    for (let i = 0; i < ticks; i++) {
      for (const node of this.nodes) node.tick();
      this.settle();
    }
  }

  /** Makes this node the leader: it times out first. */
  elect(id: string): TestNode {
    const node = this.node(id);
    node.timeOut();
    this.settle();
    assert.equal(node.role, 'leader', `${id} did not win`);
    return node;
  }

  get leaders(): readonly TestNode[] {
    return this.nodes.filter((node) => node.role === 'leader');
  }
}

/** What most tests do not care about. */
const defaults = {
  voteRequest: { isTransfer: false },
  appendRequest: { electionTicks: testSettings.electionTimeoutTicks.min },
  heartbeatRequest: { electionTicks: testSettings.electionTimeoutTicks.min },
  heartbeatResponse: { priority: 0 },
};

type Filled = 'from' | 'to' | 'isTransfer' | 'electionTicks' | 'priority';

/** A message with the envelope filled in, and with what most tests do not care about. */
export function message<M extends Message<Command>>(
  from: string,
  to: string,
  fields: Omit<M, Filled> & Partial<M>,
): M {
  const kind: string = fields.kind;
  const more = Object.entries(defaults).find(([name]) => name === kind)?.[1] ?? {};
  return { from: asNodeId(from), to: asNodeId(to), ...more, ...fields } as M;
}

/** The node times out, and the others grant it their pre-votes. */
export function winPreVote(node: TestNode): void {
  node.timeOut();
  const { round } = node.takeSent('preVoteRequest')[0] ?? { round: 0 };
  for (const voter of node.voters) {
    if (voter === node.id || node.role === 'candidate') continue;
    node.receive(
      message<PreVoteResponse>(voter, node.id, {
        kind: 'preVoteResponse',
        term: asTerm(node.term),
        round,
        granted: true,
      }),
    );
  }
  assert.equal(node.role, 'candidate');
}

/** The node times out, and the others, whose logs are like its own, vote for it. */
export function winElection(node: TestNode): void {
  winPreVote(node);
  for (const voter of node.voters) {
    if (voter === node.id || node.role === 'leader') continue;
    node.receive(
      message<VoteResponse>(voter, node.id, {
        kind: 'voteResponse',
        term: asTerm(node.term),
        granted: true,
        lastLogIndex: asLogIndex(node.log.length),
        lastLogTerm: asTerm(node.log.at(-1) ?? 0),
      }),
    );
  }
  assert.equal(node.role, 'leader');
}

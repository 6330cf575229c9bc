/**
 * Random runs of a few cores on a bad network with slow disks. Nobody looks at what comes of them
 * but the specification: if it does not throw, the run was allowed.
 */

import {
  asNodeId,
  createRandom,
  defaultSettings,
  type Message,
  nextFraction,
  nextInteger,
  type Random,
} from '../../src/raft/index.ts';
import { Specification, type SpecificationOptions } from '../../src/specification/specification.ts';
import { type Command, WatchedNode } from './watched-node.ts';

/** What arrives is a copy, as on a wire. */
export function copyOf<T>(message: T & Message<Command>): T {
  if (message.kind === 'snapshotRequest') return structuredClone(message);
  return JSON.parse(JSON.stringify(message));
}

export interface WorldOptions {
  /** Makes the judge; by default one that sees everything as it is. */
  readonly createJudge?: (options: SpecificationOptions) => Specification;
  /** Changes what the network delivers. */
  readonly alter?: (message: Message<Command>, random: Random) => Message<Command>;
}

export class World {
  readonly random: Random;
  readonly specification: Specification;
  readonly nodes: readonly WatchedNode[];
  readonly inFlight: Message<Command>[] = [];
  /** Messages that take long. */
  readonly #late: Message<Command>[] = [];
  readonly #cut = new Set<string>();
  readonly #rates: { readonly [fault: string]: number };
  readonly #isLockstep: boolean;
  readonly #alter: NonNullable<WorldOptions['alter']>;

  constructor(seed: number, options: WorldOptions = {}) {
    this.random = createRandom(seed);
    const ids = Array.from({ length: nextInteger(this.random, 1, 6) }, (_, i) => `n${i + 1}`);
    const voters = this.chance(0.7) ? ids : ids.slice(0, nextInteger(this.random, 1, ids.length));
    this.#isLockstep = this.chance(0.3);
    const settings = {
      ...defaultSettings,
      electionTimeoutTicks: { min: 10, max: 20 },
      heartbeatTicks: 2,
      quietTicks: this.chance(0.5) ? 0 : 10,
      leaseReads: this.chance(0.5),
      snapshotEntries: this.chance(0.5) ? nextInteger(this.random, 2, 10) : 100_000,
      trailingEntries: nextInteger(this.random, 0, 3),
      maxSnapshotChunkBytes: nextInteger(this.random, 20, 500),
      maxAppendEntries: nextInteger(this.random, 1, 5),
      maxInflightAppends: nextInteger(this.random, 1, 5),
    };
    const doClocksAgree = this.#isLockstep;
    const { createJudge = (judging) => new Specification(judging) } = options;
    this.#alter = options.alter ?? ((message) => message);
    this.specification = createJudge({ nodes: ids, voters, doClocksAgree, leaseTicks: 10 });
    this.nodes = ids.map((id, i) => {
      const own = { ...settings, priority: this.chance(0.8) ? 0 : 1 };
      const { specification } = this;
      return new WatchedNode({ id, voters, settings: own, seed: seed * 10 + i, specification });
    });
    this.#rates = {
      loss: this.draw(0.3),
      delay: this.draw(0.3),
      duplication: this.draw(0.3),
      crash: this.draw(0.02),
      partition: this.draw(0.03),
      membership: this.draw(0.04),
      transfer: this.draw(0.04),
      unreachable: this.draw(0.05),
      storageFailure: this.draw(0.003),
      requests: 0.2 + nextFraction(this.random) / 2,
      delivery: 0.2 + nextFraction(this.random) * 0.8,
      sync: this.chance(0.4) ? 1 : 0.1 + nextFraction(this.random) / 2,
      // How often a node's effects are carried out: inputs may pile up before.
      drain: this.chance(0.4) ? 1 : 0.2 + nextFraction(this.random) / 2,
    };
  }

  draw(most: number): number {
    return this.chance(0.4) ? 0 : nextFraction(this.random) * most;
  }

  chance(probability: number): boolean {
    return nextFraction(this.random) < probability;
  }

  #happens(fault: string): boolean {
    return this.chance(this.#rates[fault] ?? 0);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[nextInteger(this.random, 0, items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  run(rounds: number): void {
    for (let round = 0; round < rounds; round++) this.#round();
  }

  #round(): void {
    for (const node of this.nodes) {
      if (this.#isLockstep || this.chance(0.5)) node.step({ kind: 'tick' });
      if (this.#happens('sync')) node.sync();
      if (this.chance(0.3)) node.save();
      if (this.#happens('storageFailure')) node.failStorage();
      if (this.#happens('crash') || (node.hasFailed && this.chance(0.1))) this.#crash(node);
    }
    if (this.#happens('partition')) this.#partition();
    if (this.#happens('requests')) this.#ask(this.pick(this.nodes));
    for (const leader of this.nodes) {
      if (leader.role !== 'leader') continue;
      if (this.#happens('requests')) this.#ask(leader);
      if (this.#happens('membership')) this.#changeMembership(leader);
      if (this.#happens('transfer')) this.#transfer(leader);
      if (this.#happens('unreachable')) {
        leader.step({ kind: 'peerUnreachable', peer: asNodeId(this.pick(this.nodes).id) });
      }
    }
    const deliveries = this.inFlight.length;
    for (let i = 0; i < deliveries; i++) if (this.#happens('delivery')) this.#deliver();
    if (this.#late.length > 0 && this.chance(0.5)) this.#receive(this.#taken(this.#late));
    for (const node of this.nodes) {
      if (this.#happens('drain')) node.drain();
      for (const message of node.outgoing.splice(0)) this.inFlight.push(message);
    }
    this.inFlight.splice(0, this.inFlight.length - 200);
  }

  #crash(node: WatchedNode): void {
    const done = nextInteger(this.random, 0, node.unsynced.length + 1);
    node.crash(done, this.chance(0.5) ? 0 : 1);
  }

  #partition(): void {
    const wasCut = this.#cut.size > 0;
    this.#cut.clear();
    if (wasCut && this.chance(0.5)) return;
    for (const { id: from } of this.nodes) {
      for (const { id: to } of this.nodes) if (this.chance(0.4)) this.#cut.add(`${from}>${to}`);
    }
  }

  #ask(node: WatchedNode): void {
    const requestId = node.requestId();
    if (this.chance(0.6)) {
      const command = { key: 'k', value: nextInteger(this.random, 0, 1000) };
      node.step({ kind: 'propose', requestId, command, bytes: 1 });
    } else {
      const consistency = this.chance(0.5) ? 'linearizable' : 'linearizableByLease';
      node.step({ kind: 'read', requestId, consistency });
    }
  }

  #changeMembership(leader: WatchedNode): void {
    const draws = this.nodes.map(({ id }) => ({ id: asNodeId(id), draw: this.chance(0.6) }));
    const voters = draws.filter(({ draw }) => draw).map(({ id }) => id);
    const learners = draws.filter(({ draw }) => !draw && this.chance(0.5)).map(({ id }) => id);
    if (voters.length === 0) return;
    leader.step({ kind: 'changeMembership', requestId: leader.requestId(), voters, learners });
  }

  #transfer(leader: WatchedNode): void {
    const target = asNodeId(this.pick(this.nodes).id);
    leader.step({ kind: 'transferLeadership', requestId: leader.requestId(), target });
  }

  #deliver(): void {
    if (this.inFlight.length === 0) return;
    const message = this.#happens('duplication')
      ? this.pick(this.inFlight)
      : this.#taken(this.inFlight);
    if (this.#happens('loss')) return;
    if (this.#happens('delay')) this.#late.push(message);
    else if (!this.#cut.has(`${message.from}>${message.to}`)) this.#receive(message);
  }

  #taken(messages: Message<Command>[]): Message<Command> {
    const message = this.pick(messages);
    messages.splice(messages.indexOf(message), 1);
    return message;
  }

  #receive(message: Message<Command>): void {
    const node = this.nodes.find(({ id }) => id === message.to);
    node?.step({ kind: 'receive', message: this.#alter(copyOf(message), this.random) });
  }

  count(kind: string): number {
    return this.nodes.reduce((sum, { counts }) => sum + (counts.get(kind) ?? 0), 0);
  }
}

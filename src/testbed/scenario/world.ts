/** A cluster under a script's complete control: cores, disks, and the network between them. */

import {
  asNodeId,
  defaultSettings,
  type Message,
  membershipOf,
  type NodeId,
  type Settings,
} from '../../raft/index.ts';
import { Journal } from './events.ts';
import { demand } from './fault.ts';
import { Judge } from './judge.ts';
import { SnapshotContents } from './machine.ts';
import { Network } from './network.ts';
import { ScenarioNode } from './node.ts';
import type { Command } from './notation.ts';
import type { ScenarioRecorder } from './recorder.ts';
import { Requests } from './requests.ts';
import { Safety } from './safety.ts';

/** Short times keep the stories short. */
export const scenarioSettings: Settings = {
  ...defaultSettings,
  electionTimeoutTicks: { min: 10, max: 20 },
  heartbeatTicks: 2,
  quietTicks: 0,
};

export interface ClusterOptions {
  readonly voters: readonly string[];
  readonly learners: readonly string[];
  /** Nodes that are no members. */
  readonly outside: readonly string[];
  readonly settings: Settings;
  readonly seed: number;
}

export class World {
  readonly journal: Journal;
  /** Is told what happens, if anybody wants a trace. */
  readonly recorder: ScenarioRecorder | null;
  network: Network = new Network();
  requests: Requests = new Requests();
  safety: Safety = new Safety();
  judge: Judge = new Judge([]);
  settings: Settings = scenarioSettings;
  #nodes: readonly ScenarioNode[] = [];
  /** Messages that left before this point are not counted. */
  countFrom = 0;

  constructor(recorder: ScenarioRecorder | null = null) {
    this.recorder = recorder;
    this.journal = new Journal((what) => recorder?.happened(what));
  }

  /** Begins anew with these nodes. */
  create({ voters, learners, outside, settings, seed }: ClusterOptions): void {
    this.recorder?.created();
    this.network = new Network();
    this.requests = new Requests();
    this.safety = new Safety();
    const ids = [...voters, ...learners, ...outside];
    this.judge = new Judge(ids, voters, learners, this.recorder);
    this.settings = settings;
    this.countFrom = 0;
    const surroundings = {
      journal: this.journal,
      requests: this.requests,
      judge: this.judge,
      contents: new SnapshotContents(),
      membership: membershipOf(voters.map(asNodeId), learners.map(asNodeId)),
      settings,
      send: (message: Message<Command>) => this.network.send(message),
    };
    this.#nodes = ids.map(
      (id, at) => new ScenarioNode(asNodeId(id), 100 * seed + 1 + at, surroundings),
    );
  }

  get nodes(): readonly ScenarioNode[] {
    demand(this.#nodes.length > 0, 'there is no cluster yet: begin with "cluster n1 n2 n3"');
    return this.#nodes;
  }

  /** Throws when two nodes contradict each other. */
  checkSafety(): void {
    this.safety.check(this.#nodes);
  }

  get ids(): readonly NodeId[] {
    return this.nodes.map(({ id }) => id);
  }

  isNode(id: string | undefined): boolean {
    return this.#nodes.some((node) => node.id === id);
  }

  node(id: string): ScenarioNode {
    const node = this.nodes.find((candidate) => candidate.id === id);
    demand(node !== undefined, `no node "${id}"; known: ${this.ids.join(' ')}`);
    return node;
  }

  get running(): readonly ScenarioNode[] {
    return this.nodes.filter(({ isUp }) => isUp);
  }

  /** Takes a message off the network and hands it to its receiver, unless it gets lost there. */
  deliver(message: Message<Command>): void {
    this.network.remove(message);
    this.handOver(message);
  }

  /** A copy arrives, as on a wire. */
  handOver(message: Message<Command>): void {
    const { from, to } = message;
    const receiver = this.nodes.find(({ id }) => id === to);
    if (this.network.isCut(from, to)) this.#lose(message, 'the link is cut');
    else if (receiver === undefined) this.#lose(message, `there is no ${to}`);
    else if (!receiver.isUp) this.#lose(message, `${to} is down`);
    else {
      this.journal.enclose({ kind: 'delivered', message }, () => {
        receiver.step({ kind: 'receive', message: structuredClone(message) });
      });
    }
  }

  #lose(message: Message<Command>, why: string): void {
    this.journal.record({ kind: 'lost', message, why });
  }

  /** Delivers until nothing that `isMeant` is on its way, apart from what is held back. */
  settle(isMeant: (message: Message<Command>) => boolean = () => true): void {
    for (let round = 0; ; round++) {
      const messages = this.network.findFree().filter(isMeant);
      if (messages.length === 0) return;
      demand(round < 1000, 'the cluster does not come to rest');
      for (const message of messages) this.deliver(message);
    }
  }
}

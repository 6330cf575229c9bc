/** Nodes of a workload, lin-kv or another, on virtual time, with Maelstrom's network between them. */

import type { LinKvOptions } from '../../src/maelstrom/lin-kv.ts';
import type { Body } from '../../src/maelstrom/message.ts';
import { MaelstromNode, type Reply } from '../../src/maelstrom/node.ts';
import { type ServingReplica, serveWorkload } from '../../src/maelstrom/serve-workload.ts';
import type { AnyWorkload } from '../../src/maelstrom/workload.ts';
import { linKv } from '../../src/maelstrom/workloads/lin-kv.ts';
import { createRandom } from '../../src/raft/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import { Client } from '../../src/testbed/client.ts';
import type { Latency } from '../../src/testbed/latency.ts';
import { linKvProtocol } from '../../src/testbed/lin-kv-workload.ts';
import { type Grudge, Network } from '../../src/testbed/network.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

/** What a client was told, and how long it took. */
export interface Answer {
  /** Null when it was told nothing. */
  readonly body: Body | null;
  readonly tookMs: number;
}

/** What a test wants of a node that is not as usual. */
export type NodeExtras = Partial<
  Pick<LinKvOptions, 'createStore' | 'observer' | 'settings' | 'leaseReads'>
>;

export class VirtualCluster {
  readonly clock: VirtualClock = new VirtualClock();
  readonly names: readonly string[];
  readonly replicas: Map<string, ServingReplica> = new Map();
  /** Messages between nodes so far. */
  messages = 0;
  readonly #network: Network;
  readonly #seed: number;
  readonly #extrasOf: (name: string, clock: VirtualClock) => NodeExtras;
  readonly #workload: AnyWorkload;
  readonly #sentTo = new Map<string, number>();
  #clients = 0;

  private constructor(
    size: number,
    latency: Latency,
    seed: number,
    extrasOf: (name: string, clock: VirtualClock) => NodeExtras,
    workload: AnyWorkload,
  ) {
    this.#workload = workload;
    this.#seed = seed;
    this.#extrasOf = extrasOf;
    this.names = Array.from({ length: size }, (_, position) => `n${position}`);
    this.#network = new Network({
      clock: this.clock,
      random: createRandom(seed + 2),
      latency,
      onEvent: (event, { message: { src, dest } }) => {
        const isBetweenNodes = this.names.includes(src) && this.names.includes(dest);
        if (event === 'send' && isBetweenNodes) this.messages++;
        if (event === 'send') this.#sentTo.set(dest, this.linesTo(dest) + 1);
      },
    });
  }

  /** A cluster that has a leader. */
  static async start(
    size: number,
    latency: Latency = { meanMs: 0.5, distribution: 'constant' },
    seed = 5,
    extrasOf: (name: string, clock: VirtualClock) => NodeExtras = () => ({}),
    workload: AnyWorkload = linKv,
  ): Promise<VirtualCluster> {
    const cluster = new VirtualCluster(size, latency, seed, extrasOf, workload);
    cluster.#network.add('c0', 'client', () => {});
    for (const name of cluster.names) cluster.#startNode(name);
    for (const name of cluster.names) cluster.#initialize(name);
    await cluster.clock.advance(3000);
    return cluster;
  }

  /** Kills a node and starts it again, with whatever store its extras give it now. */
  restart(name: string): void {
    this.replicas.get(name)?.stop();
    this.#startNode(name);
    this.#initialize(name);
  }

  #initialize(name: string): void {
    const body = { type: 'init', msg_id: 1, node_id: name, node_ids: this.names as string[] };
    this.#network.send({ src: 'c0', dest: name, body });
  }

  #startNode(name: string): void {
    const { clock } = this;
    const sink = {
      bufferedBytes: 0,
      push: (message: Parameters<Network['send']>[0]) => this.#network.send(message),
      flush() {},
    };
    const node = new MaelstromNode({ sink, clock, log: () => {} });
    const { observer = {}, ...extras } = this.#extrasOf(name, clock);
    serveWorkload(node, this.#workload, {
      createStore: () => new MemoryStore(),
      seed: this.#seed,
      clock,
      ...extras,
      observer: {
        ...observer,
        onStart: (replica, machine, sessions) => {
          this.replicas.set(name, replica);
          observer.onStart?.(replica, machine as never, sessions);
        },
      },
    });
    this.#network.add(name, 'server', ({ message }) => node.receive(message));
  }

  /** The only node that takes itself for the leader. */
  get leader(): string {
    const leaders = this.names.filter((name) => this.#statusOf(name)?.role === 'leader');
    if (leaders.length !== 1) throw new Error(`leaders: ${leaders.join()}`);
    return leaders[0] ?? '';
  }

  get followers(): readonly string[] {
    return this.names.filter((name) => name !== this.leader);
  }

  get terms(): readonly (number | undefined)[] {
    return this.names.map((name) => this.#statusOf(name)?.currentTerm);
  }

  #statusOf(name: string): ReturnType<ServingReplica['status']> | undefined {
    return this.replicas.get(name)?.status();
  }

  partition(grudge: Grudge): void {
    this.#network.partition(grudge);
  }

  heal(): void {
    this.#network.heal();
  }

  /** Cuts all links of a node, in both directions. */
  cutOff(name: string): void {
    const others = this.names.filter((other) => other !== name);
    this.partition(
      new Map([
        [name, new Set(others)],
        ...others.map((other) => [other, new Set([name])] as const),
      ]),
    );
  }

  /** How many messages were sent to somebody so far. */
  linesTo(name: string): number {
    return this.#sentTo.get(name) ?? 0;
  }

  /** Tells a node something, and hears no answer. */
  tell(node: string, body: Body): void {
    this.#network.send({ src: 'c0', dest: node, body });
  }

  /** Asks a node for something, lets time pass, and gives what it has answered, all of it. */
  async answer(node: string, body: Body): Promise<Reply> {
    const asked = this.ask(node, body);
    await this.clock.advance(1500);
    const { body: reply } = await asked;
    if (reply === null) throw new Error(`${node} does not answer ${body.type}`);
    const { in_reply_to: _, ...rest } = reply;
    return rest as Reply;
  }

  /** Writes at a node, or reads there. Time has to pass before there is an answer. */
  async write(node: string, key: number, value: number): Promise<Answer> {
    return await this.ask(node, linKvProtocol.toRequest({ f: 'write', key, value }));
  }

  async read(node: string, key: number): Promise<Answer> {
    return await this.ask(node, linKvProtocol.toRequest({ f: 'read', key, value: null }));
  }

  /** Asks a node. Time has to pass before there is an answer. */
  async ask(node: string, request: Parameters<Client['call']>[1]): Promise<Answer> {
    const startMs = this.clock.now();
    const client = new Client(this.#network, this.clock, `c${1 + this.#clients++}`);
    const body = await client.call(node, request, 5000);
    return { body, tookMs: this.clock.now() - startMs };
  }
}

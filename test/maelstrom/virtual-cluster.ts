/** lin-kv nodes on virtual time, with Maelstrom's network between them. */

import { type KeyValueReplica, type LinKvOptions, serveLinKv } from '../../src/maelstrom/lin-kv.ts';
import type { Body } from '../../src/maelstrom/message.ts';
import { MaelstromNode } from '../../src/maelstrom/node.ts';
import { createRandom } from '../../src/raft/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import { Client } from '../../src/testbed/client.ts';
import type { Latency } from '../../src/testbed/latency.ts';
import { type Grudge, Network } from '../../src/testbed/network.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { linKvProtocol } from '../../src/testbed/workloads/lin-kv.ts';

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
  readonly replicas: Map<string, KeyValueReplica> = new Map();
  /** Messages between nodes so far. */
  messages = 0;
  readonly #network: Network;
  readonly #seed: number;
  readonly #extrasOf: (name: string, clock: VirtualClock) => NodeExtras;
  #clients = 0;

  private constructor(
    size: number,
    latency: Latency,
    seed: number,
    extrasOf: (name: string, clock: VirtualClock) => NodeExtras,
  ) {
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
      },
    });
  }

  /** A cluster that has a leader. */
  static async start(
    size: number,
    latency: Latency = { meanMs: 0.5, distribution: 'constant' },
    seed = 5,
    extrasOf: (name: string, clock: VirtualClock) => NodeExtras = () => ({}),
  ): Promise<VirtualCluster> {
    const cluster = new VirtualCluster(size, latency, seed, extrasOf);
    cluster.#network.add('c0', 'client', () => {});
    for (const name of cluster.names) cluster.#startNode(name);
    for (const name of cluster.names) {
      const body = { type: 'init', msg_id: 1, node_id: name, node_ids: cluster.names as string[] };
      cluster.#network.send({ src: 'c0', dest: name, body });
    }
    await cluster.clock.advance(3000);
    return cluster;
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
    serveLinKv(node, {
      createStore: () => new MemoryStore(),
      seed: this.#seed,
      clock,
      ...extras,
      observer: {
        ...observer,
        onStart: (replica, machine, sessions) => {
          this.replicas.set(name, replica);
          observer.onStart?.(replica, machine, sessions);
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

  #statusOf(name: string): ReturnType<KeyValueReplica['status']> | undefined {
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

  /** Writes at a node, or reads there. Time has to pass before there is an answer. */
  async write(node: string, key: number, value: number): Promise<Answer> {
    return await this.#ask(node, linKvProtocol.toRequest({ f: 'write', key, value }));
  }

  async read(node: string, key: number): Promise<Answer> {
    return await this.#ask(node, linKvProtocol.toRequest({ f: 'read', key, value: null }));
  }

  async #ask(node: string, request: Parameters<Client['call']>[1]): Promise<Answer> {
    const startMs = this.clock.now();
    const client = new Client(this.#network, this.clock, `c${1 + this.#clients++}`);
    const body = await client.call(node, request, 5000);
    return { body, tookMs: this.clock.now() - startMs };
  }
}

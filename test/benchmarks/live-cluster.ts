/** Real processes of bin/lin-kv under the bench's network, for benchmarks that act on them. */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Body } from '../../src/maelstrom/message.ts';
import { createRandom, nextFraction, type Random } from '../../src/raft/index.ts';
import { type Cancel, realClock } from '../../src/replica/index.ts';
import { Cluster } from '../../src/testbed/cluster.ts';
import type { Latency } from '../../src/testbed/latency.ts';
import { type Envelope, Network, type NetworkEvent } from '../../src/testbed/network.ts';
import { TimerScope } from '../../src/testbed/timer-scope.ts';
import { repositoryFile } from '../process.ts';

export interface LiveOptions {
  readonly nodeCount: number;
  readonly latency: Latency;
  /** Of the node program, besides the data directory. */
  readonly args?: readonly string[];
  /** Told of everything that passes, and when. */
  readonly onMessage?: (event: NetworkEvent, envelope: Envelope, nowMs: number) => void;
}

/** A node said that it leads. */
export interface Election {
  readonly leader: string;
  readonly term: number;
  readonly atMs: number;
}

/** A request to one node, and what came of it; a reply of null is none. */
export interface Answer {
  readonly node: string;
  readonly type: string;
  readonly invokedMs: number;
  readonly answeredMs: number;
  readonly reply: Body | null;
}

const clientTimeoutMs = 5000;

/** How often a node is asked of which one waits to hear. */
const askEveryMs = 20;

export class LiveCluster {
  readonly nodes: readonly string[];
  readonly network: Network;
  readonly processes: Cluster;
  readonly elections: Election[] = [];
  readonly #metricsPorts = new Map<string, number>();
  /** Told of every answer, and of every request that was given up. */
  onAnswer: (answer: Answer) => void = () => {};
  readonly #clock = new TimerScope(realClock);
  readonly #directory = mkdtempSync(join(tmpdir(), 'raftwright-live-'));
  readonly #open = new Map<number, (reply: Body | null) => void>();
  #nextMsgId = 1;

  private constructor({ nodeCount, latency, args = [], onMessage = () => {} }: LiveOptions) {
    this.nodes = Array.from({ length: nodeCount }, (_, position) => `n${position}`);
    this.network = new Network({
      clock: this.#clock,
      random: createRandom(1),
      latency,
      onEvent: (event, envelope) => onMessage(event, envelope, this.nowMs),
    });
    const logDirectory = join(this.#directory, 'logs');
    mkdirSync(logDirectory);
    this.processes = new Cluster({
      nodes: this.nodes,
      bin: repositoryFile('bin/lin-kv'),
      args: ['--data-dir', join(this.#directory, 'data'), ...args],
      env: { RAFTWRIGHT_RUN: 'benchmark' },
      logDirectory,
      network: this.network,
      clock: this.#clock,
      onBadLine: ({ node, fault }) => this.#broke(`${node}: ${fault}`),
      onStderrLine: (node, line) => this.#noteLine(node, line),
      onRestarted: () => {},
      onOverflow: () => {},
    });
    this.network.add('client', 'client', ({ message: { body } }) => {
      this.#open.get(body.in_reply_to ?? 0)?.(body);
    });
  }

  /** Resolves when somebody leads and every node has answered a write. */
  static async start(options: LiveOptions): Promise<LiveCluster> {
    const live = new LiveCluster(options);
    await live.processes.start();
    await Promise.race([live.settle(live.nodes), live.processes.failed]);
    return live;
  }

  async stop(): Promise<void> {
    this.#clock.end();
    await this.processes.stop();
    rmSync(this.#directory, { recursive: true });
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  /**
   * Who said so in the newest term.
   *
   * @throws Error when nobody has
   */
  get leader(): string {
    const [newest] = this.elections.toSorted((a, b) => b.term - a.term);
    if (newest === undefined) throw new Error('no node has said that it leads');
    return newest.leader;
  }

  /** Of the nodes that have been told to serve metrics, in the order of the nodes. */
  get metricsPorts(): number[] {
    return this.nodes.flatMap((node) => this.#metricsPorts.get(node) ?? []);
  }

  /** @throws ClusterFailure when a node ends on its own meanwhile */
  async wait(ms: number): Promise<void> {
    const over = new Promise<void>((resolve) => this.#clock.after(ms, resolve));
    await Promise.race([over, this.processes.failed]);
  }

  /** Resolves when each of these nodes has answered a write; what is lost on the way is no matter. */
  async settle(nodes: readonly string[]): Promise<void> {
    await Promise.all(
      nodes.map(
        (node) =>
          new Promise<void>((resolve) => {
            const cancel = this.#clock.every(askEveryMs, async () => {
              const { reply } = await this.ask(node, { type: 'write', key: 0, value: 0 });
              if (reply?.type !== 'write_ok') return;
              cancel();
              resolve();
            });
          }),
      ),
    );
  }

  ask(node: string, body: Body): Promise<Answer> {
    const msgId = this.#nextMsgId++;
    const invokedMs = this.nowMs;
    return new Promise((resolve) => {
      const end = (reply: Body | null): void => {
        cancel();
        this.#open.delete(msgId);
        const answer = { node, type: body.type, invokedMs, answeredMs: this.nowMs, reply };
        this.onAnswer(answer);
        resolve(answer);
      };
      const cancel = this.#clock.after(clientTimeoutMs, () => end(null));
      this.#open.set(msgId, end);
      this.network.send({ src: 'client', dest: node, body: { ...body, msg_id: msgId } });
    });
  }

  /** Asks so often a second, at each node in turn, waiting for nothing; until it is cancelled. */
  load(perSecond: number, types: readonly ('read' | 'write')[]): Cancel {
    const random = createRandom(2);
    const startMs = this.nowMs;
    let dueMs = 0;
    let count = 0;
    return this.#clock.every(1, () => {
      for (; dueMs <= this.nowMs - startMs; dueMs += spacing(1000 / perSecond, random)) {
        const node = this.nodes[count % this.nodes.length] ?? '';
        const type = types[Math.floor(count / this.nodes.length) % types.length] ?? 'read';
        count++;
        void this.ask(node, type === 'read' ? { type, key: 0 } : { type, key: 0, value: count });
      }
    });
  }

  /** One node hears nobody and is heard by nobody. */
  isolate(node: string): void {
    const others = this.nodes.filter((other) => other !== node);
    this.network.partition(
      new Map([
        [node, new Set(others)],
        ...others.map((other) => [other, new Set([node])] as const),
      ]),
    );
  }

  #noteLine(node: string, line: string): void {
    const port = /: metrics on http:\/\/[^/]*:(\d+)\//.exec(line)?.[1];
    if (port !== undefined) this.#metricsPorts.set(node, Number(port));
    const term = /: leader in term (\d+)/.exec(line)?.[1];
    if (term !== undefined) {
      this.elections.push({ leader: node, term: Number(term), atMs: this.nowMs });
    }
  }

  #broke(why: string): never {
    throw new Error(why);
  }
}

/** Around a mean, so that nothing keeps step with what nodes do at intervals. */
function spacing(meanMs: number, random: Random): number {
  return meanMs * (0.5 + nextFraction(random));
}

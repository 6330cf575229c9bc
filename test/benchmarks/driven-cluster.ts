/** Nodes as processes under the parts that the bench is made of, and a load on them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Body } from '../../src/maelstrom/message.ts';
import { createRandom } from '../../src/raft/index.ts';
import { realClock } from '../../src/replica/index.ts';
import { BenchTrace } from '../../src/testbed/bench-trace.ts';
import type { Completion } from '../../src/testbed/client-operation.ts';
import { Cluster } from '../../src/testbed/cluster.ts';
import { History } from '../../src/testbed/history.ts';
import { Load, type Recorder } from '../../src/testbed/load.ts';
import { Network } from '../../src/testbed/network.ts';
import { RunDirectory } from '../../src/testbed/run-directory.ts';
import type { Workload } from '../../src/testbed/workload.ts';
import {
  LinKvWorkload,
  linKvProtocol,
  type Operation,
} from '../../src/testbed/workloads/lin-kv.ts';
import { cpuMsOf } from './cpu-time.ts';

export type Mix = 'mixed' | 'writes';

export interface ClusterPlan {
  readonly nodeCount: number;
  readonly bin: string;
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
}

export interface LoadPlan {
  readonly mix: Mix;
  /** Operations a second; Infinity: a client's next operation follows its last. */
  readonly rate: number;
  readonly concurrency: number;
  readonly seconds: number;
}

/** What a load has come to. */
export interface LoadFigures {
  readonly operationsPerSecond: number;
  /** Of operations that had a definite answer, in milliseconds, from the shortest to the longest. */
  readonly latenciesMs: readonly number[];
  readonly unanswered: number;
  /** Processor time of each node and of this process for an operation, in microseconds. */
  readonly nodeCpuUs: readonly number[];
  readonly benchCpuUs: number;
  /** How much of one processor this process has used, from 0 to 1. */
  readonly benchShare: number;
  readonly messagesPerOperation: number;
}

export class DrivenCluster {
  readonly nodes: readonly string[];
  readonly #store = mkdtempSync(join(tmpdir(), 'raftwright-benchmark-'));
  readonly #directory = new RunDirectory(this.#store, 'lin-kv', new Date());
  readonly #trace: BenchTrace;
  readonly #network: Network;
  readonly #cluster: Cluster;

  constructor({ nodeCount, bin, args, env = {} }: ClusterPlan) {
    this.nodes = Array.from({ length: nodeCount }, (_, position) => `n${position}`);
    this.#trace = new BenchTrace({
      file: this.#directory.openJsonLines('trace.jsonl'),
      nodes: this.nodes,
      about: {},
      nowMs: realClock.now,
      isClient: (name) => this.#network.kindOf(name) === 'client',
    });
    this.#network = new Network({
      clock: realClock,
      random: createRandom(1),
      latency: { meanMs: 0, distribution: 'constant' },
      onEvent: (event, envelope) => this.#trace.message(event, envelope),
    });
    this.#cluster = new Cluster({
      nodes: this.nodes,
      bin,
      args,
      env: { RAFTWRIGHT_RUN: this.#directory.runName, ...env },
      logDirectory: this.#directory.nodeLogs,
      network: this.#network,
      clock: realClock,
      onBadLine: ({ node, fault }) => {
        throw new Error(`node ${node} printed what is no message: ${fault}`);
      },
      onStderrLine: () => {},
      onRestarted: () => {},
      onOverflow: () => {},
    });
  }

  /** Rejects when a node ends on its own; never resolves. */
  get failed(): Promise<never> {
    return this.#cluster.failed;
  }

  get pids(): number[] {
    return this.#cluster.pids.map((pid) => pid ?? 0);
  }

  /** Resolves when the nodes have answered `init`. */
  async start(): Promise<void> {
    await this.#cluster.start();
    this.#trace.begin(realClock.now());
  }

  async stop(): Promise<void> {
    await this.#cluster.stop();
    await this.#trace.close();
    rmSync(this.#store, { recursive: true });
  }

  /** Lets clients ask for some time, and writes down their history as the bench does. */
  async run({ mix, rate, concurrency, seconds }: LoadPlan): Promise<LoadFigures> {
    const latencies = new Latencies([new History(), this.#trace.clients(concurrency)]);
    const before = this.#usage();
    const load = new Load<Operation, Completion, Body>({
      clock: realClock,
      network: this.#network,
      random: createRandom(2),
      nodes: this.nodes,
      concurrency,
      rate: Math.min(rate, 1e9),
      clientTimeoutMs: 1000,
      workload: workloadOf(mix, this.nodes.length, concurrency),
      protocol: linKvProtocol,
      history: latencies,
      onMalformedReply: (node, fault) => {
        throw new Error(`node ${node} sent a bad reply: ${fault}`);
      },
    });
    await Promise.race([sleep(1000 * seconds), this.#cluster.failed]);
    await load.finish();
    const after = this.#usage();
    const { ok, fail, info } = load.counts;
    const operations = ok + fail + info;
    const benchMs = after.benchMs - before.benchMs;
    const tookMs = after.nowMs - before.nowMs;
    return {
      operationsPerSecond: (1000 * (operations - latencies.unanswered)) / tookMs,
      latenciesMs: latencies.sorted,
      unanswered: latencies.unanswered,
      nodeCpuUs: after.nodesMs.map(
        (ms, at) => (1000 * (ms - (before.nodesMs[at] ?? 0))) / operations,
      ),
      benchCpuUs: (1000 * benchMs) / operations,
      benchShare: benchMs / tookMs,
      messagesPerOperation: (after.messages - before.messages) / operations,
    };
  }

  #usage(): {
    nowMs: number;
    benchMs: number;
    nodesMs: readonly number[];
    messages: number;
  } {
    const { user, system } = process.cpuUsage();
    const { clients, servers } = this.#trace.counts;
    return {
      nowMs: performance.now(),
      benchMs: (user + system) / 1000,
      nodesMs: this.#cluster.pids.map(cpuMsOf),
      messages: clients + servers,
    };
  }
}

/** Passes everything on to those who write it down, and keeps how long operations took. */
class Latencies implements Recorder<Operation, Completion> {
  readonly #recorders: readonly Recorder<Operation, Completion>[];
  readonly #startMs = new Map<number, number>();
  readonly #tookMs: number[] = [];
  unanswered = 0;

  constructor(recorders: readonly Recorder<Operation, Completion>[]) {
    this.#recorders = recorders;
  }

  get sorted(): readonly number[] {
    return Float64Array.from(this.#tookMs).sort() as unknown as readonly number[];
  }

  invoke(timeMs: number, client: number, operation: Operation): void {
    for (const recorder of this.#recorders) recorder.invoke(timeMs, client, operation);
    this.#startMs.set(client, timeMs);
  }

  complete(timeMs: number, client: number, operation: Operation, completion: Completion): void {
    for (const recorder of this.#recorders) {
      recorder.complete(timeMs, client, operation, completion);
    }
    // A mismatch is an answer; that nobody knows is none, and neither is a refusal.
    const isAnswer = completion.type === 'ok' || codeOf(completion) >= 20;
    if (isAnswer) this.#tookMs.push(timeMs - (this.#startMs.get(client) ?? timeMs));
    else this.unanswered++;
  }
}

function codeOf(completion: Completion): number {
  return completion.type !== 'ok' && Array.isArray(completion.error)
    ? Number(completion.error[0])
    : -1;
}

function workloadOf(mix: Mix, nodeCount: number, concurrency: number): Workload<Operation> {
  const mixed = new LinKvWorkload(nodeCount, concurrency, createRandom(3));
  if (mix === 'mixed') return mixed;
  return {
    next: (client) => ({ f: 'write', key: mixed.next(client).key, value: client % 5 }),
    replaceProcess: (client) => mixed.replaceProcess(client),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

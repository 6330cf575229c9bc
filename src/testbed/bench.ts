/**
 * One run of the bench: nodes as processes, a network with faults, clients, and a verdict.
 *
 * Towards the nodes it behaves as Maelstrom does, so that a node program runs under either. The
 * results stay in a directory: history, traces, stderr of each node, verdict and report.
 */

import { resolve } from 'node:path';
import { type Json, stringifyJson } from '../machine/json.ts';
import type { Body } from '../maelstrom/message.ts';
import { createRandom } from '../raft/index.ts';
import { type Cancel, realClock } from '../replica/index.ts';
import {
  benchTraceName,
  mergeTraces,
  nodeTracesName,
  readPlacedTrace,
  type TraceHeader,
  tracesAt,
  withoutPlaces,
  writeTrace,
} from '../trace/index.ts';
import { type BenchOptions, type BenchResult, clientTimeoutMs, isStrict } from './bench-options.ts';
import { showProgress } from './bench-progress.ts';
import { BenchTrace } from './bench-trace.ts';
import type { ClientOperation, Completion } from './client-operation.ts';
import { type BadLine, Cluster, ClusterFailure } from './cluster.ts';
import { textOf } from './envelope-text.ts';
import { FaultsInForce } from './faults-in-force.ts';
import { History, type HistoryEvent } from './history.ts';
import { type JudgedRun, judgeRun } from './judge-run.ts';
import { Load } from './load.ts';
import { type FaultEvent, faultKinds, startNemesis } from './nemesis.ts';
import { type Envelope, Network, type NetworkEvent } from './network.ts';
import { writeBenchPages } from './pages/bench-pages.ts';
import { RunDirectory } from './run-directory.ts';
import { addServices } from './services.ts';
import { setUpNodes } from './set-up.ts';
import { TimerScope } from './timer-scope.ts';
import type { Workload } from './workload.ts';
import type { WorkloadSetup } from './workloads/bench-workload.ts';

/** @throws ClusterFailure when a node ends on its own or does not answer `init` */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  return await new Bench(options).run();
}

class Bench {
  readonly #options: BenchOptions;
  readonly #clock = new TimerScope(realClock);
  readonly #directory: RunDirectory;
  readonly #network: Network;
  readonly #cluster: Cluster;
  readonly #history = new History();
  /** What nodes did that the protocol does not allow. */
  readonly #protocolFaults: string[] = [];
  readonly #trace: BenchTrace;
  /** Times are given since then. */
  #originMs: number;
  readonly #faultsInForce: FaultsInForce;

  constructor(options: BenchOptions) {
    this.#options = options;
    this.#originMs = this.#clock.now();
    this.#faultsInForce = new FaultsInForce(options.nodes);
    this.#directory = new RunDirectory(options.store, options.workload.name, new Date());
    this.#trace = new BenchTrace({
      file: this.#directory.openJsonLines(benchTraceName),
      nodes: options.nodes,
      about: aboutRun(options),
      nowMs: () => this.#clock.now(),
      isClient: (name) => this.#network.kindOf(name) === 'client',
    });
    this.#network = new Network({
      clock: this.#clock,
      random: createRandom(options.seed),
      latency: options.latency,
      onEvent: (event, envelope) => this.#noteMessage(event, envelope),
    });
    this.#cluster = new Cluster({
      ...options,
      env: {
        RAFTWRIGHT_RUN: this.#directory.runName,
        RAFTWRIGHT_TRACE: `${resolve(this.#directory.file(nodeTracesName))}/`,
        RAFTWRIGHT_TRACE_LEVEL: options.trace === null ? 'roles' : 'full',
      },
      logDirectory: this.#directory.nodeLogs,
      network: this.#network,
      clock: this.#clock,
      onBadLine: (badLine) => this.#noteBadLine(badLine),
      onStderrLine: (node, line) => {
        if (options.logStderr) options.print(`${node}: ${line}`);
      },
      onRestarted: (node, tookMs) => this.#noteFaultEvent({ f: 'restarted', node, tookMs }),
      onOverflow: () => this.#trace.noteOverflow(),
    });
  }

  async run(): Promise<BenchResult> {
    addServices(this.#network, createRandom(this.#options.seed + 1));
    try {
      await this.#cluster.start();
      await Promise.race([this.#runLoad(), this.#cluster.failed]);
    } catch (error) {
      if (error instanceof ClusterFailure) this.#writeResults('crashed', [error.message], null);
      throw error;
    } finally {
      this.#clock.end();
      await this.#cluster.stop();
      await this.#trace.close();
      this.#writeTrace();
    }
    return this.#judge();
  }

  async #runLoad(): Promise<void> {
    const { workload, timeLimitSeconds, print } = this.#options;
    await this.#setUpNodes();
    this.#originMs = this.#clock.now();
    this.#trace.begin(this.#originMs);
    const drawn = workload.create(this.#setupWith(3));
    const load = this.#createLoad(drawn);
    const stopFaults = this.#startFaults();
    const faults = this.#faultsInForce;
    const stopProgress = showProgress({ clock: this.#clock, counts: load.counts, faults, print });
    await this.#wait(timeLimitSeconds * 1000);
    stopFaults();
    await load.finish();
    stopProgress();
    if (workload.final === undefined || this.#options.interrupt?.aborted === true) return;
    await this.#recover();
    const ask = workload.final(this.#setupWith(8), drawn);
    await load.askAll((client) => asFinal(ask(client)));
  }

  async #setUpNodes(): Promise<void> {
    const { workload, nodes, concurrency } = this.#options;
    if (workload.setUp === undefined) return;
    await setUpNodes({
      network: this.#network,
      clock: this.#clock,
      client: `c${nodes.length + concurrency}`,
      nodes,
      requestFor: workload.setUp(this.#setupWith(7)),
    });
  }

  /** @param stream which of the run's chances it draws from */
  #setupWith(stream: number): WorkloadSetup {
    const { nodes, concurrency, seed, workloadOptions: options } = this.#options;
    return { nodes, concurrency, random: createRandom(seed + stream), options };
  }

  #createLoad(
    drawn: Workload<ClientOperation, Completion>,
  ): Load<ClientOperation, Completion, Body> {
    const { workload, concurrency, seed, latency } = this.#options;
    const asked = this.#trace.clients<ClientOperation, Completion>(concurrency);
    return new Load({
      ...this.#options,
      clock: this.#clock,
      network: this.#network,
      random: createRandom(seed + 2),
      clientTimeoutMs: clientTimeoutMs(latency),
      workload: drawn,
      protocol: workload.protocol,
      // Its own clock begins a little later than that of faults and traces.
      history: {
        invoke: (_loadMs, ...event) => {
          asked.invoke(this.#elapsedMs, ...event);
          this.#history.invoke(this.#elapsedMs, ...event);
        },
        complete: (_loadMs, ...event) => {
          asked.complete(this.#elapsedMs, ...event);
          this.#history.complete(this.#elapsedMs, ...event);
        },
      },
      onMalformedReply: (node, fault) => this.#noteFault(`node ${node} sent a bad reply: ${fault}`),
    });
  }

  #startFaults(): Cancel {
    const { nodes, faults, nemesisIntervalSeconds, seed } = this.#options;
    return startNemesis({
      clock: this.#clock,
      kinds: faults,
      randomOf: (kind) => createRandom(seed + 4 + faultKinds.indexOf(kind)),
      network: this.#network,
      processes: this.#cluster,
      nodes,
      intervalMs: nemesisIntervalSeconds * 1000,
      onEvent: (event) => this.#noteFaultEvent(event),
    });
  }

  /** Ends what is in force of faults, and gives the nodes a quiet time. */
  async #recover(): Promise<void> {
    const { quietSeconds, print } = this.#options;
    if (this.#network.isPartitioned) {
      this.#network.heal();
      this.#noteFaultEvent({ f: 'stop-partition' });
    }
    const nodes = this.#cluster.startAll();
    if (nodes.length > 0) this.#noteFaultEvent({ f: 'start', nodes });
    await this.#cluster.whenRestarted();
    print(`faults are over; ${quietSeconds} s of quiet before the last questions`);
    await this.#wait(quietSeconds * 1000);
  }

  #noteFaultEvent(event: FaultEvent): void {
    this.#history.fault(this.#elapsedMs, event);
    this.#trace.fault(event);
    this.#faultsInForce.note(event);
  }

  /** Resolves after a time, or when the run is interrupted. */
  #wait(ms: number): Promise<void> {
    const { interrupt } = this.#options;
    if (interrupt?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      interrupt?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }

  get #elapsedMs(): number {
    return this.#clock.now() - this.#originMs;
  }

  #noteMessage(event: NetworkEvent, envelope: Envelope): void {
    const { print, logNetSend, logNetRecv } = this.#options;
    this.#trace.message(event, envelope);
    if (event === 'send' && logNetSend) print(`send {${textOf(envelope)}`);
    if (event === 'receive' && logNetRecv) print(`recv {${textOf(envelope)}`);
  }

  /** All that was written down in this run, as one trace. */
  #writeTrace(): void {
    const { trace, print } = this.#options;
    if (trace === null) return;
    try {
      const traces = tracesAt(this.#directory.path).map(readPlacedTrace);
      writeTrace(withoutPlaces(mergeTraces(traces)), trace);
    } catch (error) {
      // The verdict does not depend on it.
      print(`no trace: ${(error as Error).message}`);
    }
  }

  #noteBadLine({ node, fault, line }: BadLine): void {
    this.#noteFault(
      `node ${node} printed a line to stdout that is no message (${fault}): ${line}\n` +
        '  Nothing that it prints from now on is read; neither would Maelstrom.',
    );
  }

  /** Each fault is said at once; the verdict names the first few again. */
  #noteFault(fault: string): void {
    this.#protocolFaults.push(fault);
    if (this.#protocolFaults.length <= 20) this.#options.print(`FAULT: ${fault}`);
  }

  #judge(): BenchResult {
    const { events } = this.#history;
    this.#directory.writeLines('history.jsonl', linesOf(events));
    const messages = this.#trace.counts;
    const run = { events, messages, protocolFaults: this.#protocolFaults };
    const judged = judgeRun(this.#options, run);
    const { verdict, reasons, claim, statistics, bound, judgement } = judged;
    this.#writeResults(verdict, reasons, judged);
    writeBenchPages(this.#directory.path, this.#options, events, judged);
    const { figures } = judgement;
    const directory = this.#directory.path;
    return { verdict, reasons, claim, figures, statistics, bound, directory };
  }

  #writeResults(
    verdict: JudgedRun['verdict'] | 'crashed',
    reasons: readonly string[],
    judged: JudgedRun | null,
  ): void {
    const { print: _print, interrupt: _interrupt, workload, ...others } = this.#options;
    const figures: Json = judged?.judgement.figures ?? {};
    const results = {
      verdict,
      reasons,
      statistics: judged?.statistics ?? null,
      bound: judged?.bound ?? null,
      history: judged?.judgement.verdict ?? null,
      figures,
      run: this.#directory.runName,
      strict: isStrict(this.#options),
      options: { workload: workload.name, ...others },
    };
    this.#directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`);
  }
}

/** Marks each as asked at the end, when it is drawn. */
function* asFinal(operations: Iterable<ClientOperation>): Generator<ClientOperation> {
  for (const operation of operations) yield { ...operation, final: true };
}

function* linesOf(events: readonly HistoryEvent[]): Generator<string, void, undefined> {
  for (const event of events) yield stringifyJson(event);
}

/** What the header of the trace says of a run. */
function aboutRun(options: BenchOptions): TraceHeader['about'] {
  const { workload, bin, args, seed, rate, concurrency, latency, faults } = options;
  return {
    workload: workload.name,
    'node program': [bin, ...args].join(' '),
    seed: String(seed),
    rate: String(rate),
    clients: String(concurrency),
    latency: `${latency.meanMs} ms, ${latency.distribution}`,
    faults: faults.join(', ') || 'none',
  };
}

/**
 * One run of the bench: nodes as processes, a network with faults, clients, and a verdict.
 *
 * Towards the nodes it behaves as Maelstrom does, so that a node program runs under either. The
 * results stay in a directory: history, traces, stderr of each node, verdict and report.
 */

import { resolve } from 'node:path';
import {
  type CheckResult,
  checkHistory,
  describeResult,
  readJsonlHistory,
} from '../checker/index.ts';
import { stringifyJson } from '../machine/json.ts';
import type { Body } from '../maelstrom/message.ts';
import { plural } from '../pages/report/words.ts';
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
import {
  type AvailabilityBound,
  availabilityBound,
  judgeOperations,
} from './availability-bound.ts';
import { BenchTrace } from './bench-trace.ts';
import { type BadLine, Cluster, ClusterFailure } from './cluster.ts';
import { textOf } from './envelope-text.ts';
import { FaultsInForce } from './faults-in-force.ts';
import { History } from './history.ts';
import type { Latency } from './latency.ts';
import {
  type Completion,
  LinKvWorkload,
  linKvProtocol,
  type Operation,
} from './lin-kv-workload.ts';
import { Load } from './load.ts';
import { type FaultEvent, type FaultKind, faultKinds, startNemesis } from './nemesis.ts';
import { type Envelope, Network, type NetworkEvent } from './network.ts';
import { benchFacts } from './pages/bench-facts.ts';
import { noTraceOfNodes, recordOfHistory } from './pages/history-record.ts';
import { openRunTrace } from './pages/open-trace.ts';
import type { RunRecord, RunTrace } from './pages/run-record.ts';
import { writeRunPages } from './pages/write-run-pages.ts';
import { RunDirectory } from './run-directory.ts';
import { addServices } from './services.ts';
import { computeStatistics, type Statistics } from './statistics.ts';
import { TimerScope } from './timer-scope.ts';

export interface BenchOptions {
  readonly workload: 'lin-kv';
  /** A path, not looked up in PATH. */
  readonly bin: string;
  readonly args: readonly string[];
  readonly nodes: readonly string[];
  readonly timeLimitSeconds: number;
  /** Operations a second, over all clients. */
  readonly rate: number;
  /** The number of clients: a multiple of twice the number of nodes. */
  readonly concurrency: number;
  readonly latency: Latency;
  readonly faults: readonly FaultKind[];
  readonly nemesisIntervalSeconds: number;
  readonly seed: number;
  readonly store: string;
  readonly logStderr: boolean;
  readonly logNetSend: boolean;
  readonly logNetRecv: boolean;
  /** A file for all that happened, of the run and inside the nodes; null for none. */
  readonly trace: string | null;
  /** Lines for people. */
  readonly print: (line: string) => void;
  /** Ends the run before its time; what has happened until then is judged. */
  readonly interrupt?: AbortSignal;
}

export type Verdict = 'valid' | 'invalid' | 'unknown';

export interface BenchResult {
  readonly verdict: Verdict;
  /** Why it is not valid; empty when it is. */
  readonly reasons: readonly string[];
  readonly statistics: Statistics;
  readonly bound: AvailabilityBound;
  readonly directory: string;
}

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
    this.#directory = new RunDirectory(options.store, options.workload, new Date());
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
    const { nodes, concurrency, seed, timeLimitSeconds } = this.#options;
    this.#originMs = this.#clock.now();
    this.#trace.begin(this.#originMs);
    const asked = this.#trace.clients<Operation, Completion>(concurrency);
    const load = new Load({
      ...this.#options,
      clock: this.#clock,
      network: this.#network,
      random: createRandom(seed + 2),
      clientTimeoutMs: this.#clientTimeoutMs,
      workload: new LinKvWorkload(nodes.length, concurrency, createRandom(seed + 3)),
      protocol: linKvProtocol,
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
    const stopFaults = this.#startFaults();
    this.#showProgress(load);
    await this.#wait(timeLimitSeconds * 1000);
    stopFaults();
    await load.finish();
  }

  /** Maelstrom's clients wait this long. */
  get #clientTimeoutMs(): number {
    return Math.max(1000, 10 * this.#options.latency.meanMs);
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

  #noteFaultEvent(event: FaultEvent): void {
    this.#history.fault(this.#elapsedMs, event);
    this.#trace.fault(event);
    this.#faultsInForce.note(event);
  }

  #showProgress(load: Load<Operation, Completion, Body>): void {
    let seconds = 0;
    let before = { ...load.counts };
    this.#clock.every(1000, () => {
      const { invoked, ok, fail, info } = load.counts;
      const since = (count: number, previous: number): string => String(count - previous);
      this.#options.print(
        [
          `${++seconds} s`.padStart(6),
          `${since(invoked, before.invoked).padStart(6)} op/s`,
          `ok ${since(ok, before.ok)}`.padEnd(8),
          `fail ${since(fail, before.fail)}`.padEnd(9),
          `info ${since(info, before.info)}`.padEnd(8),
          this.#faultsInForce.tell(),
        ]
          .join('  ')
          .trimEnd(),
      );
      before = { ...load.counts };
    });
  }

  /** Resolves after a time, or when the run is interrupted. */
  #wait(ms: number): Promise<void> {
    const { interrupt } = this.#options;
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

  /**
   * Whether failed operations are believed, too: that a key did not exist, or held another value.
   * Who loses everything when it is killed is caught by nothing else: no read shows an old value.
   */
  get #isStrict(): boolean {
    return this.#options.faults.includes('kill');
  }

  #judge(): BenchResult {
    const lines = this.#history.events.map((event) => stringifyJson(event));
    this.#directory.write('history.jsonl', lines.map((line) => `${line}\n`).join(''));
    const statistics = computeStatistics(this.#history.events, this.#trace.counts);
    const operations = judgeOperations(this.#history.events, {
      nodes: this.#options.nodes,
      clientTimeoutMs: this.#clientTimeoutMs,
      latencyMs: this.#options.latency.meanMs,
    });
    const bound = availabilityBound(operations);
    const reasons = this.#protocolFaults.slice(0, 5);
    let verdict: Verdict = reasons.length > 0 ? 'invalid' : 'valid';
    let checked: CheckResult | null = null;

    if (statistics.all.invoked > 0) {
      checked = checkHistory(readJsonlHistory(lines), { strict: this.#isStrict });
      if (checked.verdict !== 'valid') reasons.push(describeResult(checked));
      if (checked.verdict === 'invalid') verdict = 'invalid';
      if (checked.verdict === 'unknown' && verdict === 'valid') verdict = 'unknown';
    }
    // A system that refuses everything is linearizable, and of no use.
    for (const [f, { ok }] of Object.entries(statistics.byFunction)) {
      if (ok > 0) continue;
      reasons.push(`no ${f} ended ok, so there is too little to judge by`);
      if (verdict === 'valid') verdict = 'unknown';
    }
    this.#writeResults(verdict, reasons, { statistics, bound });
    const found = { verdict, reasons, statistics, bound, operations, checked };
    try {
      this.#writePages(found, openRunTrace(this.#directory.path));
    } catch (error) {
      // Neither verdict nor report depends on what is traced.
      this.#options.print(`no diagram: ${(error as Error).message}`);
      this.#writePages(found, null);
    }
    return { verdict, reasons, statistics, bound, directory: this.#directory.path };
  }

  #writeResults(
    verdict: Verdict | 'crashed',
    reasons: readonly string[],
    figures: Pick<BenchResult, 'statistics' | 'bound'> | null,
  ): void {
    const { print: _print, interrupt: _interrupt, ...options } = this.#options;
    const run = this.#directory.runName;
    const { statistics = null, bound = null } = figures ?? {};
    const results = { verdict, reasons, statistics, bound, run, strict: this.#isStrict, options };
    this.#directory.write('results.json', `${JSON.stringify(results, null, 2)}\n`);
  }

  #writePages(
    found: Pick<
      RunRecord,
      'verdict' | 'reasons' | 'statistics' | 'bound' | 'operations' | 'checked'
    >,
    trace: RunTrace | null,
  ): void {
    const { workload, nodes, timeLimitSeconds } = this.#options;
    writeRunPages(
      this.#directory.path,
      recordOfHistory({
        ...found,
        title: `${workload}: ${plural(nodes.length, 'node')}`,
        warnings: [],
        facts: benchFacts(this.#options),
        nodes,
        leastDurationMs: timeLimitSeconds * 1000,
        events: this.#history.events,
        trace,
        whyNoRoles: noTraceOfNodes,
        omitted: [],
      }),
    );
  }
}

/** What the header of the trace says of a run. */
function aboutRun(options: BenchOptions): TraceHeader['about'] {
  const { workload, bin, args, seed, rate, concurrency, latency, faults } = options;
  return {
    workload,
    'node program': [bin, ...args].join(' '),
    seed: String(seed),
    rate: String(rate),
    clients: String(concurrency),
    latency: `${latency.meanMs} ms, ${latency.distribution}`,
    faults: faults.join(', ') || 'none',
  };
}

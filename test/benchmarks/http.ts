/** What clients of the metrics server cost those of the cluster, when they mean no good. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { against, answerOf, type Benchmark, figure, median, table } from './benchmark.ts';
import { cpuMsOf } from './cpu-time.ts';
import { type Abuse, abuses } from './http-abuse.ts';
import { type Answer, LiveCluster } from './live-cluster.ts';

const nodeCount = 3;
const perSecond = 300;
const phaseSeconds = 1.5;
const rounds = 7;

/** Of the medians, abused to abused elsewhere. */
const targetRatio = 1.25;

/** What a node may use for its abusers, of one processor. */
const targetShare = 0.05;

/** Nothing but a scraper is there in a quiet phase; elsewhere, the abused are other processes. */
type Phase = 'quiet' | Abuse | `${Abuse} elsewhere`;

interface Measured {
  /** Of operations that ended ok, a list for each round. */
  readonly rounds: number[][];
  operations: number;
  /** Scrapes of the good client, and how many of these were answered in time. */
  scrapes: number;
  answeredScrapes: number;
  /** What the abusers have done. */
  abused: number;
  /** What all nodes together have used of the processors, and in which time. */
  nodesCpuMs: number;
  elapsedMs: number;
}

export const http: Benchmark = {
  name: 'http',
  title: 'A metrics server under abuse',
  async measure(print) {
    const phases = new Map<Phase, Measured>();
    const bystander = fork(fileURLToPath(new URL('http-bystander.js', import.meta.url)));
    const elsewhere = await answerOf<readonly number[]>(bystander, 'the bystander');
    const live = await LiveCluster.start({
      nodeCount,
      latency: { meanMs: 0, distribution: 'constant' },
      args: ['--metrics-port', '0'],
    });
    try {
      await live.wait(1000);
      const ports = live.metricsPorts;
      for (let round = 0; round < rounds; round++) {
        for (const abuse of abuses) {
          // All three, one after the other: the machine does not stay as it is.
          for (const phase of ['quiet', `${abuse} elsewhere`, abuse] as const) {
            const measured = phases.get(phase) ?? nothing();
            phases.set(phase, measured);
            const abused = phase === 'quiet' ? [] : phase === abuse ? ports : elsewhere;
            await measure(live, ports, { abuse, ports: abused }, measured);
          }
          print(`${abuse}: ${phases.get(abuse)?.abused} so far`);
        }
      }
    } finally {
      bystander.kill();
      await live.stop();
    }
    return describe(phases, live.elections.length - 1);
  },
};

function nothing(): Measured {
  return {
    rounds: [],
    operations: 0,
    scrapes: 0,
    answeredScrapes: 0,
    abused: 0,
    nodesCpuMs: 0,
    elapsedMs: 0,
  };
}

async function measure(
  live: LiveCluster,
  ports: readonly number[],
  abused: { readonly abuse: Abuse; readonly ports: readonly number[] },
  measured: Measured,
): Promise<void> {
  const abuser = abused.ports.length === 0 ? null : startAbuser(abused.abuse, abused.ports);
  await live.wait(300);
  const latenciesMs: number[] = [];
  measured.rounds.push(latenciesMs);
  live.onAnswer = ({ type, invokedMs, answeredMs, reply }: Answer) => {
    measured.operations++;
    if (reply?.type === `${type}_ok`) latenciesMs.push(answeredMs - invokedMs);
  };
  const [startMs, startCpuMs] = [performance.now(), cpuMs(live)];
  const stopLoad = live.load(perSecond, ['read', 'write']);
  const stopScraping = scrape(ports, measured);
  await live.wait(phaseSeconds * 1000);
  measured.nodesCpuMs += cpuMs(live) - startCpuMs;
  measured.elapsedMs += performance.now() - startMs;
  stopLoad();
  await stopScraping();
  await live.wait(200);
  live.onAnswer = () => {};
  measured.abused += (await abuser?.()) ?? 0;
}

function cpuMs(live: LiveCluster): number {
  return live.processes.pids.reduce<number>((sum, pid) => sum + cpuMsOf(pid), 0);
}

/** What a node has used, of one processor. */
function share({ nodesCpuMs, elapsedMs }: Measured): number {
  return nodesCpuMs / elapsedMs / nodeCount;
}

/** @returns ends it, and tells how often it has done its worst */
function startAbuser(abuse: Abuse, ports: readonly number[]): () => Promise<number> {
  const program = fileURLToPath(new URL('http-abuse.js', import.meta.url));
  const child = fork(program, [abuse, ...ports.map(String)], { stdio: 'inherit' });
  const count = answerOf<number>(child, 'the abuser');
  return () => {
    child.send('stop');
    return count;
  };
}

/** Asks all nodes twice a second, as an eager Prometheus would. */
function scrape(ports: readonly number[], measured: Measured): () => Promise<void> {
  const open = new Set<Promise<void>>();
  const ask = async (port: number): Promise<void> => {
    measured.scrapes++;
    try {
      const signal = AbortSignal.timeout(1000);
      const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal });
      if ((await response.text()).includes('raft_is_leader')) measured.answeredScrapes++;
    } catch {
      // Not in time, or refused.
    }
  };
  const timer = setInterval(() => {
    for (const port of ports) {
      const asked: Promise<void> = ask(port).finally(() => open.delete(asked));
      open.add(asked);
    }
  }, 500);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
  };
}

function describe(phases: ReadonlyMap<Phase, Measured>, elections: number): string {
  const of = (phase: Phase): Measured => phases.get(phase) ?? nothing();
  const quiet = of('quiet');
  const rows = abuses.map((abuse) => {
    const [here, elsewhere] = [of(abuse), of(`${abuse} elsewhere`)];
    const own = ratio(here, elsewhere, median);
    const ok = here.rounds.flat().length;
    return [
      sayings[abuse],
      `${figure(here.abused / (rounds * phaseSeconds))} a second`,
      `${figure(ok)} of ${figure(here.operations)}`,
      `${figure(median(here.rounds.flat()), 2)} ms`,
      figure(ratio(here, quiet, median), 2),
      against(own <= targetRatio, figure(own, 2)),
      `${figure(p99(here.rounds.flat()), 1)} ms`,
      figure(ratio(here, quiet, p99), 2),
      figure(ratio(here, elsewhere, p99), 2),
      against(share(here) - share(elsewhere) <= targetShare, percent(here, elsewhere)),
      `${figure(here.answeredScrapes)} of ${figure(here.scrapes)}`,
    ];
  });
  const head = [
    ...['what they do', 'how often', 'ok', 'median', ': quiet', ': elsewhere'],
    ...['p99', ': quiet', ': elsewhere', 'processor', 'scrapes answered'],
  ];
  return `${nodeCount} nodes with their logs on disk serve ${perSecond} operations a second, half of them reads, while
clients of another process do their worst at the metrics ports of all of them. A phase of ${phaseSeconds} s without
them, one in which they do the same to the metrics servers of a process that is no node, and one in which they do
it to the nodes, take turns, ${rounds} times for each kind. Latencies are of operations that ended ok, as clients see
them. What abusers and abused use of the processors is gone for everybody: that is in the ratio to the quiet phases
(median ${figure(median(quiet.rounds.flat()), 2)} ms, p99 ${figure(p99(quiet.rounds.flat()), 1)} ms). What the nodes themselves pay is the ratio to the same abuse elsewhere: the
target is ${targetRatio} for the median. Ratios are medians over the rounds, of phases that were side by side.
*Processor* is what each node used more than elsewhere, of one processor; the target is ${100 * targetShare} %. In quiet phases
it used ${figure(100 * share(quiet))} %. A scraper asks each node twice a second all the while, with a connection of
its own that it keeps, and waits 1 s at most. Elections meanwhile: ${elections}.

${table([head, ...rows])}`;
}

function percent(here: Measured, elsewhere: Measured): string {
  return `${figure(100 * (share(here) - share(elsewhere)), 1)} %`;
}

/** The median, over all rounds, of what was measured in a round to what was beside it. */
function ratio(
  here: Measured,
  beside: Measured,
  part: (values: readonly number[]) => number,
): number {
  // There is a quiet phase for each abuse, and those of all rounds stand in one list.
  const each = beside.rounds.length / here.rounds.length;
  const ratios = here.rounds.map((values, round) => {
    const others = beside.rounds.slice(round * each, (round + 1) * each).flat();
    return part(values) / part(others);
  });
  return median(ratios.filter((value) => !Number.isNaN(value)));
}

function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(0.99 * values.length)] ?? Number.NaN;
}

const sayings: { readonly [A in Abuse]: string } = {
  slow: 'send a header, a byte at a time, on 200 connections to each',
  unread: 'ask for all metrics again and again, and read nothing',
  huge: 'send URLs, headers and bodies of a megabyte',
  malformed: 'send what is no HTTP',
  churn: 'connect and hang up',
  pipelined: 'send 500 requests at once, without waiting',
};

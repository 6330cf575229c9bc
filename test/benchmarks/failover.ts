/** How long a cluster is without answers when its leader goes, and how often it goes for nothing. */

import type { Latency } from '../../src/testbed/latency.ts';
import { type Benchmark, figure, median, table } from './benchmark.ts';
import { type Answer, LiveCluster } from './live-cluster.ts';

const losses = ['killed', 'cut off'] as const;
type Loss = (typeof losses)[number];

interface Series {
  readonly nodeCount: number;
  readonly latency: Latency;
  readonly losses: readonly Loss[];
  /** How often the leader goes. */
  readonly times: number;
}

const constant = (meanMs: number): Latency => ({ meanMs, distribution: 'constant' });
const exponential = (meanMs: number): Latency => ({ meanMs, distribution: 'exponential' });

const fast: readonly Series[] = [3, 5].flatMap((nodeCount) =>
  losses.map((loss) => ({ nodeCount, latency: constant(0), losses: [loss], times: 20 })),
);
const slow: readonly Series[] = [
  constant(20),
  exponential(20),
  constant(100),
  exponential(100),
].map((latency) => ({ nodeCount: 3, latency, losses, times: latency.meanMs > 50 ? 6 : 10 }));

const quietSeconds = 30;
const quiet: readonly Latency[] = [constant(0), ...slow.map(({ latency }) => latency)];

/** Writes at each node. */
const writesPerSecond = 100;

export const failover: Benchmark = {
  name: 'failover',
  title: 'Failover',
  async measure(print) {
    const rows: string[][] = [];
    for (const series of [...fast, ...slow]) {
      const outagesMs = await measure(series);
      const row = rowOf(series, outagesMs);
      print(`${row.join(', ')}: ${outagesMs.map((ms) => figure(ms)).join(' ')}`);
      rows.push(row);
    }
    const elections = await Promise.all(quiet.map(electionsInQuiet));
    const calm = quiet.map((latency, at) => [describe(latency), figure(elections[at] ?? 0)]);
    return `The leader of a cluster of real processes is killed, or hears nobody and is heard by nobody;
from then until the first write that was invoked afterwards is answered at another node. Clients
write ${writesPerSecond} times a second at each node. The targets for the median: 300 ms without latency, else
8 round trips of twice the mean latency.

${table([['nodes', 'latency', 'leader', 'times', 'median', 'p90', 'longest', 'median in round trips'], ...rows])}

Elections without a cause, in ${quietSeconds} s without faults, three nodes each; all of these at the same time:

${table([['latency', 'elections'], ...calm])}
`;
  },
};

async function measure({ nodeCount, latency, losses, times }: Series): Promise<number[]> {
  const live = await LiveCluster.start({ nodeCount, latency });
  const outagesMs: number[] = [];
  try {
    live.load(writesPerSecond * nodeCount, ['write']);
    for (let time = 0; time < times; time++) {
      // Round trips are measured anew, and no two losses come at the same moment of a heartbeat.
      await live.wait(300 + 20 * latency.meanMs + time * 7);
      outagesMs.push(await loseLeader(live, losses[time % losses.length] ?? 'killed'));
      await live.settle(live.nodes);
    }
  } finally {
    await live.stop();
  }
  return outagesMs;
}

async function loseLeader(live: LiveCluster, loss: Loss): Promise<number> {
  const { leader, nowMs } = live;
  const answered = new Promise<Answer>((resolve) => {
    live.onAnswer = (answer) => {
      const isAfter = answer.invokedMs > nowMs && answer.node !== leader;
      if (isAfter && answer.reply?.type === 'write_ok') resolve(answer);
    };
  });
  if (loss === 'killed') live.processes.kill([leader]);
  else live.isolate(leader);
  const { answeredMs } = await answered;
  live.onAnswer = () => {};
  if (loss === 'killed') live.processes.startAll();
  else live.network.heal();
  return answeredMs - nowMs;
}

/** Those after the first. */
async function electionsInQuiet(latency: Latency): Promise<number> {
  const live = await LiveCluster.start({ nodeCount: 3, latency });
  try {
    const before = live.elections.length;
    live.load(20, ['write']);
    await live.wait(quietSeconds * 1000);
    return live.elections.length - before;
  } finally {
    await live.stop();
  }
}

function rowOf({ nodeCount, latency, losses, times }: Series, outagesMs: number[]): string[] {
  const sorted = outagesMs.toSorted((a, b) => a - b);
  const ms = (value: number): string => `${figure(value)} ms`;
  const p90 = sorted[Math.ceil(0.9 * sorted.length) - 1] ?? Number.NaN;
  const roundTripMs = 2 * latency.meanMs;
  return [
    String(nodeCount),
    describe(latency),
    losses.join(' or '),
    String(times),
    ms(median(sorted)),
    ms(p90),
    ms(sorted.at(-1) ?? Number.NaN),
    roundTripMs === 0 ? '' : figure(median(sorted) / roundTripMs, 1),
  ];
}

function describe({ meanMs, distribution }: Latency): string {
  return meanMs === 0 ? 'none' : `${meanMs} ms, ${distribution}`;
}

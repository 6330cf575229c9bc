/** How long a cluster is without answers when its leader goes, and how often it goes for nothing. */

import type { Latency } from '../../src/testbed/latency.ts';
import { against, type Benchmark, figure, median, table } from './benchmark.ts';
import { type Answer, LiveCluster } from './live-cluster.ts';

const losses = ['killed', 'cut off'] as const;
type Loss = (typeof losses)[number];

const head = [
  ...['nodes', 'latency', 'leader', 'times', 'median', 'p90', 'longest'],
  ...['median in round trips', 'all back: median', 'longest'],
];

interface Series {
  readonly nodeCount: number;
  readonly latency: Latency;
  readonly losses: readonly Loss[];
}

const constant = (meanMs: number): Latency => ({ meanMs, distribution: 'constant' });
const exponential = (meanMs: number): Latency => ({ meanMs, distribution: 'exponential' });

/** What stands together is measured at the same time: there is little to do. */
const fast: readonly (readonly Series[])[] = [3, 5].map((nodeCount) =>
  losses.map((loss) => ({ nodeCount, latency: constant(0), losses: [loss] })),
);
const slow: readonly Series[] = [
  constant(20),
  exponential(20),
  constant(100),
  exponential(100),
].map((latency) => ({ nodeCount: 3, latency, losses }));

/** How often the leader goes, in each series. */
const times = 20;

/** For the median: on a network without latency, and on any other. */
const target = { ms: 300, roundTrips: 8 };

const quietSeconds = 30;
const quiet: readonly Latency[] = [constant(0), ...slow.map(({ latency }) => latency)];

/** Writes a second at each node: enough to see the moment, and little to do. */
const writesPerSecond = { fast: 100, slow: 20 };

/** Between two losses, in which round trips are measured anew. */
const restMs = 1000;

/** Nothing is waited for longer than this. */
const mostMs = 20_000;

export const failover: Benchmark = {
  name: 'failover',
  title: 'Failover',
  async measure(print) {
    const found: Outages[] = [];
    for (const together of [...fast, slow]) {
      found.push(...(await Promise.all(together.map(measure))));
    }
    const rows = [...fast, slow].flat().map((series, at) => {
      const { outagesMs = [], returnsMs = [] } = found[at] ?? {};
      const row = rowOf(series, outagesMs, returnsMs);
      print(`${row.join(', ')}: ${outagesMs.map((ms) => figure(ms)).join(' ')}`);
      return row;
    });
    const elections = await Promise.all(quiet.map(electionsInQuiet));
    const calm = quiet.map((latency, at) => [describe(latency), figure(elections[at] ?? 0)]);
    return `The leader of a cluster of real processes is killed, or hears nobody and is heard by nobody;
from then until the first write that was invoked afterwards is answered at another node. Clients
write ${writesPerSecond.fast} times a second at each node, ${writesPerSecond.slow} with latency. Who was killed starts
again, and all rest for ${restMs / 1000} s and 10 round trips, before the next loss. The targets for the median:
${target.ms} ms without latency, else ${target.roundTrips} round trips of twice the mean latency.

${table([head, ...rows])}

The last two columns: from when the lost node was started again, or was heard again, until every node
has answered a write. Nothing was waited for longer than ${mostMs / 1000} s.

Elections without a cause, in ${quietSeconds} s without faults, three nodes each; all of these at the same time.
(Ten minutes of each, on virtual time, are among the tests: test/maelstrom/failover.test.ts.)

${table([['latency', 'elections'], ...calm])}
`;
  },
};

interface Outages {
  /** From the loss until a write that was invoked afterwards was answered at another node. */
  readonly outagesMs: number[];
  /** From when the lost node was started, or heard again, until every node answered a write. */
  readonly returnsMs: number[];
}

async function measure({ nodeCount, latency, losses }: Series): Promise<Outages> {
  const live = await LiveCluster.start({ nodeCount, latency });
  const outagesMs: number[] = [];
  const returnsMs: number[] = [];
  try {
    const perSecond = writesPerSecond[latency.meanMs === 0 ? 'fast' : 'slow'];
    live.load(perSecond * nodeCount, ['write']);
    for (let time = 0; time < times; time++) {
      // No two losses come at the same moment of a heartbeat.
      await live.wait(restMs + 20 * latency.meanMs + time * 7);
      const loss = losses[time % losses.length] ?? 'killed';
      outagesMs.push(await within(live, loseLeader(live, loss)));
      if (loss === 'killed') live.processes.startAll();
      else live.network.heal();
      returnsMs.push(await within(live, live.settle(live.nodes)));
    }
  } finally {
    await live.stop();
  }
  return { outagesMs, returnsMs };
}

/** How long it takes, if it takes no longer than is waited for. */
async function within(live: LiveCluster, happening: Promise<unknown>): Promise<number> {
  const { nowMs } = live;
  await Promise.race([happening, live.wait(mostMs)]);
  return live.nowMs - nowMs;
}

/** Resolves when a write that was invoked afterwards is answered at another node. */
function loseLeader(live: LiveCluster, loss: Loss): Promise<Answer> {
  const { leader, nowMs } = live;
  if (loss === 'killed') live.processes.kill([leader]);
  else live.isolate(leader);
  return new Promise((resolve) => {
    live.onAnswer = (answer) => {
      const isAfter = answer.invokedMs > nowMs && answer.node !== leader;
      if (isAfter && answer.reply?.type === 'write_ok') resolve(answer);
    };
  });
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

function rowOf(
  { nodeCount, latency, losses }: Series,
  outagesMs: readonly number[],
  returnsMs: readonly number[],
): string[] {
  const sorted = outagesMs.toSorted((a, b) => a - b);
  const ms = (value: number): string => `${figure(value)} ms`;
  const p90 = sorted[Math.ceil(0.9 * sorted.length) - 1] ?? Number.NaN;
  const roundTripMs = 2 * latency.meanMs;
  const middle = median(sorted);
  const isMet = middle <= (roundTripMs === 0 ? target.ms : target.roundTrips * roundTripMs);
  return [
    String(nodeCount),
    describe(latency),
    losses.join(' or '),
    String(outagesMs.length),
    against(isMet, ms(middle)),
    ms(p90),
    ms(sorted.at(-1) ?? Number.NaN),
    roundTripMs === 0 ? '' : figure(middle / roundTripMs, 1),
    ms(median(returnsMs)),
    ms(Math.max(...returnsMs)),
  ];
}

function describe({ meanMs, distribution }: Latency): string {
  return meanMs === 0 ? 'none' : `${meanMs} ms, ${distribution}`;
}

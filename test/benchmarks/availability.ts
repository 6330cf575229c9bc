/** How many of the requests that could be answered are answered, fault by fault. */

import type { BenchResult } from '../../src/testbed/bench-options.ts';
import type { Latency } from '../../src/testbed/latency.ts';
import { type FaultKind, faultKinds } from '../../src/testbed/nemesis.ts';
import { linKv } from '../../src/testbed/workloads/lin-kv.ts';
import { repositoryFile } from '../process.ts';
import { runOnce } from './bench-run.ts';
import { against, type Benchmark, figure, table } from './benchmark.ts';

interface Preset {
  readonly name: string;
  readonly nodeCount: number;
  readonly faults: readonly FaultKind[];
  readonly intervalSeconds: number;
  readonly rate: number;
  readonly latency: Latency;
}

/** With these the partitions of three nodes come in every shape that cuts somebody off. */
const seeds: readonly number[] = [18, 20];
const timeLimitSeconds = 10;
const targetShare = 0.99;
const noLatency: Latency = { meanMs: 0, distribution: 'constant' };

/** Those of maelstrom/run with faults, and their like for three nodes; faults come oftener. */
const presets: readonly Preset[] = [
  preset('partition3', 3, ['partition'], 3),
  preset('partition5', 5, ['partition'], 3),
  preset('storm5', 5, ['partition'], 1),
  preset('kill3', 3, ['kill'], 2),
  preset('kill5', 5, ['kill'], 2),
  preset('pause3', 3, ['pause'], 2),
  preset('pause5', 5, ['pause'], 2),
  preset('chaos5', 5, faultKinds, 2),
  {
    ...preset('slow5', 5, ['partition'], 3),
    rate: 50,
    latency: { meanMs: 20, distribution: 'exponential' },
  },
];

function preset(
  name: string,
  nodeCount: number,
  faults: readonly FaultKind[],
  intervalSeconds: number,
): Preset {
  return { name, nodeCount, faults, intervalSeconds, rate: 100, latency: noLatency };
}

export const availability: Benchmark = {
  name: 'availability',
  title: 'Availability under faults',
  async measure(print) {
    const head = [
      ...['preset', 'faults', 'verdict', 'invoked', 'could be answered', 'answered', 'share'],
      ...['uncertain', 'of these answered', 'longest time without an ok'],
      'messages for each operation',
    ];
    const rows: string[][] = [];
    for (const each of presets) {
      const results: BenchResult[] = [];
      for (const seed of seeds) {
        const result = await runPreset(each, seed);
        results.push(result);
        for (const line of describe(each, seed, result)) print(line);
        refuseWrong(each, seed, result);
      }
      rows.push(rowOf(each, results));
    }
    return `Real processes of \`bin/lin-kv\`, for ${timeLimitSeconds} s with each of the seeds ${seeds.join(' and ')}, asked at
100 operations a second (slow5: 50, with a mean latency of 20 ms, exponential). The bound is what any
protocol could have answered, given the faults ([bench.md](bench.md), "What could have been
answered"); the target is a share of ${targetShare}. Of some requests it is not certain whether they could be
answered; they count neither for nor against. A history that is not linearizable, a node that ends, or
an answer to a request that none could answer ends the benchmark. What is missed most are requests whose
time is nearly up when a majority comes together again: they need no leader by the bound, and here
one is elected first. So chaos5, where all kinds of faults come at once, depends on its seeds: four
others came to 0.988.

${table([head, ...rows])}
`;
  },
};

function runPreset(
  { nodeCount, faults, intervalSeconds, rate, latency }: Preset,
  seed: number,
): Promise<BenchResult> {
  return runOnce({
    workload: linKv,
    consistencyModels: [],
    bin: repositoryFile('bin/lin-kv'),
    args: (dataDirectory) => (faults.includes('kill') ? ['--data-dir', dataDirectory] : []),
    nodes: Array.from({ length: nodeCount }, (_, position) => `n${position}`),
    timeLimitSeconds,
    rate,
    latency,
    faults,
    nemesisIntervalSeconds: intervalSeconds,
    quietSeconds: 0,
    seed,
  });
}

/** @throws Error when what came out is no figure but a defect */
function refuseWrong({ name }: Preset, seed: number, { verdict, reasons, bound }: BenchResult) {
  const { answered } = bound.unattainable;
  const wrong = verdict === 'invalid' ? [...reasons] : [];
  if (answered > 0) wrong.push(`${answered} requests were answered that none could answer`);
  if (wrong.length > 0) throw new Error(`${name}, seed ${seed}: ${wrong.join('\n')}`);
}

/** For whoever looks for what was missed. */
function describe({ name }: Preset, seed: number, { verdict, bound }: BenchResult): string[] {
  const { attained, attainable, missed } = bound;
  return [
    `${name}, seed ${seed}: ${verdict}, ${attained} of ${attainable}`,
    ...missed.map(
      ({ node, fromMs, toMs, requests }) =>
        `  missed: ${requests} at ${node}, invoked from ${fromMs} to ${toMs} ms`,
    ),
  ];
}

function rowOf(
  { name, nodeCount, faults, intervalSeconds }: Preset,
  results: readonly BenchResult[],
): string[] {
  const sum = (of: (result: BenchResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const invoked = sum(({ statistics }) => statistics.all.invoked);
  const attainable = sum(({ bound }) => bound.attainable);
  const attained = sum(({ bound }) => bound.attained);
  const share = attained / attainable;
  const longestMs = Math.max(...results.map(({ statistics }) => statistics.longestWithoutOkMs));
  const servers = sum(({ statistics }) => statistics.messages.servers);
  const verdicts = new Set(results.map(({ verdict }) => verdict));
  return [
    name,
    `${nodeCount} nodes; ${faults.join(', ')} every ${intervalSeconds} s`,
    [...verdicts].join(', '),
    figure(invoked),
    figure(attainable),
    figure(attained),
    against(share >= targetShare, (Math.floor(1000 * share) / 1000).toFixed(3)),
    figure(sum(({ bound }) => bound.uncertain.invoked)),
    figure(sum(({ bound }) => bound.uncertain.answered)),
    `${figure(longestMs)} ms`,
    figure(servers / invoked, 1),
  ];
}

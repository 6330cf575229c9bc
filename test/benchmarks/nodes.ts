/** Whole nodes, as processes under the bench: how much they take, and how soon they answer. */

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { repositoryFile } from '../process.ts';
import { type Benchmark, figure, median, table } from './benchmark.ts';
import { DrivenCluster, type LoadFigures, type Mix } from './driven-cluster.ts';

const mixes: readonly Mix[] = ['mixed', 'writes'];
const nodeCounts = [3, 5];

/** For each node: enough for nobody to wait for a client. */
const clientsPerNode = 100;

const warmUpSeconds = 2;
const saturatedSeconds = 4;
const openLoopSeconds = 3;
const openLoopParts = [0.5, 0.9];

interface Measured {
  readonly nodeCount: number;
  readonly mix: Mix;
  readonly saturated: LoadFigures;
  /** At each of the parts of saturation. */
  readonly openLoop: readonly LoadFigures[];
  /** The same load on nodes that do nothing. */
  readonly idle: LoadFigures;
}

async function measureCluster(nodeCount: number, mix: Mix): Promise<Measured> {
  const linKv = { nodeCount, bin: repositoryFile('bin/lin-kv'), args: [] };
  const bareLoop = fileURLToPath(new URL('loop-child.js', import.meta.url));
  const nothing = { nodeCount, bin: process.execPath, args: [bareLoop, 'bare'] };
  const concurrency = clientsPerNode * nodeCount;
  const load = { mix, rate: Number.POSITIVE_INFINITY, concurrency };

  const idleCluster = new DrivenCluster(nothing);
  await idleCluster.start();
  await idleCluster.run({ ...load, seconds: 1 });
  const idle = await idleCluster.run({ ...load, seconds: warmUpSeconds });
  await idleCluster.stop();

  const cluster = new DrivenCluster(linKv);
  await cluster.start();
  await cluster.run({ ...load, seconds: warmUpSeconds });
  const saturated = await cluster.run({ ...load, seconds: saturatedSeconds });
  const openLoop: LoadFigures[] = [];
  for (const part of openLoopParts) {
    const rate = part * saturated.operationsPerSecond;
    openLoop.push(await cluster.run({ ...load, rate, seconds: openLoopSeconds }));
  }
  await cluster.stop();
  return { nodeCount, mix, saturated, openLoop, idle };
}

async function measure(print: (line: string) => void): Promise<string> {
  const results: Measured[] = [];
  for (const nodeCount of nodeCounts) {
    for (const mix of mixes) {
      const measured = await measureCluster(nodeCount, mix);
      results.push(measured);
      print([...saturationRow(measured), ...latencyRow(measured)].join('  '));
    }
  }
  return text(results);
}

const saturationHead = [
  'nodes',
  'operations',
  'op/s',
  'leader µs/op',
  'follower µs/op',
  'bench µs/op',
  'bench, % of one processor',
  'op/s, if alone on the processors',
  'messages/op',
  'bench alone, op/s',
  'bench alone : with nodes',
];

function saturationRow({ nodeCount, mix, saturated, idle }: Measured): string[] {
  const { operationsPerSecond, nodeCpuUs, benchCpuUs, benchShare, messagesPerOperation } =
    saturated;
  const [leader = 0, ...followers] = nodeCpuUs.toSorted((a, b) => b - a);
  const all = nodeCpuUs.reduce((sum, us) => sum + us, benchCpuUs);
  return [
    String(nodeCount),
    mix,
    figure(operationsPerSecond),
    figure(leader, 1),
    figure(median(followers), 1),
    figure(benchCpuUs, 1),
    figure(100 * benchShare),
    figure((1e6 * availableParallelism()) / all),
    figure(messagesPerOperation, 1),
    figure(idle.operationsPerSecond),
    figure(idle.operationsPerSecond / operationsPerSecond, 1),
  ];
}

const latencyHead = [
  'nodes',
  'operations',
  ...['saturated, median', 'p99'],
  ...openLoopParts.flatMap((part) => [`${100 * part} %, reached`, 'median', 'p99']),
  'unanswered',
];

function latencyRow({ nodeCount, mix, saturated, openLoop }: Measured): string[] {
  const loads = [saturated, ...openLoop];
  const latencies = (load: LoadFigures): string[] =>
    [0.5, 0.99].map((part) => figure(quantile(load, part), 1));
  const reached = ({ operationsPerSecond }: LoadFigures): string =>
    `${figure((100 * operationsPerSecond) / saturated.operationsPerSecond)} %`;
  return [
    String(nodeCount),
    mix,
    ...latencies(saturated),
    ...openLoop.flatMap((load) => [reached(load), ...latencies(load)]),
    String(loads.reduce((sum, { unanswered }) => sum + unanswered, 0)),
  ];
}

function quantile({ latenciesMs }: LoadFigures, part: number): number {
  return latenciesMs[Math.floor(part * latenciesMs.length)] ?? Number.NaN;
}

function text(results: readonly Measured[]): string {
  return `
\`bin/lin-kv\` as processes, all in memory, under the parts that \`raftwright test\` is made of: its
network, without latency or faults, its clients, its history and its log of messages. All share
${availableParallelism()} processors. *mixed* is the lin-kv workload, half of it reads; *writes* is nothing but writes.
Saturation is ${clientsPerNode} clients a node, each of which asks again as soon as it is answered. *Bench alone* is
the same load on nodes that do nothing but answer: what the bench itself can carry, the bound in
these figures. (Maelstrom's is about 1,500 operations a second with such nodes.) Processor time
includes the kernel's. Bench and nodes take it from each other, so all of it together is what an
operation costs, and what the processors would carry if they had nothing else to do. The bench is one
thread, and not what holds the nodes up as long as it does not fill a processor.

${table([saturationHead, ...results.map(saturationRow)])}

Latency in milliseconds, as clients see it: at saturation, where it is the number of clients
divided by the rate, and with operations that start at random at parts of that rate. When all clients
wait, none starts: then less of the rate is reached.

${table([latencyHead, ...results.map(latencyRow)])}
`;
}

export const nodes: Benchmark = {
  name: 'nodes',
  title: 'Nodes as processes, under load',
  measure,
};

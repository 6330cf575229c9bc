/** Every workload on the same core, while nodes are killed and cut off: the verdict, and what it took. */

import type { BenchResult } from '../../src/testbed/bench-options.ts';
import type { FaultKind } from '../../src/testbed/nemesis.ts';
import type { BenchWorkload } from '../../src/testbed/workloads/bench-workload.ts';
import { workloads as allWorkloads } from '../../src/testbed/workloads/index.ts';
import { repositoryFile } from '../process.ts';
import { runOnce } from './bench-run.ts';
import { type Benchmark, figure, table } from './benchmark.ts';

const nodes: readonly string[] = ['n0', 'n1', 'n2', 'n3', 'n4'];
const faults: readonly FaultKind[] = ['partition', 'kill'];
const intervalSeconds = 3;
const timeLimitSeconds = 20;
const rate = 100;
const seed = 18;
/** Each workload is held to those of them that it knows. */
const models: readonly string[] = ['linearizable', 'strict-serializable'];

export const workloads: Benchmark = {
  name: 'workloads',
  title: 'Every workload under faults',
  async measure(print) {
    const head = [
      ...['workload', 'verdict', 'operations', 'ok', 'could be answered', 'of these answered'],
      ...['median', 'p99', 'messages for each operation'],
    ];
    const rows: string[][] = [];
    for (const workload of allWorkloads) {
      const result = await runWorkload(workload);
      print(`${workload.name}: ${result.verdict}`);
      if (result.verdict === 'invalid') throw new Error(result.reasons.join('\n'));
      rows.push(rowOf(workload, result));
    }
    return `Real processes of \`bin/raft-node --machine NAME --data-dir DIR\`: five nodes, asked ${rate} times a second
by ${4 * nodes.length} clients for ${timeLimitSeconds} s, with partitions and kills every ${intervalSeconds} s, each on its own. Histories must be
linearizable, or strictly serializable, where the workload can be held to that. What could be answered
is a bound on any protocol ([bench.md](bench.md), "What could have been answered"): it has to ask a
majority, but for ids and echoes, which a node could give out alone. Ids come from the log here, so that
a node which is cut off has none. An invalid history ends the benchmark.

${table([head, ...rows])}
`;
  },
};

function runWorkload(workload: BenchWorkload): Promise<BenchResult> {
  return runOnce({
    workload,
    consistencyModels: workload.consistencyModels.filter((model) => models.includes(model)),
    bin: repositoryFile('bin/raft-node'),
    args: (dataDirectory) => ['--machine', workload.name, '--data-dir', dataDirectory],
    nodes,
    timeLimitSeconds,
    rate,
    latency: { meanMs: 0, distribution: 'constant' },
    faults,
    nemesisIntervalSeconds: intervalSeconds,
    quietSeconds: 10,
    seed,
  });
}

function rowOf({ name }: BenchWorkload, { verdict, statistics, bound }: BenchResult): string[] {
  const { all, messages } = statistics;
  const share = bound.attainable === 0 ? 0 : bound.attained / bound.attainable;
  return [
    name,
    verdict,
    figure(all.invoked),
    figure(all.ok),
    figure(bound.attainable),
    (Math.floor(1000 * share) / 1000).toFixed(3),
    all.latencyMs === null ? '–' : `${figure(all.latencyMs.median, 1)} ms`,
    all.latencyMs === null ? '–' : `${figure(all.latencyMs.p99)} ms`,
    figure(messages.serverMessagesPerOperation, 1),
  ];
}

/** A run of the bench whose directory nobody needs afterwards. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBench } from '../../src/testbed/bench.ts';
import type { BenchOptions, BenchResult } from '../../src/testbed/bench-options.ts';
import { defaultWorkloadOptions } from '../../src/testbed/workloads/bench-workload.ts';

/** What differs from one benchmark to the next; `args` is told a directory for the nodes' data. */
export type BenchRun = Pick<
  BenchOptions,
  | 'workload'
  | 'consistencyModels'
  | 'bin'
  | 'nodes'
  | 'timeLimitSeconds'
  | 'rate'
  | 'latency'
  | 'faults'
  | 'nemesisIntervalSeconds'
  | 'quietSeconds'
  | 'seed'
> & { readonly args: (dataDirectory: string) => readonly string[] };

/** Four clients a node. */
export async function runOnce({ args, ...run }: BenchRun): Promise<BenchResult> {
  const store = mkdtempSync(join(tmpdir(), 'raftwright-benchmark-'));
  try {
    return await runBench({
      ...run,
      args: args(join(store, 'data')),
      concurrency: 4 * run.nodes.length,
      workloadOptions: defaultWorkloadOptions,
      availability: null,
      store,
      logStderr: false,
      logNetSend: false,
      logNetRecv: false,
      trace: null,
      print: () => {},
    });
  } finally {
    rmSync(store, { recursive: true });
  }
}

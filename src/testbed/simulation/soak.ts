/** Many seeds, on all cores. */

import { Worker } from 'node:worker_threads';
import type { PlanChanges } from './plan.ts';
import { runSeed, type SeedOptions, type SeedResult, type SeedTask } from './run-seed.ts';

export interface SoakOptions {
  /** The first seed and the last. */
  readonly from: number;
  readonly to: number;
  /** How many seeds run at a time. */
  readonly jobs: number;
  readonly changes: PlanChanges;
  readonly options?: SeedOptions;
  /** No more seeds are begun after so many failures. */
  readonly maxFailures: number;
  readonly onResult: (result: SeedResult) => void;
  /** Ends the soak before its time. */
  readonly interrupt?: AbortSignal;
}

/** Resolves when all seeds are done, or enough have failed. Rejects when the simulator fails. */
export async function soak(soakOptions: SoakOptions): Promise<void> {
  const { from, to, jobs, changes, options = {} } = soakOptions;
  const { maxFailures, onResult, interrupt } = soakOptions;
  let next = from;
  let failures = 0;
  const take = (): SeedTask | null => {
    const isOver = next > to || failures >= maxFailures || interrupt?.aborted === true;
    return isOver ? null : { seed: next++, changes, options };
  };
  const note = (result: SeedResult): void => {
    if (result.verdict === 'invalid') failures++;
    onResult(result);
  };
  if (jobs === 1) {
    for (let task = take(); task !== null; task = take()) {
      note(await runSeed(task));
      // Signals are heard between seeds.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return;
  }
  const count = Math.min(jobs, to - from + 1);
  await Promise.all(Array.from({ length: count }, () => work(take, note)));
}

/** One worker does one seed after the other. */
function work(take: () => SeedTask | null, note: (result: SeedResult) => void): Promise<void> {
  const first = take();
  if (first === null) return Promise.resolve();
  const worker = new Worker(new URL('./soak-worker.js', import.meta.url));
  worker.postMessage(first);
  return new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', resolve);
    worker.on('message', (result: SeedResult) => {
      note(result);
      const task = take();
      if (task === null) void worker.terminate();
      else worker.postMessage(task);
    });
  });
}

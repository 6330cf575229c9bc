/** All workloads of the bench, by the names that `--workload` takes. */

import type { BenchWorkload } from './bench-workload.ts';
import { linKv } from './lin-kv.ts';

export const workloads: readonly BenchWorkload[] = [linKv];

/** Undefined when there is none of this name. */
export function findWorkload(name: string): BenchWorkload | undefined {
  return workloads.find((workload) => workload.name === name);
}

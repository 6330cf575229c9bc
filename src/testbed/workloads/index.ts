/** All workloads of the bench, by the names that `--workload` takes. */

import type { BenchWorkload } from './bench-workload.ts';
import { kafka } from './kafka.ts';
import { linKv } from './lin-kv.ts';
import { txnListAppend } from './txn-list-append.ts';
import { txnRwRegister } from './txn-rw-register.ts';

export const workloads: readonly BenchWorkload[] = [linKv, txnListAppend, txnRwRegister, kafka];

/** Undefined when there is none of this name. */
export function findWorkload(name: string): BenchWorkload | undefined {
  return workloads.find((workload) => workload.name === name);
}

/** All workloads of the bench, by the names that `--workload` takes. */

import type { BenchWorkload } from './bench-workload.ts';
import { broadcast } from './broadcast.ts';
import { gCounter, pnCounter } from './counters.ts';
import { echo } from './echo.ts';
import { gSet } from './g-set.ts';
import { kafka } from './kafka.ts';
import { linKv } from './lin-kv.ts';
import { txnListAppend } from './txn-list-append.ts';
import { txnRwRegister } from './txn-rw-register.ts';
import { uniqueIds } from './unique-ids.ts';

export const workloads: readonly BenchWorkload[] = [
  linKv,
  echo,
  uniqueIds,
  gSet,
  broadcast,
  gCounter,
  pnCounter,
  kafka,
  txnListAppend,
  txnRwRegister,
];

/** Undefined when there is none of this name. */
export function findWorkload(name: string): BenchWorkload | undefined {
  return workloads.find((workload) => workload.name === name);
}

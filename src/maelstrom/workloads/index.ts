/** Every workload, by the name that Maelstrom has for it. */

import type { AnyWorkload } from '../workload.ts';
import { broadcast } from './broadcast.ts';
import { echo } from './echo.ts';
import { gCounter } from './g-counter.ts';
import { gSet } from './g-set.ts';
import { kafka } from './kafka.ts';
import { linKv } from './lin-kv.ts';
import { pnCounter } from './pn-counter.ts';
import { txnListAppend } from './txn-list-append.ts';
import { txnRwRegister } from './txn-rw-register.ts';
import { uniqueIds } from './unique-ids.ts';

export const workloads: readonly AnyWorkload[] = [
  broadcast,
  echo,
  gCounter,
  gSet,
  kafka,
  linKv,
  pnCounter,
  txnListAppend,
  txnRwRegister,
  uniqueIds,
];

/** Maelstrom's txn-rw-register: transactions that read and write registers. */

import { checkRwRegister } from '../../checker/index.ts';
import type { BenchWorkload } from './bench-workload.ts';
import { transactionWorkload } from './transactions.ts';
import { textOf } from './value-text.ts';

export const txnRwRegister: BenchWorkload = transactionWorkload<string | null>({
  name: 'txn-rw-register',
  writeVerb: 'w',
  readOf: (value) => (value === null ? null : textOf(value)),
  expected: 'a value',
  check: checkRwRegister,
  // The order of versions can be known in part only.
  claimOf: (models) => `nothing in the history contradicts that it is ${models}`,
});

/** Maelstrom's txn-list-append: transactions that read lists and append to them. */

import { checkListAppend } from '../../checker/index.ts';
import type { BenchWorkload } from './bench-workload.ts';
import { transactionWorkload } from './transactions.ts';
import { textOf } from './value-text.ts';

export const txnListAppend: BenchWorkload = transactionWorkload<readonly string[]>({
  name: 'txn-list-append',
  writeVerb: 'append',
  // A list that does not exist is read as null.
  readOf: (value) => (value === null ? [] : Array.isArray(value) ? value.map(textOf) : undefined),
  expected: 'an array or null',
  check: checkListAppend,
  claimOf: (models) => `the history is ${models}`,
});

/** What clients of a set or a counter ask: as many adds as reads, and one read each at the end. */

import { nextInteger, type Random } from '../../raft/index.ts';
import type { Workload } from '../workload.ts';
import type { BenchWorkload, ClientOperation } from './bench-workload.ts';

const read: ClientOperation = { f: 'read', key: null, value: null };

/** @param nextAdd draws what is added */
export function addsAndReads(
  random: Random,
  nextAdd: () => ClientOperation,
): Workload<ClientOperation> {
  return {
    next: () => (nextInteger(random, 0, 2) === 0 ? nextAdd() : read),
    replaceProcess: () => {},
  };
}

/** Every client reads once, so that every node is asked. */
export const finalReads: NonNullable<BenchWorkload['final']> = () => () => [read];

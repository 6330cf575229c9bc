/**
 * The workloads g-counter and pn-counter: as many adds as reads, and a read by every client at the
 * end. Deltas are drawn as Maelstrom draws them: -5 to 4, and of a counter that only grows those
 * that are not negative.
 */

import { nextInteger } from '../../raft/index.ts';
import { addsAndReads, finalReads } from './adds-and-reads.ts';
import type { BenchWorkload } from './bench-workload.ts';
import { closedProtocol, faultOfInteger } from './closed-protocol.ts';
import { counterClaim, judgeCounter } from './counter-judgement.ts';

/** @param leastDelta of an add; the greatest is 4 */
function counter(name: string, leastDelta: number): BenchWorkload {
  return {
    name,
    functions: ['add', 'read'],
    concurrencyUnit: () => 1,
    consistencyModels: ['linearizable'],
    modelsToTell: ['linearizable'],
    answersAlone: (models) => !models.includes('linearizable'),
    claim: counterClaim,
    create: ({ random }) =>
      addsAndReads(random, () => ({
        f: 'add',
        key: null,
        value: nextInteger(random, leastDelta, 5),
      })),
    protocol: closedProtocol({
      add: { toRequest: ({ value }) => ({ type: 'add', delta: value }), reply: 'add_ok' },
      read: {
        toRequest: () => ({ type: 'read' }),
        reply: 'read_ok',
        result: 'value',
        faultOf: faultOfInteger,
        isHarmless: true,
      },
    }),
    final: finalReads,
    judge: judgeCounter,
  };
}

export const gCounter: BenchWorkload = counter('g-counter', 0);
export const pnCounter: BenchWorkload = counter('pn-counter', -5);

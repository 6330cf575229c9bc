/**
 * The g-set workload as Maelstrom generates it: as many adds as reads, of whole numbers from 0 on,
 * each added once; and a read by every client at the end.
 */

import { addsAndReads, finalReads } from './adds-and-reads.ts';
import type { BenchWorkload } from './bench-workload.ts';
import { closedProtocol, faultOfList } from './closed-protocol.ts';
import { judgeSet, setClaim } from './set-judgement.ts';

export const gSet: BenchWorkload = {
  name: 'g-set',
  functions: ['add', 'read'],
  concurrencyUnit: () => 1,
  consistencyModels: ['linearizable'],
  modelsToTell: ['linearizable'],
  answersAlone: (models) => !models.includes('linearizable'),
  claim: (context) => setClaim(context, 'element'),
  create({ random }) {
    let next = 0;
    return addsAndReads(random, () => ({ f: 'add', key: null, value: next++ }));
  },
  protocol: closedProtocol({
    add: { toRequest: ({ value }) => ({ type: 'add', element: value }), reply: 'add_ok' },
    read: {
      toRequest: () => ({ type: 'read' }),
      reply: 'read_ok',
      result: 'value',
      faultOf: faultOfList,
      isHarmless: true,
    },
  }),
  final: finalReads,
  judge: (events, context) => judgeSet(events, context, { add: 'add', thing: 'element' }),
};

/**
 * The broadcast workload as Maelstrom generates it: nodes are first told a topology, which they may
 * use or not; then as many broadcasts as reads, of whole numbers from 0 on; and a read by every
 * client at the end. What is broadcast is a set that only grows, and is judged as one.
 */

import { addsAndReads, finalReads } from './adds-and-reads.ts';
import type { BenchWorkload } from './bench-workload.ts';
import { closedProtocol, demandClosedReply, faultOfList } from './closed-protocol.ts';
import { judgeSet, setClaim } from './set-judgement.ts';
import { makeTopology } from './topology.ts';

export const broadcast: BenchWorkload = {
  name: 'broadcast',
  functions: ['broadcast', 'read'],
  concurrencyUnit: () => 1,
  consistencyModels: ['linearizable'],
  modelsToTell: ['linearizable'],
  answersAlone: (models) => !models.includes('linearizable'),
  claim: (context) => setClaim(context, 'message'),
  setUp({ nodes, options }) {
    const topology = makeTopology(options.topology, nodes);
    return () => ({
      request: { type: 'topology', topology },
      accept: (reply) => demandClosedReply(reply, 'topology_ok', []),
    });
  },
  create({ random }) {
    let next = 0;
    return addsAndReads(random, () => ({ f: 'broadcast', key: null, value: next++ }));
  },
  protocol: closedProtocol({
    broadcast: {
      toRequest: ({ value }) => ({ type: 'broadcast', message: value }),
      reply: 'broadcast_ok',
    },
    read: {
      toRequest: () => ({ type: 'read' }),
      reply: 'read_ok',
      result: 'messages',
      faultOf: faultOfList,
      isHarmless: true,
    },
  }),
  final: finalReads,
  judge: (events, context) => judgeSet(events, context, { add: 'broadcast', thing: 'message' }),
};

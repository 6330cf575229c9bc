/**
 * broadcast: messages that reach every node. What one has acknowledged all tell from then on; Raft
 * finds its own ways to them, and needs no topology.
 */

import { type AddElement, type ReadSet, setKit } from '../../machine/set.ts';
import { malformed } from '../errors.ts';
import { beginning } from '../fault-log.ts';
import type { Body } from '../message.ts';
import { asString, membersField } from '../request-fields.ts';
import type { Asked } from '../workload.ts';
import { adding, reading, type SetWorkload } from './sets.ts';

export const broadcast: SetWorkload = {
  name: 'broadcast',
  machine: setKit,
  requests: {
    topology: { toOperation: checkTopology, toReply: () => ({ type: 'topology_ok' }) },
    broadcast: adding('broadcast', 'message'),
    read: reading('messages'),
  },
};

function checkTopology(body: Body): Asked<AddElement, ReadSet> {
  for (const [node, neighbors] of membersField(body, 'topology')) {
    const name = `topology of ${beginning(node)}`;
    if (!Array.isArray(neighbors)) throw malformed(`${name} is not an array`);
    for (const neighbor of neighbors) asString(neighbor, `a node in the ${name}`);
  }
  return { kind: 'nothing', reply: { type: 'topology_ok' } };
}

/** How this node's leadership ended, and its attempts to hand it over. */

import type { Registry } from '../metrics/registry.ts';
import type { RequestId } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import { counterOf } from './label-values.ts';
import type { RaftSource } from './raft-source.ts';

const reasons = [
  'higherTerm',
  'quorumLost',
  'removed',
  'transfer',
  'storage',
  'internalError',
] as const;

const results = ['done', 'timedOut', 'leadershipLost', 'refused'] as const;

export function registerLeadership(registry: Registry, source: RaftSource): Observer {
  const stepDowns = counterOf(
    registry,
    {
      name: 'raft_step_downs_total',
      help: 'How often this node has stopped being leader: because it met a higher term, lost touch with a majority, was removed from the cluster, handed over, or because its store or its state machine failed ("storage", "internal_error"), after which it has stopped for good. Normally only transfers.',
      labels: ['reason'],
    },
    reasons,
  );
  const transfers = counterOf(
    registry,
    {
      name: 'raft_leadership_transfers_total',
      help: 'Attempts of this node to hand over its leadership, and how they ended. Those that were refused were asked of a node that did not lead, or for a target that cannot lead.',
      labels: ['result'],
    },
    results,
  );
  /** The transfer that is under way, as the core has it: the same object as long as it lasts. */
  let underWay: object | null = null;
  /** Requests for a transfer that the core has not answered; an operator makes few. */
  const asked = new Set<RequestId>();
  return {
    onStep(input, { role }) {
      if (input.kind === 'transferLeadership') asked.add(input.requestId);
      // When the role is another already, onRoleChange tells how the transfer ended.
      if (role.kind !== 'leader' || role.transfer === underWay) return;
      if (underWay !== null) transfers.timedOut.inc();
      underWay = role.transfer;
    },
    onDrain(effects) {
      if (asked.size === 0) return;
      for (const effect of effects) {
        if (effect.kind === 'transferred') asked.delete(effect.requestId);
        if (effect.kind !== 'refuse' || !asked.delete(effect.requestId)) continue;
        if (effect.refusal.definite) transfers.refused.inc();
      }
    },
    onRoleChange({ previousRole, reason }) {
      if (previousRole !== 'leader') return;
      const isHandedOver = underWay !== null && reason === 'higherTerm';
      if (underWay !== null) transfers[isHandedOver ? 'done' : 'leadershipLost'].inc();
      underWay = null;
      if (isHandedOver) stepDowns.transfer.inc();
      else if (reason === 'quorumLost' || reason === 'removed') stepDowns[reason].inc();
      else stepDowns.higherTerm.inc();
    },
    onHalted() {
      const status = source.core;
      if (status?.role.kind !== 'leader') return;
      if (underWay !== null) transfers.leadershipLost.inc();
      underWay = null;
      stepDowns[status.haltReason === null ? 'internalError' : 'storage'].inc();
    },
  };
}

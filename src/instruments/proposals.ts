/** Commands on their way: proposed, committed, applied; and those that other nodes carry out. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Effect, RequestId } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import { counterOf, snakeCase } from './label-values.ts';
import type { RaftSource } from './raft-source.ts';

/** Why a core refuses a proposal; the other refusals are of other requests. */
const failures = [
  'notLeader',
  'overloaded',
  'transferring',
  'superseded',
  'outcomeUnknown',
  'halted',
] as const;

/** How a node answers a command that was forwarded to it. */
const forwardResults = [
  'done',
  'notLeader',
  'noLeader',
  'overloaded',
  'timedOut',
  'stopped',
  'compacted',
  'forgotten',
] as const;

export function registerProposals(registry: Registry, source: RaftSource): Observer {
  const proposed = registry.counter({
    name: 'raft_proposals_total',
    help: 'Commands that were given to the core of this node to be replicated, its own and those that others forwarded.',
  });
  const failed = registry.counter({
    name: 'raft_proposals_failed_total',
    help: 'Proposals that did not take effect, or of which this node cannot tell ("outcome_unknown"). They are tried again where that is safe. Normally some around a change of leader; "overloaded" at other times means that more is asked than can be committed.',
    labels: ['reason'],
  });
  for (const reason of failures) failed.labels(snakeCase(reason));
  registry.collectGauge(
    {
      name: 'raft_proposals_pending',
      help: "This node's own proposals whose fate is open. When it only grows, nothing is committed.",
    },
    () => source.status()?.pendingProposals,
  );
  const durations = registry.histogram({
    name: 'raft_commit_duration_seconds',
    help: 'From when the leader was given a command until that was committed, in seconds: a round trip to the quicker half of the followers and a write to disk.',
    unit: 'seconds',
    upperBounds: exponentialBuckets(0.0005, 2, 15),
    exemplarLabel: 'log_index',
  });
  const sinceMs = new Map<RequestId, number>();
  const onEffect = (effect: Effect<unknown>): void => {
    if (effect.kind === 'refuse' && sinceMs.delete(effect.requestId)) {
      failed.labels(snakeCase(effect.refusal.kind)).inc();
    }
    if (effect.kind !== 'apply' || sinceMs.size === 0) return;
    const nowMs = source.now();
    effect.requestIds.forEach((requestId, position) => {
      const startMs = requestId === null ? undefined : sinceMs.get(requestId);
      if (requestId === null || startMs === undefined) return;
      sinceMs.delete(requestId);
      durations.observe((nowMs - startMs) / 1000, effect.entries[position]?.index);
    });
  };
  return {
    onStep(input) {
      if (input.kind !== 'propose') return;
      proposed.inc();
      sinceMs.set(input.requestId, source.now());
    },
    onDrain(effects) {
      for (const effect of effects) onEffect(effect);
    },
    onHalted: () => sinceMs.clear(),
  };
}

export function registerApplying(registry: Registry): Pick<Observer, 'onApplied'> {
  const durations = registry.histogram({
    name: 'raft_apply_duration_seconds',
    help: 'How long the state machine took for what was committed together, in seconds. The node does nothing else meanwhile.',
    unit: 'seconds',
    upperBounds: exponentialBuckets(0.0001, 2, 15),
  });
  const batches = registry.histogram({
    name: 'raft_apply_batch_entries',
    help: 'How many entries were applied together.',
    upperBounds: exponentialBuckets(1, 2, 11),
  });
  return {
    onApplied(entries, durationMs) {
      durations.observe(durationMs / 1000);
      batches.observe(entries);
    },
  };
}

export function registerForwarding(registry: Registry): Pick<Observer, 'onForwarded'> {
  const answers = counterOf(
    registry,
    {
      name: 'raft_forwarded_requests_total',
      help: 'Commands that this node has forwarded to the leader and got an answer to, by what the answer was. Each attempt counts; what is refused is tried again.',
      labels: ['result'],
    },
    forwardResults,
  );
  return {
    onForwarded: (outcome) => answers[outcome.kind === 'done' ? 'done' : outcome.reason].inc(),
  };
}

/** Linearizable reads: on what they rested, and how long that took. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import type { RaftView, RequestId } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import { snakeCase } from './label-values.ts';
import type { RaftSource } from './raft-source.ts';

/** Why a core refuses a read. */
const refusals = ['notLeader', 'leadershipLost', 'overloaded', 'halted'] as const;

interface OpenRead {
  readonly mode: 'read_index' | 'lease';
  readonly sinceMs: number;
}

export function registerReads(registry: Registry, source: RaftSource): Observer {
  const reads = registry.counter({
    name: 'raft_reads_total',
    help: 'Reads that the core of this node was asked for, by what they rested on (an index that a majority has confirmed, or the lease of the leader) and by result. Those that are refused are tried again, normally around a change of leader.',
    labels: ['mode', 'result'],
  });
  const served = {
    read_index: reads.labels('read_index', 'served'),
    lease: reads.labels('lease', 'served'),
  };
  for (const refusal of refusals) reads.labels('read_index', snakeCase(refusal));
  const durations = registry.histogram({
    name: 'raft_read_index_duration_seconds',
    help: 'How long it took to find an index at which a read is linearizable, in seconds: at the leader a round trip to the quicker half of the followers, elsewhere one to the leader more. Reads by lease take none, and are not counted.',
    unit: 'seconds',
    upperBounds: exponentialBuckets(0.0005, 2, 15),
  });
  const open = new Map<RequestId, OpenRead>();
  const take = (requestId: RequestId): OpenRead | undefined => {
    const read = open.get(requestId);
    open.delete(requestId);
    return read;
  };
  return {
    onStep(input, core) {
      if (input.kind !== 'read') return;
      const mode = isServedAtOnce(core, input.requestId) ? 'lease' : 'read_index';
      open.set(input.requestId, { mode, sinceMs: source.now() });
    },
    onDrain(effects) {
      if (open.size === 0) return;
      for (const effect of effects) {
        if (effect.kind !== 'readReady' && effect.kind !== 'refuse') continue;
        const read = take(effect.requestId);
        if (read === undefined) continue;
        if (effect.kind === 'refuse') {
          reads.labels(read.mode, snakeCase(effect.refusal.kind)).inc();
          continue;
        }
        served[read.mode].inc();
        if (read.mode === 'lease') continue;
        durations.observe((source.now() - read.sinceMs) / 1000);
      }
    },
    onHalted: () => open.clear(),
  };
}

/** Only a read by lease is ready as soon as it was asked for: all others wait for the next drain. */
function isServedAtOnce({ outbox }: RaftView, requestId: RequestId): boolean {
  return outbox.readsReady.at(-1)?.requestId === requestId;
}

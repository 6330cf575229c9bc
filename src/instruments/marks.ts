/** How far this node's log has come, and what it retains. */

import type { Registry } from '../metrics/registry.ts';
import type { RaftStatus } from '../raft/index.ts';
import type { Observer } from '../replica/index.ts';
import type { RaftSource } from './raft-source.ts';

const marks: [name: string, help: string, read: (status: RaftStatus) => number][] = [
  [
    'raft_commit_index',
    'The highest index that this node knows to be committed. On all nodes it should be about the same.',
    (now) => now.commitIndex,
  ],
  [
    'raft_applied_index',
    'The highest index that the state machine of this node has applied. Normally it is the commit index.',
    (now) => now.appliedIndex,
  ],
  [
    'raft_durable_index',
    'The highest index up to which the log is durable on this node.',
    (now) => now.durableIndex,
  ],
  [
    'raft_first_log_index',
    'The first index that the log retains; what is before it is in a snapshot.',
    (now) => now.firstIndex,
  ],
  ['raft_last_log_index', 'The last index of the log, committed or not.', (now) => now.lastIndex],
  [
    'raft_log_entries',
    'How many entries the log retains. It grows until the next snapshot.',
    (now) => now.lastIndex - now.firstIndex + 1,
  ],
];

export function registerMarks(registry: Registry, source: RaftSource): Observer {
  for (const [name, help, read] of marks) {
    registry.collectGauge({ name, help }, () => {
      const now = source.status();
      return now === undefined ? undefined : read(now);
    });
  }
  registry.collectGauge(
    {
      name: 'raft_log_size_bytes',
      help: 'What the commands in the retained log weigh together, in bytes.',
      unit: 'bytes',
    },
    () => source.core?.log.entries.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const compacted = registry.counter({
    name: 'raft_log_compacted_entries_total',
    help: 'Entries that were cut off the beginning of the log after a snapshot of this node.',
  });
  let base = 0;
  return {
    onLoaded(core) {
      base = core.log.baseIndex;
    },
    onDrain(effects, core) {
      for (const effect of effects) {
        // A snapshot from the leader replaces the log, which is another thing.
        if (effect.kind === 'restore') base = core.log.baseIndex;
        if (effect.kind !== 'compact') continue;
        compacted.inc(Math.max(0, effect.index - base));
        base = effect.index;
      }
    },
  };
}

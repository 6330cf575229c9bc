/** A core's memory in the few numbers that a trace has of it. */

import type { RaftView } from '../raft/index.ts';
import type { StateSummary } from './format.ts';

export function summaryOf(core: RaftView): StateSummary {
  const { log, durability, currentTerm, votedFor, commitIndex, appliedIndex } = core;
  return {
    role: core.role.kind,
    term: currentTerm,
    votedFor,
    leader: leaderOf(core),
    lastIndex: log.baseIndex + log.entries.length,
    lastTerm: log.entries.at(-1)?.term ?? log.baseTerm,
    durableIndex: durability.durableIndex,
    commitIndex,
    appliedIndex,
  };
}

function leaderOf({ id, role }: RaftView): string | null {
  if (role.kind === 'leader') return id;
  return role.kind === 'follower' ? role.leader : null;
}

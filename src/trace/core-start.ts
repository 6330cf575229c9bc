/** What a core begins with, written down so that another can begin just so. */

import type { Entry, RaftOptions } from '../raft/index.ts';
import { asNodeId, defaultSettings, type Settings } from '../raft/index.ts';
import type { CoreStart } from './format.ts';

/** @param headStartTicks which the core is given before anything else */
export function coreStartOf(options: RaftOptions<unknown>, headStartTicks: number): CoreStart {
  const { membership, seed, settings = defaultSettings, snapshot = null, entries = [] } = options;
  const { currentTerm = 0, votedFor = null } = options.hardState ?? {};
  const hardState = { currentTerm, votedFor } as CoreStart['hardState'];
  return { seed, membership, settings, hardState, snapshot, entries, headStartTicks };
}

export function raftOptionsOf(node: string, start: CoreStart): RaftOptions<unknown> {
  const { membership, seed, hardState, snapshot } = start;
  return {
    id: asNodeId(node),
    membership,
    seed,
    settings: start.settings as Settings,
    hardState,
    snapshot,
    entries: start.entries as readonly Entry<unknown>[],
  };
}

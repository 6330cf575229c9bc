/** The worlds that `raftwright explore` knows, each aimed at something. */

import type { NodeId } from '../../raft/index.ts';
import { a, b, c, type PreludeStep, startOf, type World, worldOf } from './world.ts';

/** This node is elected, and everything that follows from it comes to rest. */
function elected(node: NodeId, among: readonly NodeId[]): readonly PreludeStep[] {
  return [
    { kind: 'act', node, action: { kind: 'timeout' } },
    { kind: 'settle', among },
    { kind: 'lose' },
  ];
}

/** What a leader is told of its followers, and they of it, without a word being lost. */
function spoken(node: NodeId, among: readonly NodeId[]): readonly PreludeStep[] {
  return [
    { kind: 'act', node, action: { kind: 'heartbeat' } },
    { kind: 'settle', among },
    { kind: 'lose' },
  ];
}

const abc = [a, b, c];

export const worlds: readonly World[] = [
  worldOf({
    name: 'elections',
    aim: 'Three nodes campaign against each other, and one may crash.',
    ids: abc,
    budgets: { timeouts: 2, crashes: 1 },
  }),
  worldOf({
    name: 'pre-votes',
    aim: 'Pre-votes travel as messages: late, repeated, or of an earlier round.',
    ids: abc,
    preVotes: 'asked',
    budgets: { timeouts: 2, duplicates: 1 },
    mayTimeOut: [a, b],
  }),
  worldOf({
    name: 'late-votes',
    aim: 'Votes of an earlier campaign arrive late, and twice.',
    ids: abc,
    budgets: { timeouts: 3, duplicates: 1 },
    mayTimeOut: [a, b],
    maxInFlight: 7,
  }),
  worldOf({
    name: 'slow-votes',
    aim: 'A vote is told before it is on disk, if a rule is broken; then its giver crashes.',
    ids: abc,
    slowDisks: [b],
    budgets: { timeouts: 2, crashes: 1 },
    mayTimeOut: [a, c],
    mayCrash: [b],
  }),
  worldOf({
    name: 'two-slow-disks',
    aim: 'Two nodes whose writes take time: elections, proposals and crashes between them.',
    ids: [a, b],
    slowDisks: [a, b],
    budgets: { timeouts: 2, proposals: 1, crashes: 1, heartbeats: 1 },
  }),
  worldOf({
    name: 'figure-8',
    aim: 'Figure 8 of the paper at its smallest: an old entry that a majority has is not committed.',
    ids: abc,
    starts: [
      startOf(a, { term: 3, log: [1, 2] }),
      startOf(b, { term: 3, votedFor: c, log: [1] }),
      startOf(c, { term: 3, votedFor: c, log: [1, 3] }),
    ],
    settings: { maxAppendEntries: 1 },
    prelude: elected(a, [a, b]).slice(0, 1),
    budgets: { timeouts: 1 },
    mayTimeOut: [c],
  }),
  worldOf({
    name: 'conflicts',
    aim: 'A follower with entries of another term; appends are repeated and overtake each other.',
    ids: [a, b],
    starts: [startOf(a, { term: 3, log: [1, 2, 2] }), startOf(b, { term: 3, log: [1, 1, 1, 1] })],
    settings: { maxAppendEntries: 1 },
    budgets: { timeouts: 1, proposals: 1, heartbeats: 2, resends: 1, duplicates: 1 },
    mayTimeOut: [a],
  }),
  worldOf({
    name: 'overwritten',
    aim: 'An unfinished write of entries that another leader has replaced meanwhile.',
    ids: abc,
    slowDisks: [b],
    prelude: elected(a, abc),
    budgets: { timeouts: 1, proposals: 2 },
    mayTimeOut: [c],
  }),
  worldOf({
    name: 'deposed-reads',
    aim: 'A leader is asked to read while another is elected and commits.',
    ids: abc,
    prelude: [...elected(a, abc), ...spoken(a, abc)],
    budgets: { timeouts: 1, proposals: 1, reads: 1 },
    mayTimeOut: [b],
  }),
  worldOf({
    name: 'new-leader-reads',
    aim: 'A new leader is asked to read before it knows what is committed.',
    ids: abc,
    prelude: elected(a, abc),
    budgets: { timeouts: 1, proposals: 1, reads: 1 },
    mayTimeOut: [b],
    mayRead: [b],
  }),
  worldOf({
    name: 'membership',
    aim: 'From two voters to three, with an election in the middle.',
    ids: abc,
    voters: [a, b],
    prelude: [...elected(a, [a, b]), ...spoken(a, [a, b])],
    changes: [{ voters: abc, learners: [] }],
    budgets: { changes: 1, timeouts: 1 },
    mayTimeOut: [b],
  }),
  worldOf({
    name: 'transfer',
    aim: 'A leader hands over while it is asked for proposals.',
    ids: abc,
    prelude: [...elected(a, abc), ...spoken(a, abc)],
    transferTargets: abc,
    budgets: { transfers: 1, proposals: 1, heartbeats: 1, duplicates: 1 },
  }),
  worldOf({
    name: 'snapshots',
    aim: 'A follower lags behind a log that begins with a snapshot.',
    ids: abc,
    settings: { snapshotEntries: 2, trailingEntries: 0 },
    prelude: elected(a, [a, b]),
    budgets: { proposals: 2, heartbeats: 1, timeouts: 1 },
    mayTimeOut: [b],
  }),
  worldOf({
    name: 'stale-answers',
    aim: 'Answers arrive late and twice, also after a crash and in a later leadership.',
    ids: [a, b],
    prelude: elected(a, [a, b]),
    budgets: { timeouts: 1, proposals: 1, heartbeats: 2, crashes: 1, duplicates: 1 },
  }),
];

/** The worlds that `raftwright explore` knows, each aimed at something. */

import { asNodeId, type MessageKind, type NodeId } from '../../raft/index.ts';
import { a, b, c, type PreludeStep, startOf, type World, worldOf } from './world.ts';

const abc = [a, b, c];
const votes: readonly MessageKind[] = ['voteRequest', 'voteResponse'];

function timeout(node: NodeId): PreludeStep {
  return { kind: 'act', node, action: { kind: 'timeout' } };
}

/** This node is elected; what it says then is in flight. */
function elected(node: NodeId, among: readonly NodeId[]): readonly PreludeStep[] {
  return [timeout(node), { kind: 'settle', among, only: votes }];
}

/** This node leads, and all that it had to say was heard. */
function settled(node: NodeId, among: readonly NodeId[]): readonly PreludeStep[] {
  return [
    ...elected(node, among),
    { kind: 'settle', among },
    { kind: 'act', node, action: { kind: 'heartbeat' } },
    { kind: 'settle', among },
    { kind: 'lose' },
  ];
}

/**
 * Figure 8 (c) with three nodes: c led term 3 and nobody heard of it; a, elected in term 4, has an
 * entry of term 2 that it is about to send.
 */
const figure8 = {
  ids: abc,
  starts: [
    startOf(a, { term: 3, log: [1, 2] }),
    startOf(b, { term: 3, votedFor: c, log: [1] }),
    startOf(c, { term: 3, votedFor: c, log: [1, 3] }),
  ],
  settings: { maxAppendEntries: 1 },
  prelude: elected(a, [a, b]),
  mayTimeOut: [c],
};

const ofElections: readonly World[] = [
  worldOf({
    name: 'elections',
    aim: 'Three nodes campaign against each other, and one may crash.',
    ids: abc,
    budgets: { timeouts: 2, crashes: 1 },
  }),
  worldOf({
    name: 'pre-votes',
    aim: 'Pre-votes travel as messages: late, or of an earlier round.',
    ids: abc,
    preVotes: 'asked',
    budgets: { timeouts: 2 },
  }),
  worldOf({
    name: 'late-votes',
    aim: 'Votes of an earlier campaign arrive in a later one.',
    ids: abc,
    budgets: { timeouts: 3 },
    mayTimeOut: [a, b],
    maxInFlight: 5,
  }),
  worldOf({
    name: 'repeated-votes',
    aim: 'Two of four voters are up, and votes are delivered twice: that makes no majority.',
    ids: [a, b],
    voters: [a, b, c, asNodeId('d')],
    slowDisks: [a, b],
    budgets: { timeouts: 2, duplicates: 3, crashes: 1 },
  }),
  worldOf({
    name: 'alone',
    aim: 'A voter that is alone wins by its own vote, once that is on its slow disk.',
    ids: [a],
    slowDisks: [a],
    budgets: { timeouts: 3, crashes: 2, proposals: 3 },
  }),
  worldOf({
    name: 'slow-votes',
    aim: 'A voter with a slow disk crashes between two campaigns.',
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
    name: 'longer-log',
    aim: 'A long log of an old term does not win against a short one of a later term.',
    ids: abc,
    starts: [
      startOf(a, { term: 1, log: [1] }),
      startOf(b, { term: 2, log: [1, 1, 1] }),
      startOf(c, { term: 1, log: [1] }),
    ],
    prelude: elected(a, [a, c]),
    budgets: { timeouts: 1 },
    mayTimeOut: [b],
    maxInFlight: 6,
  }),
];

const ofLogs: readonly World[] = [
  worldOf({
    ...figure8,
    name: 'figure-8',
    aim: 'Figure 8 of the paper: an old entry that a majority has is not committed by that.',
    budgets: { timeouts: 1 },
    maxInFlight: 5,
  }),
  worldOf({
    ...figure8,
    name: 'overwritten',
    aim: 'A write is completed after another leader has replaced what it writes.',
    slowDisks: [b],
    budgets: { timeouts: 1 },
    maxInFlight: 5,
  }),
  worldOf({
    ...figure8,
    name: 'old-verified',
    aim: 'What was verified against an earlier leader says nothing of a later one.',
    prelude: [
      ...elected(a, [a, b]),
      { kind: 'settle', among: [a, b], only: ['appendRequest'] },
      { kind: 'lose' },
      timeout(c),
      { kind: 'lose' },
      ...elected(c, [b, c]),
    ],
    budgets: { heartbeats: 1 },
    maxInFlight: 6,
  }),
  worldOf({
    name: 'conflicts',
    aim: 'A follower with entries of another term; appends are repeated and overtake each other.',
    ids: [a, b],
    starts: [startOf(a, { term: 3, log: [1, 2] }), startOf(b, { term: 3, log: [1, 1, 1] })],
    settings: { maxAppendEntries: 1 },
    prelude: elected(a, [a, b]),
    budgets: { proposals: 1, heartbeats: 1, duplicates: 1 },
    maxInFlight: 4,
  }),
  worldOf({
    name: 'stale-answers',
    aim: 'Answers arrive late and twice, also after a crash and in a later leadership.',
    ids: [a, b],
    prelude: settled(a, [a, b]),
    budgets: { timeouts: 1, proposals: 1, heartbeats: 2, crashes: 1, duplicates: 1 },
  }),
  worldOf({
    name: 'snapshots',
    aim: 'A learner is caught up by snapshots and entries, in whatever order they arrive.',
    ids: [a, b],
    voters: [a],
    learners: [b],
    settings: { snapshotEntries: 1, trailingEntries: 0 },
    prelude: elected(a, [a]),
    budgets: { proposals: 2, duplicates: 1, crashes: 1 },
    mayCrash: [b],
  }),
  worldOf({
    name: 'lagging-voter',
    aim: 'A voter that was away gets a snapshot, while another leader may be elected.',
    ids: abc,
    starts: [
      startOf(a, { term: 1, log: [1] }),
      startOf(b, { term: 1, log: [1] }),
      startOf(c, { term: 1, log: [1, 1, 1] }),
    ],
    settings: { snapshotEntries: 2, trailingEntries: 0 },
    prelude: [...settled(a, [a, b])],
    budgets: { timeouts: 1, proposals: 1 },
    mayTimeOut: [b],
    maxInFlight: 5,
  }),
];

const ofRequests: readonly World[] = [
  worldOf({
    name: 'deposed-reads',
    aim: 'A leader is asked to read while another is elected and commits.',
    ids: abc,
    prelude: settled(a, abc),
    budgets: { timeouts: 1, reads: 1 },
    mayTimeOut: [b],
  }),
  worldOf({
    name: 'new-leader-reads',
    aim: 'A new leader is asked to read before it knows what is committed.',
    ids: abc,
    prelude: [...elected(a, abc), { kind: 'settle', among: abc }],
    budgets: { timeouts: 1, proposals: 1, reads: 1 },
    mayTimeOut: [b],
    mayRead: [b],
    maxInFlight: 6,
  }),
  worldOf({
    name: 'follower-reads',
    aim: 'A follower asks for read indices, crashes and asks again, while entries are committed.',
    ids: [a, b],
    prelude: settled(a, [a, b]),
    budgets: { proposals: 1, reads: 2, crashes: 1, timeouts: 1 },
    mayRead: [b],
    mayCrash: [b],
    mayTimeOut: [b],
  }),
  worldOf({
    name: 'late-questions',
    aim: 'A question for a read index comes late, or twice, after its asker has elected another.',
    ids: abc,
    prelude: settled(a, abc),
    budgets: { timeouts: 1, proposals: 1, reads: 2, duplicates: 1 },
    mayRead: [b],
    mayTimeOut: [c],
    maxInFlight: 4,
  }),
  worldOf({
    name: 'old-rounds',
    aim: 'An answer to a round of an earlier leadership does not confirm a read of a later one.',
    ids: abc,
    prelude: [
      ...settled(a, abc),
      { kind: 'act', node: a, action: { kind: 'heartbeat' } },
      { kind: 'settle', among: [a, b], only: ['heartbeatRequest'] },
      timeout(a),
      timeout(a),
      { kind: 'settle', among: abc, only: votes },
      { kind: 'settle', among: abc, only: ['appendRequest', 'appendResponse'] },
      { kind: 'act', node: a, action: { kind: 'heartbeat' } },
    ],
    budgets: { timeouts: 1, reads: 1 },
    mayTimeOut: [c],
    mayRead: [a],
    maxInFlight: 8,
  }),
  worldOf({
    name: 'transfer',
    aim: 'A leader hands over while it is asked for a proposal, and may give up.',
    ids: abc,
    prelude: settled(a, abc),
    transferTargets: abc,
    budgets: { transfers: 1, proposals: 1, heartbeats: 1 },
    maxInFlight: 6,
  }),
];

const ofMemberships: readonly World[] = [
  worldOf({
    name: 'third-voter',
    aim: 'From two voters to three, with an election in the middle.',
    ids: abc,
    voters: [a, b],
    prelude: settled(a, [a, b]),
    changes: [{ voters: abc, learners: [] }],
    budgets: { changes: 1, timeouts: 1 },
    mayTimeOut: [b],
  }),
  worldOf({
    name: 'replacement',
    aim: 'One voter takes the place of another, whose disk is slow and who may crash.',
    ids: [a, b],
    voters: [a],
    slowDisks: [a],
    prelude: settled(a, [a]),
    changes: [{ voters: [b], learners: [] }],
    budgets: { changes: 1, timeouts: 2, crashes: 1 },
    maxInFlight: 4,
  }),
  worldOf({
    name: 'hasty-changes',
    aim: 'Two leaders in turn are asked for changes before they know what is committed.',
    ids: abc,
    voters: [a, b],
    prelude: settled(a, [a, b]),
    changes: [
      { voters: [a], learners: [] },
      { voters: [b], learners: [] },
    ],
    budgets: { changes: 2, timeouts: 2 },
    mayTimeOut: [a, b],
    maxInFlight: 6,
  }),
  worldOf({
    name: 'forgotten-change',
    aim: "A change that only its leader knows of is overwritten by another leader's.",
    ids: abc,
    prelude: [
      ...settled(a, abc),
      {
        kind: 'act',
        node: a,
        action: { kind: 'change', request: 300, voters: [a, b], learners: [] },
      },
      { kind: 'lose' },
    ],
    changes: [{ voters: [b, c], learners: [] }],
    budgets: { changes: 1, timeouts: 1 },
    mayTimeOut: [b],
    maxInFlight: 6,
  }),
  worldOf({
    name: 'membership-snapshots',
    aim: 'The membership travels in snapshots, to a learner that is made a voter.',
    ids: [a, b],
    voters: [a],
    settings: { snapshotEntries: 1, trailingEntries: 0 },
    prelude: settled(a, [a]),
    changes: [
      { voters: [a], learners: [b] },
      { voters: [a, b], learners: [] },
    ],
    budgets: { changes: 2, crashes: 1 },
  }),
];

export const worlds: readonly World[] = [
  ...ofElections,
  ...ofLogs,
  ...ofRequests,
  ...ofMemberships,
];

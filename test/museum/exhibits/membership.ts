/** Changes of who takes part, in the log and in snapshots. */

import type { Exhibit } from '../exhibit.ts';

export const membership: readonly Exhibit[] = [
  {
    number: 7,
    title: 'membership change before an own-term commit',
    note: 'Two changes that do not know of each other. (Ongaro, raft-dev, July 2015)',
    seen: 'https://groups.google.com/g/raft-dev/c/t4xj6dJTP6E',
    file: 'raft/membership-change.ts',
    find: `  if (!knowsCommitted(state, leader)) {
    return refuse(state, requestId, { kind: 'termNotCommitted', definite: true });
  }
`,
    replace: '',
    caughtBy: { rules: 'membership/none-before-an-own-commit' },
  },
  {
    number: 8,
    title: 'joint state left before its entry is committed',
    note: 'New voters decide alone while a majority of the old ones has not heard of them.',
    seen: 'https://github.com/camunda/camunda/issues/60086',
    file: 'raft/membership-change.ts',
    find: 'isJoint(membership) && index <= state.commitIndex && knowsCommitted(state, leader)) {',
    replace: 'isJoint(membership) && knowsCommitted(state, leader)) {',
    caughtBy: { rules: 'membership/joint-is-left-when-committed' },
  },
  {
    number: 9,
    title: 'configuration effective at commit, not at append',
    note: 'The old voters commit the change by themselves. (Dissertation 4.1)',
    file: 'raft/membership.ts',
    find: 'return latestMembership(state).membership;',
    replace: 'return membershipAt(state, state.commitIndex).membership;',
    caughtBy: { rules: 'membership/effective-when-appended', simulation: '20' },
  },
  {
    number: 10,
    title: 'configuration not rolled back on truncation',
    note: 'The node goes by a membership that was never decided.',
    seen: 'https://github.com/canonical/raft/issues/250',
    file: 'raft/durability.ts',
    find: '  rollBackMemberships(state, from);\n',
    replace: '',
    caughtBy: { rules: 'membership/rolled-back-when-truncated' },
  },
  {
    number: 11,
    title: 'a voter refuses because of its own configuration',
    note: 'It may be the one that does not know yet who takes part. (Dissertation 4.2.2)',
    file: 'raft/elections.ts',
    find: '(state.votedFor === null || state.votedFor === message.from) &&',
    replace: `(state.votedFor === null || state.votedFor === message.from) &&
    membersThatDecide(membershipInEffect(state)).includes(message.from) &&`,
    caughtBy: { rules: 'membership/votes-for-a-stranger' },
  },
  {
    number: 12,
    title: 'a removed leader cannot hand over',
    note: 'Whoever stays waits out an election timeout for nothing. (Dissertation 4.2.2)',
    seen: 'https://github.com/redpanda-data/redpanda/pull/19966',
    file: 'raft/leadership.ts',
    find: '  if (successor !== null) {',
    replace: '  if (successor !== null && isVoter(membership, state.id)) {',
    caughtBy: { rules: 'membership/leader-that-leaves-hands-over' },
  },
  {
    number: 13,
    title: 'a removed leader keeps sending',
    note: 'It leads a cluster that it is no part of, and counts on votes of its own.',
    seen: 'https://github.com/etcd-io/etcd/issues/11038',
    file: 'raft/leadership.ts',
    find: `  if (!isRemoved) return;
  const successor = readySuccessor(state, leader);
  if (successor !== null) {
    send(state, { kind: 'timeoutNow', from: state.id, to: successor, term: state.currentTerm });
  }
  becomeFollower(state, null, 'removed');
`,
    replace: '',
    caughtBy: { rules: 'membership/leader-leaves-when-that-is-committed' },
  },
  {
    number: 15,
    title: 'snapshot keeps the old membership',
    note: 'Who is brought up to date by a snapshot goes by the members of long ago.',
    seen: 'https://github.com/async-raft/async-raft/issues/133',
    file: 'raft/durability.ts',
    find: '  state.memberships.splice(0, Number.POSITIVE_INFINITY, membership);\n',
    replace: '',
    caughtBy: { rules: 'snapshots/membership-in-the-snapshot' },
  },
  {
    number: 16,
    title: 'membership missing from the snapshot',
    note: 'What the log began with is written down instead of what was in effect at the end.',
    seen: 'https://github.com/moby/swarmkit/pull/238',
    file: 'raft/snapshots.ts',
    find: 'membership: membershipAt(state, applyingIndex) };',
    replace: 'membership: state.memberships[0] ?? membershipAt(state, applyingIndex) };',
    caughtBy: {
      rules: 'snapshots/membership-survives-two-compactions',
      exploration: 'membership-snapshots',
    },
  },
  {
    number: 17,
    title: 'membership lost at the second compaction',
    note: 'The entry that set it is gone, and the first membership is taken for the last.',
    seen: 'https://github.com/async-raft/async-raft/issues/134',
    file: 'raft/membership.ts',
    find: 'if (first > 0) state.memberships.splice(0, first);',
    replace: 'if (first > 0) state.memberships.splice(1, first);',
    caughtBy: { rules: 'snapshots/membership-survives-two-compactions' },
  },
];

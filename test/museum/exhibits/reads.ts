/** Reads that promise to be linearizable. */

import type { Exhibit } from '../exhibit.ts';

export const reads: readonly Exhibit[] = [
  {
    number: 2,
    title: 'a read is served before an own-term commit',
    note: 'A new leader does not know yet what its predecessor has committed. (Dissertation 6.4)',
    seen: 'https://github.com/etcd-io/etcd/issues/7331',
    file: 'raft/reads.ts',
    find: 'index: knowsCommitted(state, leader) ? state.commitIndex : null,',
    replace: 'index: state.commitIndex,',
    caughtBy: { rules: 'reads/not-before-own-term-commit', simulation: '20' },
  },
  {
    number: 3,
    title: 'a read is served before its quorum round',
    note: 'The round had begun before the read came: who has answered may have left since.',
    file: 'raft/reads.ts',
    find: 'round: leader.round + 1,',
    replace: 'round: leader.round,',
    caughtBy: { rules: 'reads/one-round-after-arrival', specification: '30' },
  },
  {
    number: 4,
    title: 'a lease read during a transfer',
    note: 'The target campaigns without waiting for the lease to end. (Dissertation 6.4.1)',
    file: 'raft/reads.ts',
    find: 'const isPossible = leaseReads && !leader.isLeaseVoid && leader.transfer === null;',
    replace: 'const isPossible = leaseReads;',
    caughtBy: { rules: 'reads/lease-is-void-once-the-target-was-told' },
  },
  {
    number: 5,
    title: 'a lease read that only checks the role',
    note: 'Who thinks that it leads may have been replaced.',
    seen: 'https://aphyr.com/posts/316-call-me-maybe-etcd-and-consul',
    file: 'raft/reads.ts',
    find: "if (consistency === 'linearizableByLease' && hasLease(state, leader)) {",
    replace: "if (consistency === 'linearizableByLease' && state.settings.leaseReads) {",
    caughtBy: { rules: 'reads/lease-needs-a-quorum' },
  },
  {
    number: 6,
    title: 'a read quorum of majority − 1',
    note: 'The leader is counted once more among those whose answers are counted.',
    file: 'raft/reads.ts',
    find: `  return quorumValue(membershipInEffect(state), (voter) =>
    voter === state.id || voter === asker
      ? leader.round + 1
      : (progressOf(leader, voter)?.ackedRound ?? 0),
  );`,
    replace: `  const { voters } = membershipInEffect(state);
  const next = leader.round + 1;
  const rounds = voters
    .map((voter) => leader.progress.find(({ peer }) => peer === voter)?.ackedRound ?? next)
    .sort((a, b) => b - a);
  return rounds[Math.floor(voters.length / 2) - 1] ?? next;`,
    caughtBy: { rules: 'reads/quorum-of-answers', specification: '30' },
  },
  {
    number: 120,
    title: 'whoever asks for a read index is counted as one voter more',
    note: 'It may be none, or one of the old or new voters only: the others have not been heard.',
    file: 'raft/reads.ts',
    find: `  return quorumValue(membershipInEffect(state), (voter) =>
    voter === state.id || voter === asker
      ? leader.round + 1
      : (progressOf(leader, voter)?.ackedRound ?? 0),
  );`,
    replace: `  const { voters } = membershipInEffect(state);
  const next = leader.round + 1;
  const rounds = voters
    .map((voter) => leader.progress.find(({ peer }) => peer === voter)?.ackedRound ?? next)
    .concat(asker === null ? [] : [next])
    .sort((a, b) => b - a);
  return rounds[Math.floor(voters.length / 2)] ?? next;`,
    caughtBy: { rules: 'reads/learners-question-confirms-nothing', specification: '30' },
  },
  {
    number: 121,
    title: 'a question that is under way stands for later reads too',
    note: 'It shows where its sender stood when it was sent, and not when those reads came.',
    file: 'raft/follower-reads.ts',
    find: `  state.readSequence++;
`,
    replace: `  if (reads[0]?.sequence === null) state.readSequence++;
`,
    caughtBy: { rules: 'reads/answer-serves-no-later-read' },
  },
  {
    number: 122,
    title: 'a question of an older term is taken for one of this',
    note: 'Whoever asked it may have voted for others since, and this leader is not whom it asked.',
    file: 'raft/dispatch.ts',
    find: "if (kind === 'preVoteResponse') return dispatch(state, message, kind);",
    replace: `if (kind === 'preVoteResponse' || kind === 'readIndexRequest') {
    return dispatch(state, message, kind);
  }`,
    caughtBy: { rules: 'reads/question-of-an-older-term' },
  },
  {
    number: 123,
    title: 'a leader that stood still reads by its lease as if no time had passed',
    note: 'Its process was stopped, or collected garbage, and others have elected a leader meanwhile.',
    file: 'replica/ticks.ts',
    find: 'return holdsLease(core) ? Math.min(this.#take(), most(core)) : 0;',
    replace: 'return 0;',
    caughtBy: {
      stories:
        'replica/ticks.test: who leads by lease makes up for the time that passed, before it reads',
    },
  },
  {
    number: 124,
    title: 'a message that was doubled on its way round a broken link is delivered twice',
    note: 'A forwarded command that comes twice may be refused once, and take effect once.',
    file: 'replica/relaying/relaying-transport.ts',
    find: 'if (this.#peers.get(origin)?.seen.add(number) === true) this.#arrived(origin, payload);',
    replace: 'this.#arrived(origin, payload);',
    caughtBy: {
      stories:
        'replica/relaying.test: of what the network doubles on the way round, one copy is delivered',
    },
  },
];

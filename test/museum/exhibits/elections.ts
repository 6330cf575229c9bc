/** Terms, votes, pre-votes, and the leader's own standing. */

import type { Exhibit } from '../exhibit.ts';

export const elections: readonly Exhibit[] = [
  {
    number: 14,
    title: 'pre-vote missing: a returning node deposes the leader',
    note: 'A node that was cut off has raised its term meanwhile. (Dissertation 9.6)',
    file: 'raft/elections.ts',
    find: 'if (mayCampaign(state)) startPreVote(state);',
    replace: 'if (mayCampaign(state)) startCampaign(state, false);',
    caughtBy: { rules: 'prevote/rejoining-node-does-not-depose-the-leader', specification: '20' },
  },
  {
    number: 27,
    title: 'stepping down in the same term clears the vote',
    note: 'The node can vote twice in one term, and so elect two leaders of it.',
    seen: 'https://github.com/etcd-io/etcd/pull/2461',
    file: 'raft/roles.ts',
    find: `
  changeRole(state, createFollower(leader), reason);
}`,
    replace: `
  if (previous.kind === 'leader' || previous.kind === 'candidate') state.votedFor = null;
  changeRole(state, createFollower(leader), reason);
}`,
    caughtBy: { rules: 'elections/same-term-step-down-keeps-the-vote' },
  },
  {
    number: 28,
    title: 'a late vote is counted in a later campaign',
    note: 'It was given for an earlier term, and its voter may vote for another in this one.',
    seen: 'https://github.com/andreev-io/little-raft/issues/44',
    file: 'raft/dispatch.ts',
    find: "if (kind === 'preVoteResponse') return dispatch(state, message, kind);",
    replace: `if (kind === 'preVoteResponse' || kind === 'voteResponse') {
    return dispatch(state, message, kind);
  }`,
    caughtBy: { rules: 'elections/late-vote-of-an-old-campaign', exploration: 'elections' },
  },
  {
    number: 31,
    title: 'up-to-date compares the index only',
    note: 'A long log of old terms wins over a log that has a committed entry. (Paper 5.4.1)',
    seen: 'https://github.com/sile/noraft/pull/22',
    file: 'raft/log.ts',
    find: 'return otherTerm !== ownTerm ? otherTerm > ownTerm : otherIndex >= lastIndex(log);',
    replace: 'return otherIndex >= lastIndex(log);',
    caughtBy: { rules: 'elections/up-to-date-by-term-then-index', exploration: 'longer-log' },
  },
  {
    number: 32,
    title: 'up-to-date needs both larger',
    note: 'Of a longer log and one of a later term neither can win. (Paper 5.4.1)',
    seen: 'https://github.com/hashicorp/raft/issues/94',
    file: 'raft/log.ts',
    find: 'return otherTerm !== ownTerm ? otherTerm > ownTerm : otherIndex >= lastIndex(log);',
    replace: 'return otherTerm >= ownTerm && otherIndex >= lastIndex(log);',
    caughtBy: { rules: 'elections/up-to-date-by-term-then-index' },
  },
  {
    number: 39,
    title: 'a refused pre-vote does not carry its term',
    note: 'Of a later term with a shorter log, and an earlier term, neither ever wins.',
    seen: 'https://github.com/etcd-io/etcd/issues/8243',
    file: 'raft/elections.ts',
    find: `    term: state.currentTerm,
    round: message.round,
    granted,`,
    replace: `    term: granted ? state.currentTerm : asTerm(message.term - 1),
    round: message.round,
    granted,`,
    caughtBy: { rules: 'prevote/refusal-carries-the-term', specification: '20' },
  },
  {
    number: 40,
    title: "a follower refuses its own leader's pre-vote forever",
    note: 'Whoever led the term cannot lead again, although perhaps nobody else can.',
    seen: 'https://github.com/hashicorp/raft/pull/605',
    file: 'raft/elections.ts',
    find: `    message.term > state.currentTerm &&
    !protectsLeaderFrom(state, message.from) &&`,
    replace: `    message.term > state.currentTerm &&
    state.termLeader !== message.from &&
    !protectsLeaderFrom(state, message.from) &&`,
    caughtBy: { rules: 'prevote/former-leader-may-lead-again' },
  },
  {
    number: 41,
    title: 'the leader without a quorum keeps heartbeating',
    note: 'Whoever hears it elects nobody else, and its clients wait. (Dissertation 6.2)',
    seen: 'https://github.com/databendlabs/openraft/pull/2083',
    file: 'raft/leadership.ts',
    find: `  if (!hasRecentQuorum(state, leader)) {
    becomeFollower(state, null, 'quorumLost');
    return;
  }
`,
    replace: '',
    caughtBy: { rules: 'prevote/leader-without-a-quorum-falls-silent' },
  },
  {
    number: 42,
    title: 'a transfer never times out',
    note: 'A leader whose target is dead takes nothing new any more. (Dissertation 3.10)',
    seen: 'https://github.com/databendlabs/openraft/issues/2088',
    file: 'raft/transfer.ts',
    find: 'if (isGone || transfer.ticks >= state.electionTicks) {',
    replace: 'if (isGone) {',
    caughtBy: { rules: 'transfer/dead-target-is-given-up' },
  },
  {
    number: 43,
    title: 'TimeoutNow before the target caught up',
    note: 'The target cannot win, and its campaign deposes the leader. (Dissertation 3.10)',
    seen: 'https://github.com/redpanda-data/redpanda/issues/2606',
    file: 'raft/transfer.ts',
    find: 'if (progress?.matchIndex === lastIndex(state.log)) tellTarget(state, leader, transfer);',
    replace: 'if (progress !== undefined) tellTarget(state, leader, transfer);',
    caughtBy: { rules: 'transfer/slow-target-is-told-when-it-has-everything', specification: '30' },
  },
  {
    number: 47,
    title: 'votes counted twice from one node',
    note: 'An answer that the network has doubled elects a leader without a majority.',
    seen: 'https://github.com/xnnyygn/xraft/issues/27',
    file: 'raft/elections.ts',
    find: `  if (hasQuorum(membershipInEffect(state), (voter) => role.granted.includes(voter)))
    startLeading(state, role);
}

/** Votes are a set of nodes: a repeated answer counts once. */
function addOnce(nodes: NodeId[], node: NodeId): void {
  if (!nodes.includes(node)) nodes.push(node);
}`,
    replace: `  const { voters, outgoing } = membershipInEffect(state);
  const majority = Math.floor(Math.max(voters.length, outgoing.length) / 2) + 1;
  if (role.granted.length >= majority) startLeading(state, role);
}

function addOnce(nodes: NodeId[], node: NodeId): void {
  nodes.push(node);
}`,
    caughtBy: { rules: 'elections/votes-are-a-set' },
  },
  {
    number: 48,
    title: 'election timer reset by a refused vote or a stale append',
    note: 'A node that cannot win holds back those that can. (Paper, Figure 2, "granting vote")',
    seen: 'https://github.com/dotnet/dotNext/issues/89',
    file: 'raft/elections.ts',
    find: `  if (granted) {
    state.votedFor = message.from;
    resetElectionTimer(state);`,
    replace: `  resetElectionTimer(state);
  if (granted) {
    state.votedFor = message.from;`,
    caughtBy: { rules: 'elections/refused-vote-does-not-reset-the-timer' },
  },
  {
    number: 125,
    title: 'whoever asks for votes waits as long as a late answer took, however long that was',
    note: 'A node that was away answered what was kept for it, and the next campaign came seconds later.',
    file: 'raft/timers.ts',
    find: 'const wanted = Math.min(roundTripsPerTimeout * (state.ticks - start), most);',
    replace: 'const wanted = roundTripsPerTimeout * (state.ticks - start);',
    caughtBy: { rules: 'timers/late-pre-vote-answers-lengthen-the-wait' },
  },
  {
    number: 126,
    title: 'the slowest voter decides how long elections wait',
    note: 'One that came back from a pause answered late, and the next failover took seconds.',
    file: 'raft/timers.ts',
    find: 'return Number.isFinite(shortest) ? shortest : null;',
    replace: `return leader.progress.reduce<number | null>(
    (slowest, { roundTrip }) => (roundTrip === null ? slowest : Math.max(slowest ?? 0, roundTrip)),
    Number.isFinite(shortest) ? shortest : null,
  );`,
    caughtBy: { rules: 'timers/quorum-decides' },
  },
];

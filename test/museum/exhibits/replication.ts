/** Logs made equal, and what is committed. */

import type { Exhibit } from '../exhibit.ts';

export const replication: readonly Exhibit[] = [
  {
    number: 1,
    title: "an older term's entry is committed by counting",
    note: 'A leader of a term between can still replace it. (Paper 5.4.2, Figure 8)',
    seen: 'https://github.com/logcabin/logcabin/issues/44',
    file: 'raft/commitment.ts',
    find: 'index <= state.commitIndex || termAt(state.log, index) !== state.currentTerm) return;',
    replace: 'index <= state.commitIndex) return;',
    caughtBy: {
      rules: 'commitment/older-entries-wait-for-own',
      specification: '30',
      exploration: 'figure-8',
    },
  },
  {
    number: 20,
    title: 'truncation at prev instead of at the conflict',
    note: 'An append that was overtaken by a later one deletes what that has brought. (Paper 5.3)',
    seen: 'https://github.com/hashicorp/raft/pull/113',
    file: 'raft/following.ts',
    find: `
  if (conflict !== undefined && conflict.index <= lastIndex(log)) truncate(state, conflict.index);
  append(log, news);
  adoptMemberships(state, news);
`,
    replace: `
  const from = asLogIndex(Math.max(message.prevIndex, state.commitIndex) + 1);
  if (from <= lastIndex(log)) truncate(state, from);
  const rest = message.entries.filter(({ index }) => index >= from);
  append(log, rest);
  adoptMemberships(state, rest);
`,
    caughtBy: { rules: 'replication/reordered-appends-delete-nothing', simulation: '20' },
  },
  {
    number: 21,
    title: 'a compacted prev taken for a conflict',
    note: 'What was compacted was committed, and so agrees; refusing it helps nobody.',
    seen: 'https://github.com/databendlabs/openraft/pull/509',
    file: 'raft/following.ts',
    find: 'message.prevIndex < log.baseIndex || termAt(',
    replace: 'termAt(',
    caughtBy: { rules: 'snapshots/compacted-prev-is-no-conflict' },
  },
  {
    number: 22,
    title: 'an empty append advances the commit index past what was verified',
    note: 'What lies there may be a leftover that another entry was committed in place of.',
    seen: 'https://github.com/atomix/copycat/issues/265',
    file: 'raft/following.ts',
    find: `  verifyTo(state, state.verifiedIndex, message.commitIndex);
  sendWhenDurable(state, {`,
    replace: `  commitTo(state, asLogIndex(Math.min(message.commitIndex, lastIndex(state.log))));
  sendWhenDurable(state, {`,
    caughtBy: { rules: 'replication/heartbeat-commits-what-is-verified' },
  },
  {
    number: 23,
    title: 'the commit index moves back',
    note: 'An older word of the leader is believed. The core itself notices, and stops.',
    file: 'raft/commitment.ts',
    find: `  if (index <= state.commitIndex) return;
  assert(`,
    replace: `  if (index === state.commitIndex) return;
  assert(`,
    caughtBy: { rules: 'replication/commit-index-never-moves-back' },
  },
  {
    number: 24,
    title: 'a stale refusal is believed',
    note: 'The leader goes back to where the logs once differed, and sends everything again.',
    seen: 'https://github.com/KanishJebaMathewM/Truxify/pull/8670',
    file: 'raft/replication.ts',
    find: '} else if (isAwaited(progress, result.prevIndex, message.round)) {',
    replace: "} else if (progress.mode.kind !== 'snapshot') {",
    caughtBy: { rules: 'replication/stale-refusal-is-ignored' },
  },
  {
    number: 25,
    title: 'a stale ack is believed',
    note: 'It is of an older term, and the follower has had another leader since.',
    file: 'raft/dispatch.ts',
    find: "if (kind === 'preVoteResponse') return dispatch(state, message, kind);",
    replace: `if (kind === 'preVoteResponse' || kind === 'appendResponse') {
    return dispatch(state, message, kind);
  }`,
    caughtBy: { rules: 'replication/ack-of-an-older-term-is-ignored' },
  },
  {
    number: 26,
    title: "the quorum's match index is taken from an unsorted list",
    note: 'It is that of whoever stands in the middle of the list.',
    file: 'raft/quorum.ts',
    find: `
    for (; at > 0 && (values[at - 1] ?? 0) < value; at--) values[at] = values[at - 1] ?? 0;
`,
    replace: '\n',
    caughtBy: { rules: 'commitment/greatest-index-of-a-majority' },
  },
  {
    number: 38,
    title: 'a failed log read sends an append without its prev',
    note: 'What was compacted cannot be read; the follower is asked to check against nothing.',
    file: 'raft/replication.ts',
    find: `  const prevTerm = termAt(state.log, prevIndex);
  assert(prevTerm !== null, 'the leader knows the entry before the next');
  const entries = entriesFrom(state.log, progress.nextIndex, maxAppendEntries, maxAppendBytes);
  send(state, {
    kind: 'appendRequest',
    from: state.id,
    to: progress.peer,
    term: state.currentTerm,
    prevIndex,
    prevTerm,
`,
    replace: `  const prev = state.log.entries.find(({ index }) => index === prevIndex);
  const entries = entriesFrom(state.log, progress.nextIndex, maxAppendEntries, maxAppendBytes);
  send(state, {
    kind: 'appendRequest',
    from: state.id,
    to: progress.peer,
    term: state.currentTerm,
    prevIndex: asLogIndex(prev?.index ?? 0),
    prevTerm: (prev?.term ?? 0) as typeof state.currentTerm,
`,
    caughtBy: { rules: 'snapshots/behind-the-logs-start' },
  },
  {
    number: 46,
    title: 'a full in-flight window that is lost stalls for ever',
    note: 'Nothing is sent while the window is full, and nothing that could empty it will come.',
    seen: 'https://github.com/matrixarkai/TemporalStore/pull/114',
    file: 'raft/replication.ts',
    find: '    if (isStuck) becomeProbe(progress, asLogIndex(progress.matchIndex + 1));\n',
    replace: '',
    caughtBy: { rules: 'replication/lost-window-is-sent-again', simulation: '40' },
  },
];

/** Snapshots that are received, and what they do to the log and the state. */

import type { Exhibit } from '../exhibit.ts';

export const snapshots: readonly Exhibit[] = [
  {
    number: 18,
    title: 'an old snapshot rewinds the state',
    note: 'It was delayed, and all of it has been applied long since. The core notices, and stops.',
    seen: 'https://github.com/etcd-io/etcd/pull/1763',
    file: 'raft/snapshots.ts',
    find: `    snapshot.index <= state.commitIndex ||
    (snapshot.index`,
    replace: '    (snapshot.index',
    caughtBy: { rules: 'snapshots/smaller-snapshot-rewinds-nothing' },
  },
  {
    number: 19,
    title: 'a snapshot keeps a conflicting suffix',
    note: 'What follows an entry that is not the snapshot’s own was never committed. (Figure 13)',
    file: 'raft/log.ts',
    find: '  log.entries.length = 0;\n',
    replace: '  log.entries.splice(0, index - log.baseIndex);\n',
    caughtBy: { rules: 'snapshots/conflicting-log-is-dropped-whole' },
  },
  {
    number: 45,
    title: 'applied index not atomic with the state: double apply',
    note: 'A snapshot says that it ends before what it contains; a restart applies that again.',
    seen: 'https://github.com/MartinKalema/horizontal-scaling-convex/pull/295',
    file: 'raft/snapshots.ts',
    find: 'const { snapshots, applyingIndex } = state;',
    replace: 'const { snapshots, appliedIndex: applyingIndex } = state;',
    caughtBy: { rules: 'snapshots/says-where-it-ends' },
  },
];

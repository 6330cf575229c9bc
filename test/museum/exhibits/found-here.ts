/** Defects that this project had once, and variants of what is in the list. */

import type { Exhibit } from '../exhibit.ts';

export const foundHere: readonly Exhibit[] = [
  {
    number: 51,
    title: "a node's own older snapshot takes the place of a received one",
    note: 'Taking it took longer than receiving the other.',
    file: 'raft/snapshots.ts',
    find: '  if (snapshots.latest !== null && snapshots.latest.index >= index) return;\n',
    replace: '',
    caughtBy: { rules: 'snapshots/own-older-snapshot-comes-too-late' },
  },
  {
    number: 52,
    title: 'an ack that was overtaken lowers the match index',
    note: 'The leader forgets what it knew to be durable.',
    file: 'raft/progress.ts',
    find: '  if (matchIndex < progress.matchIndex) return; // an answer that was overtaken\n',
    replace: '',
    caughtBy: { rules: 'replication/stale-ack-is-ignored' },
  },
  {
    number: 53,
    title: 'match indices are sorted as texts',
    note: 'As JavaScript does unless it is told otherwise: 9 comes after 10.',
    file: 'raft/quorum.ts',
    find: '(values[at - 1] ?? 0) < value; at--',
    replace: 'String(values[at - 1] ?? 0) < String(value); at--',
    caughtBy: { rules: 'commitment/ten-is-more-than-nine' },
  },
  {
    number: 54,
    title: "a heartbeat's answer counts entries that are not yet durable",
    note: 'Like 35, by the other way in which a follower says what it has.',
    seen: 'https://github.com/cloud-software-foundation/c5/issues/263',
    file: 'raft/following.ts',
    find: 'matchIndex: earlier(state.verifiedIndex, state.durability.durableIndex),',
    replace: 'matchIndex: state.verifiedIndex,',
    caughtBy: { rules: 'durability/heartbeat-is-answered-for-what-is-durable' },
  },
  {
    number: 55,
    title: 'parts of two leaders are put together to one snapshot',
    note: 'Snapshots of the same entries need not be of the same bytes.',
    file: 'raft/roles.ts',
    find: '  state.snapshots.receiving = null;\n',
    replace: '',
    caughtBy: {
      stories: 'raft/regressions.test: parts of two leaders are not put together to one snapshot',
    },
  },
  {
    number: 56,
    title: 'a removed leader tells a voter that cannot win',
    note: 'It is preferred, and lacks the last entries.',
    file: 'raft/transfer.ts',
    find: 'find(({ matchIndex }) => matchIndex === last)?.peer ?? null;',
    replace: 'find(({ matchIndex }) => matchIndex <= last)?.peer ?? null;',
    caughtBy: {
      stories: 'raft/regressions.test: a removed leader tells only a voter that can win',
    },
  },
  {
    number: 57,
    title: 'a single voter with a slow disk campaigns for ever',
    note: 'It does not wait for its own vote.',
    file: 'raft/elections.ts',
    find: "role.kind === 'follower' && !hearsLeader(state) && !isBoundByLease(state);",
    replace: '!hearsLeader(state) && !isBoundByLease(state);',
    caughtBy: {
      stories:
        'raft/regressions.test: a single voter leads although its disk takes longer than a tick',
    },
  },
  {
    number: 58,
    title: 'a voter that becomes the only one breaks the lease of its leader',
    note: 'It waits for nobody, though it has answered a leader a moment ago.',
    file: 'raft/elections.ts',
    find: "role.kind === 'follower' && !hearsLeader(state) && !isBoundByLease(state);",
    replace: "role.kind === 'follower';",
    caughtBy: {
      stories:
        'raft/regressions.test: ' +
        'a voter that becomes the only one does not break the lease of its leader',
    },
  },
  {
    number: 59,
    title: 'a leader under load replaces the snapshot that it is sending',
    note: 'The follower begins anew each time, and never catches up.',
    file: 'raft/snapshots.ts',
    find: 'const patienceWhileSending = 8;',
    replace: 'const patienceWhileSending = 1;',
    caughtBy: {
      stories:
        'raft/regressions.test: ' +
        'a leader under load does not replace the snapshot that it is sending',
    },
  },
  {
    number: 60,
    title: 'a lease ends when the beginnings of rounds are forgotten',
    note: 'So many rounds began within one round trip that none of them was remembered.',
    file: 'raft/timers.ts',
    find: '  if (starts.at(-1)?.ticks === start.ticks) return;\n',
    replace: '',
    caughtBy: {
      stories: 'raft/regressions.test: a lease outlives many rounds in one round trip',
    },
  },
  {
    number: 61,
    title: 'what was deleted before it was durable is acknowledged',
    note: 'Two leaders were heard between two writes; the first is told of entries that are gone.',
    file: 'raft/durability.ts',
    find: '  distrustAfter(durability, kept);\n  withdrawAcknowledgements(state, kept);\n',
    replace: '  distrustAfter(durability, kept);\n',
    caughtBy: { rules: 'durability/deleted-before-durable-is-not-acknowledged' },
  },
  {
    number: 62,
    title: 'an answer to what an earlier life has forwarded is taken for one of this life',
    note: 'Attempts were numbered from the same number in every life of a node.',
    file: 'replica/replica.ts',
    find: 'life: nextInteger(createRandom(seed), 0, 2 ** 29),',
    replace: 'life: 1,',
    caughtBy: {
      stories:
        'replica/exactly-once.test: ' +
        'an answer to what an earlier life has forwarded is not taken for one of this life',
    },
  },
  {
    number: 63,
    title: "a pre-vote's answer to an earlier life of the node counts",
    note: 'Rounds were numbered from the same number in every life.',
    file: 'raft/raft.ts',
    find: 'preVoteRound: firstNumber,',
    replace: 'preVoteRound: 0,',
    caughtBy: { rules: 'prevote/answer-to-an-earlier-life' },
  },
];

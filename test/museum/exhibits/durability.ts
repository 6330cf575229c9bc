/** What is on disk, and what is said before it is. */

import type { Exhibit } from '../exhibit.ts';

export const durability: readonly Exhibit[] = [
  {
    number: 29,
    title: 'the vote is not persisted before the reply',
    note: 'After a crash the node votes for another in the same term. (Paper, Figure 2)',
    seen: 'https://github.com/stateIs0/lu-raft-kv/issues/33',
    file: 'raft/elections.ts',
    find: `  sendWhenDurable(state, {
    kind: 'voteResponse',
    from: state.id,
    to: message.from,
    term: state.currentTerm,
    granted,
    lastLogIndex: lastIndex(state.log),
    lastLogTerm: lastTerm(state.log),
  });`,
    replace: `  const response: VoteResponse = {
    kind: 'voteResponse',
    from: state.id,
    to: message.from,
    term: state.currentTerm,
    granted,
    lastLogIndex: lastIndex(state.log),
    lastLogTerm: lastTerm(state.log),
  };
  state.outbox.effects.push({ kind: 'send', message: response });`,
    caughtBy: { rules: 'durability/vote-before-its-answer', simulation: '20' },
  },
  {
    number: 30,
    title: 'the term is not persisted',
    note: 'It is written when the vote is, and so lost when there was no vote in it.',
    seen: 'https://github.com/wenweihu86/raft-java/issues/57',
    file: 'raft/durability.ts',
    find: 'hardState.currentTerm === state.currentTerm && hardState.votedFor === state.votedFor;',
    replace: 'hardState.votedFor === state.votedFor;',
    caughtBy: { rules: 'durability/term-survives-a-restart' },
  },
  {
    number: 33,
    title: 'entries durable before their term',
    note: 'After a crash between the two there are entries of a term that never was.',
    file: 'raft/durability.ts',
    find: 'const isHardStateNew = !isHardState(state, durability.handedHardState);',
    replace: `const isHardStateNew =
    last <= durability.handedIndex && !isHardState(state, durability.handedHardState);`,
    caughtBy: { rules: 'durability/order-of-a-write' },
  },
  {
    number: 34,
    title: 'an ack after a failed fsync',
    note: 'The node stops, but what it promised before was not kept.',
    seen: 'https://github.com/rostamlabs/rostam/issues/94',
    file: 'replica/replica.ts',
    find: `
      if (failure !== null) return this.#step({ kind: 'storageFailed', reason: failure.message });
      if (this.#isStopped) return;
      for (const message of effect.messages) this.#send(message);
`,
    replace: `
      if (this.#isStopped) return;
      for (const message of effect.messages) this.#send(message);
      if (failure !== null) return this.#step({ kind: 'storageFailed', reason: failure.message });
`,
    caughtBy: {
      stories: 'replica/replica.test: nothing is acknowledged after a failed write',
      simulation: '50',
    },
  },
  {
    number: 35,
    title: 'an ack for entries that are in memory but not yet durable',
    note: 'The leader counts on them, and a crash takes them away. (Paper, Figure 2)',
    seen: 'https://github.com/deventlab/d-engine/pull/447',
    file: 'raft/following.ts',
    find: "result.kind === 'accepted' ? result.matchIndex : asLogIndex(0),",
    replace: 'asLogIndex(0),',
    caughtBy: { rules: 'durability/entries-before-their-ack', simulation: '20' },
  },
  {
    number: 36,
    title: "an async write's completion is believed after the entries were replaced (ABA)",
    note: 'What the write has made durable does not stand at these indices any more.',
    seen: 'https://github.com/cockroachdb/cockroach/issues/124440',
    file: 'raft/durability.ts',
    find: `  for (const write of durability.inFlight) {
    write.lastIndex = earlier(write.lastIndex, index);
  }
`,
    replace: '',
    caughtBy: { rules: 'durability/replaced-entries-do-not-count' },
  },
  {
    number: 37,
    title: 'a restart resurrects truncated entries',
    note: 'The store overwrites what was replaced, and keeps what was only truncated.',
    seen: 'https://github.com/etcd-io/etcd/issues/22442',
    file: 'storage/memory.ts',
    find: `    if (truncateFrom !== null) this.#entries.splice(this.#countBefore(truncateFrom));
    for (const entry of entries) this.#entries.push(entry);
`,
    replace: `    for (const entry of entries) {
      const at = this.#entries.findIndex(({ index }) => index === entry.index);
      this.#entries[at === -1 ? this.#entries.length : at] = entry;
    }
`,
    caughtBy: { stories: 'storage/memory.test: truncated entries do not come back' },
  },
];

/** Stores that are wrong about writes, also when each process lives for ever. */

import type { HardState, NodeId, Term } from '../../src/raft/index.ts';
import { partsOf } from '../../src/testbed/simulation/write-parts.ts';
import {
  appending,
  asIndex,
  like,
  loading,
  spelling,
  utf8,
  voting,
  type Wrong,
  writing,
} from './wrong-store.ts';

const wrongWrites: readonly Wrong[] = [
  voting('forgets who was voted for', ({ currentTerm }) => ({ currentTerm, votedFor: null })),
  voting('takes an empty name for none', ({ currentTerm, votedFor }) => ({
    currentTerm,
    votedFor: votedFor || null,
  })),
  voting('takes the name null for none', ({ currentTerm, votedFor }) => ({
    currentTerm,
    votedFor: votedFor === 'null' ? null : votedFor,
  })),
  voting('keeps 255 characters of a name', ({ currentTerm, votedFor }) => ({
    currentTerm,
    votedFor: votedFor === null ? null : (votedFor.slice(0, 255) as NodeId),
  })),
  voting('has terms of 32 bits', ({ currentTerm, votedFor }) => ({
    currentTerm: (currentTerm >>> 0) as Term,
    votedFor,
  })),
  {
    defect: 'keeps the last vote in a term without one',
    create(inner) {
      let votedFor: NodeId | null = null;
      const change = (hardState: HardState): HardState => {
        votedFor = hardState.votedFor ?? votedFor;
        return { ...hardState, votedFor };
      };
      return voting('', change).create(inner);
    },
  },
  writing('loses term and vote beside entries', ({ hardState, ...write }) => ({
    ...write,
    hardState: write.entries.length > 0 ? null : hardState,
  })),
  writing('does not truncate', (write) => ({ ...write, truncateFrom: null })),
  writing('truncates one too few', (write) => ({
    ...write,
    truncateFrom: write.truncateFrom && asIndex(write.truncateFrom + 1),
  })),
  writing('truncates one too many', (write) => ({
    ...write,
    truncateFrom: write.truncateFrom && asIndex(Math.max(1, write.truncateFrom - 1)),
  })),
  writing('truncates only where something takes the place', (write) => ({
    ...write,
    truncateFrom: write.entries.length > 0 ? write.truncateFrom : null,
  })),
  {
    defect: 'truncates after appending',
    create: (inner) =>
      like(inner, {
        write({ truncateFrom, ...write }, done) {
          inner.write({ ...write, truncateFrom: null }, () => {});
          const nothing = { hardState: null, snapshotChunk: null, entries: [] };
          inner.write({ ...nothing, truncateFrom }, done);
        },
      }),
  },
  {
    defect: 'changes the entries that it is given',
    create: (inner) =>
      like(inner, {
        write(write, done) {
          for (const entry of write.entries) Object.assign(entry, { isWritten: true });
          inner.write(write, done);
        },
      }),
  },
];

const wrongEntries: readonly Wrong[] = [
  appending('has terms of entries of 48 bits', (entry) => [
    { ...entry, term: (entry.term % 2 ** 48) as Term },
  ]),
  appending('has indices of 32 bits', (entry) => [{ ...entry, index: asIndex(entry.index >>> 0) }]),
  appending('loses entries without a command', (entry) => (entry.kind === 'noop' ? [] : [entry])),
  appending('weighs commands itself', (entry) => [
    entry.kind === 'command' ? { ...entry, bytes: utf8(entry.command).length } : entry,
  ]),
  appending('loses the outgoing voters', (entry) => [
    entry.kind === 'membership'
      ? { ...entry, membership: { ...entry.membership, outgoing: [] } }
      : entry,
  ]),
  appending('loses the learners', (entry) => [
    entry.kind === 'membership'
      ? { ...entry, membership: { ...entry.membership, learners: [] } }
      : entry,
  ]),
  appending('sorts the voters', (entry) => [
    entry.kind === 'membership'
      ? {
          ...entry,
          membership: { ...entry.membership, voters: entry.membership.voters.toSorted() },
        }
      : entry,
  ]),
  spelling('writes commands as latin1', (text) => Buffer.from(text, 'latin1').toString('latin1')),
  spelling('ends commands at a NUL', (text) => text.split('\u0000')[0] ?? ''),
  spelling('trims commands', (text) => text.trim()),
  spelling('has lengths of 16 bits', (text) => text.slice(0, 65_535)),
  spelling('cuts off what is longer than a segment', (text) => text.slice(0, 2 ** 20)),
];

const wrongReports: readonly Wrong[] = [
  {
    defect: 'reports twice',
    create: (inner) =>
      like(inner, {
        write(write, done) {
          inner.write(write, done);
          done(null);
        },
      }),
  },
  {
    defect: 'reports barriers at once',
    create: (inner) =>
      like(inner, {
        write(write, done) {
          if (partsOf(write).length === 0) return done(null);
          inner.write(write, () => setImmediate(() => done(null)));
        },
      }),
  },
  {
    defect: 'reports small writes sooner',
    create: (inner) =>
      like(inner, {
        write(write, done) {
          const turns = write.entries.length;
          inner.write(write, () => {
            if (turns === 0) process.nextTick(() => done(null));
            else setImmediate(() => done(null));
          });
        },
      }),
  },
  {
    defect: 'has forgotten all when it is loaded a second time',
    create(inner) {
      const empty = {
        hardState: { currentTerm: 0 as Term, votedFor: null },
        snapshot: null,
        entries: [],
      };
      let loads = 0;
      return like(inner, { load: async () => (++loads > 2 ? empty : await inner.load()) });
    },
  },
  loading('has a term to begin with', (state) => ({
    ...state,
    hardState: {
      ...state.hardState,
      currentTerm: Math.max(1, state.hardState.currentTerm) as Term,
    },
  })),
];

export const wrongWriters: readonly Wrong[] = [...wrongWrites, ...wrongEntries, ...wrongReports];

/** The rules of a world can be broken: each says so when it is. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RaftView } from '../../src/raft/index.ts';
import { asNodeId } from '../../src/raft/index.ts';
import type { NodeFacts } from '../../src/testbed/exploration/automaton.ts';
import type { Disk } from '../../src/testbed/exploration/disk.ts';
import type { EntryKey } from '../../src/testbed/exploration/entry-key.ts';
import { BrokenRule, checkPromise } from '../../src/testbed/exploration/promises.ts';
import {
  advance,
  type Change,
  emptyHistory,
  type History,
} from '../../src/testbed/exploration/rules.ts';
import { membershipOf, message, type VoteResponse } from './vocabulary.ts';

const [a, b, c] = ['a', 'b', 'c'].map(asNodeId);
const firstMembership = membershipOf(['a', 'b', 'c']);

/** A node whose disk has what its memory has. */
function node(id: string, terms: readonly number[], more: Partial<NodeFacts> = {}): NodeFacts {
  const keys = terms.map((term): EntryKey => [term, 0]);
  const log = { base: 0, keys, codes: keys.map((key) => JSON.stringify(key)) };
  const term = more.term ?? Math.max(0, ...terms);
  return {
    id: asNodeId(id),
    role: 'follower',
    term,
    votedFor: null,
    commitIndex: 0,
    log,
    membership: firstMembership,
    disk: log,
    diskEnd: terms.length,
    diskTerm: term,
    diskVote: null,
    snapshotIndex: 0,
    writesInFlight: 0,
    isTransferring: false,
    isTakingSnapshot: false,
    number: 0,
    ...more,
  };
}

function change(nodes: readonly NodeFacts[], more: Partial<Change> = {}): Change {
  const [changed] = nodes;
  assert.ok(changed !== undefined);
  const quiet = { events: [], asked: null, hasCrashed: false };
  return { nodes, changed, before: changed, firstMembership, ...quiet, ...more };
}

function breaks(rule: string, history: Partial<History>, broken: Change): void {
  assert.throws(
    () => advance({ ...emptyHistory, ...history }, broken),
    (error) => error instanceof BrokenRule && error.rule === rule,
    rule,
  );
}

const committedEntry = { entry: [1, 0] as const, inTerm: 1 };

test('a second leader of a term breaks election safety', () => {
  const leader = node('a', [1], { role: 'leader', diskVote: a ?? null });
  const history = { leaders: [{ term: 1, leader: asNodeId('b') }] };
  breaks('election safety', history, change([leader, node('b', [1])]));
});

test('a leader without the votes of a majority is none', () => {
  const leader = node('a', [1], { role: 'leader', diskVote: a ?? null });
  const voter = node('b', [], { term: 1, diskVote: a ?? null });
  breaks(
    'a leader has the votes of a majority',
    {},
    change([leader, node('b', []), node('c', [])]),
  );
  assert.equal(advance(emptyHistory, change([leader, voter, node('c', [])])).leaders.length, 1);
});

test('logs with the same term at an index, and a difference before it, do not match', () => {
  breaks('log matching', {}, change([node('a', [1, 2, 3]), node('b', [1, 1, 3])]));
});

test('what is committed must be on the disks of a majority', () => {
  const leader = node('a', [1], { commitIndex: 1 });
  breaks('what is committed is durable at a quorum', {}, change([leader, node('b', [])]));
  const { committed } = advance(emptyHistory, change([leader, node('b', [1])]));
  assert.deepEqual(committed, [committedEntry]);
});

test('two nodes that hold different entries committed break state-machine safety', () => {
  const other = node('a', [2], { commitIndex: 1 });
  breaks('state-machine safety', { committed: [committedEntry] }, change([other]));
});

test('a leader of a later term that lacks a committed entry breaks leader completeness', () => {
  const leader = node('a', [2], { role: 'leader', term: 2 });
  const history = {
    committed: [committedEntry],
    leaders: [{ term: 2, leader: asNodeId('a') }],
  };
  breaks('leader completeness', history, change([leader]));
});

test('a membership that the log does not show is not in effect', () => {
  const astray = node('a', [1], { membership: membershipOf(['a']) });
  breaks('the membership in effect is the last in the log', {}, change([astray]));
});

test('a read that misses what was committed when it was asked is not linearizable', () => {
  const reads = [{ request: 101, node: asNodeId('a'), floor: 1 }];
  const history = { committed: [committedEntry], reads };
  const answered = (index: number): Change =>
    change([node('a', [1])], { events: [{ kind: 'readReady', request: 101, index }] });
  breaks('reads are linearizable', history, answered(0));
  breaks('reads are linearizable', history, answered(2));
  assert.deepEqual(advance({ ...emptyHistory, ...history }, answered(1)).reads, []);
});

test('a proposal that was refused for good must not be committed', () => {
  const leader = node('a', [1], { commitIndex: 1 });
  const key: EntryKey = [1, 7];
  const log = { base: 0, keys: [key], codes: [JSON.stringify(key)] };
  const nodes = [
    { ...leader, log, disk: log },
    { ...node('b', [1]), log, disk: log },
  ];
  breaks('what was refused never happens', { refused: [7] }, change(nodes));
});

test('a vote that the disk does not show must not be told, nor a second one', () => {
  const granted = message<VoteResponse>({
    kind: 'voteResponse',
    from: 'a',
    to: 'b',
    term: 2,
    granted: true,
    lastLogIndex: 0,
    lastLogTerm: 0,
  });
  const disk = (currentTerm: number, votedFor: string | null): Disk =>
    ({ hardState: { currentTerm, votedFor }, snapshot: null, entries: [] }) as unknown as Disk;
  const view = { currentTerm: 2 } as RaftView;
  assert.throws(() => checkPromise(granted, view, disk(1, null), null), /is durable before/);
  assert.throws(() => checkPromise(granted, view, disk(2, 'c'), null), /is durable before/);
  const earlier = { term: 2, candidate: String(c) };
  assert.throws(() => checkPromise(granted, view, disk(2, 'b'), earlier), /one vote a term/);
  assert.deepEqual(checkPromise(granted, view, disk(2, 'b'), null), { term: 2, candidate: b });
});

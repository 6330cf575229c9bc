import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asLogIndex,
  asNodeId,
  asTerm,
  createRandom,
  hasQuorum,
  type LogIndex,
  type Membership,
  majority,
  membershipOf,
  nextInteger,
  quorumValue,
} from '../../src/raft/index.ts';
import {
  append,
  countKnown,
  createLog,
  entriesBetween,
  entriesFrom,
  isUpToDate,
  lastWithTermAtMost,
  termAt,
  truncateFrom,
} from '../../src/raft/log.ts';
import { entriesOf } from './cluster.ts';

function* sequences(length: number, values: number): Generator<number[]> {
  if (length === 0) return yield [];
  for (const rest of sequences(length - 1, values)) {
    for (let value = 0; value < values; value++) yield [...rest, value];
  }
}

test('any two quorums share a voter, and losing one more than a minority leaves none', () => {
  for (let size = 1; size <= 9; size++) {
    assert.ok(2 * majority(size) > size);
    assert.ok(2 * (majority(size) - 1) <= size);
  }
});

test('the quorum value is the greatest that a majority has reached: exhaustively up to 5', () => {
  for (let size = 1; size <= 5; size++) {
    const voters = Array.from({ length: size }, (_, i) => asNodeId(`n${i}`));
    for (const values of sequences(size, 4)) {
      const reached = (id: string): number => values[voters.indexOf(asNodeId(id))] ?? -1;
      const found = quorumValue(membershipOf(voters), reached);
      assert.ok(
        hasQuorum(membershipOf(voters), (id) => reached(id) >= found),
        `${values}: ${found} was not reached by a majority`,
      );
      assert.ok(
        !hasQuorum(membershipOf(voters), (id) => reached(id) > found),
        `${values}: more than ${found} was reached by a majority`,
      );
    }
  }
});

function* subsets<T>(items: readonly T[]): Generator<T[]> {
  for (let mask = 0; mask < 1 << items.length; mask++) {
    yield items.filter((_item, position) => (mask >> position) & 1);
  }
}

test('a joint quorum is a majority of each side: all memberships of up to four nodes', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4'].map(asNodeId);
  const quorumOf = (membership: Membership, agreeing: readonly string[]): boolean =>
    hasQuorum(membership, (id) => agreeing.includes(id));
  for (const voters of subsets(nodes)) {
    for (const outgoing of subsets(nodes)) {
      if (voters.length === 0 || outgoing.length === 0) continue;
      const joint = { voters, outgoing, learners: [] };
      for (const agreeing of subsets(nodes)) {
        const both =
          quorumOf(membershipOf(voters), agreeing) && quorumOf(membershipOf(outgoing), agreeing);
        assert.equal(quorumOf(joint, agreeing), both);
        for (const others of subsets(nodes)) {
          if (!quorumOf(joint, agreeing) || !quorumOf(membershipOf(voters), others)) continue;
          assert.ok(
            agreeing.some((id) => others.includes(id)),
            'a joint quorum and one of its new voters share a node',
          );
        }
      }
    }
  }
});

test('joint (C, C) decides exactly as C does: all sizes up to five, all values', () => {
  for (let size = 1; size <= 5; size++) {
    const voters = Array.from({ length: size }, (_, i) => asNodeId(`n${i}`));
    const joint = { voters, outgoing: voters, learners: [] };
    for (const values of sequences(size, 3)) {
      const reached = (id: string): number => values[voters.indexOf(asNodeId(id))] ?? -1;
      assert.equal(quorumValue(joint, reached), quorumValue(membershipOf(voters), reached));
      for (let value = 0; value < 3; value++) {
        const agrees = (id: string): boolean => reached(id) >= value;
        assert.equal(hasQuorum(joint, agrees), hasQuorum(membershipOf(voters), agrees));
      }
    }
  }
});

test('the joint quorum value is the greatest that both sides have reached', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4'].map(asNodeId);
  for (const voters of subsets(nodes)) {
    for (const outgoing of subsets(nodes)) {
      if (voters.length === 0 || outgoing.length === 0) continue;
      const joint = { voters, outgoing, learners: [] };
      for (const values of sequences(nodes.length, 3)) {
        const reached = (id: string): number => values[nodes.indexOf(asNodeId(id))] ?? -1;
        const found = quorumValue(joint, reached);
        assert.ok(hasQuorum(joint, (id) => reached(id) >= found));
        assert.ok(!hasQuorum(joint, (id) => reached(id) > found));
      }
    }
  }
});

test('up to date is lexicographic: all logs of up to three entries with terms up to 3', () => {
  const logs: number[][] = [];
  for (let length = 0; length <= 3; length++) {
    for (const terms of sequences(length, 3)) {
      const shifted = terms.map((term) => term + 1);
      if (shifted.every((term, i) => term >= (shifted[i - 1] ?? 0))) logs.push(shifted);
    }
  }
  for (const own of logs) {
    for (const other of logs) {
      const [ownTerm, otherTerm] = [own.at(-1) ?? 0, other.at(-1) ?? 0];
      const expected = otherTerm > ownTerm || (otherTerm === ownTerm && other.length >= own.length);
      assert.equal(
        isUpToDate(createLog(entriesOf(own)), asTerm(otherTerm), asLogIndex(other.length)),
        expected,
        `${other} against ${own}`,
      );
    }
  }
});

test('the search for a common point never skips over it, for all small pairs of logs', () => {
  // Leader and follower share a prefix and then differ; terms grow along each log.
  for (const ownTerms of sequences(4, 4)) {
    for (const otherTerms of sequences(4, 4)) {
      const leader = ownTerms.map((term) => term + 1).sort();
      const follower = otherTerms.map((term) => term + 1).sort();
      let common = 0;
      while (common < 4 && leader[common] === follower[common]) common++;
      const leaderLog = createLog(entriesOf(leader));
      const followerLog = createLog(entriesOf(follower));
      let prev: LogIndex = asLogIndex(4);
      for (let exchange = 0; ; exchange++) {
        assert.ok(exchange <= 4, 'the search ends');
        const prevTerm = termAt(leaderLog, prev);
        assert.ok(prevTerm !== null);
        if (termAt(followerLog, prev) === prevTerm) break;
        const hint = lastWithTermAtMost(followerLog, prev, prevTerm);
        const next = lastWithTermAtMost(leaderLog, hint.index, hint.term).index;
        assert.ok(next < prev, `${leader} / ${follower}: no progress at ${prev}`);
        prev = next;
      }
      // Positions with equal terms by chance are a match to the protocol, so only "not past" holds.
      assert.ok(prev >= common || termAt(followerLog, prev) === termAt(leaderLog, prev));
    }
  }
});

test('a log is appended to, read and truncated without gaps', () => {
  const log = createLog(entriesOf([1, 1, 2]));
  append(log, entriesOf([2, 3], 4));
  assert.deepEqual(
    entriesBetween(log, asLogIndex(2), asLogIndex(4)).map(({ index, term }) => [index, term]),
    [
      [2, 1],
      [3, 2],
      [4, 2],
    ],
  );
  truncateFrom(log, asLogIndex(3));
  assert.deepEqual([termAt(log, asLogIndex(2)), termAt(log, asLogIndex(3))], [1, null]);
  assert.throws(() => append(log, entriesOf([3], 5)), /no gaps/);
  assert.throws(() => append(log, entriesOf([0], 3)), /never decrease/);
  assert.throws(() => truncateFrom(log, asLogIndex(3)), /only what exists/);
});

test('entries are read up to a limit, and never none when there is one', () => {
  const log = createLog(entriesOf([1, 1, 1, 1]));
  assert.equal(entriesFrom(log, asLogIndex(1), 3, 100).length, 3);
  assert.equal(entriesFrom(log, asLogIndex(1), 9, 2).length, 2);
  assert.equal(entriesFrom(log, asLogIndex(2), 9, 0).length, 1);
  assert.equal(entriesFrom(log, asLogIndex(5), 9, 9).length, 0);
});

test('what a log already has is recognised by index and term', () => {
  const log = createLog(entriesOf([1, 1, 2]));
  assert.equal(countKnown(log, entriesOf([1, 2, 2], 2)), 2);
  assert.equal(countKnown(log, entriesOf([2, 2], 2)), 0);
  assert.equal(countKnown(log, []), 0);
});

test('chance is repeatable from its seed, and covers its range', () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 1000 }, () => nextInteger(random, 10, 20));
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.deepEqual([...new Set(draw(7))].sort(), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppendRequest, AppendResponse, AppendResult } from '../../src/raft/index.ts';
import { asLogIndex, asNodeId, asTerm, defaultSettings } from '../../src/raft/index.ts';
import { entriesOf, message, TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];

interface AppendFields {
  readonly term?: number;
  readonly prev?: readonly [index: number, term: number];
  readonly terms?: readonly number[];
  readonly commit?: number;
  readonly round?: number;
}

function append(fields: AppendFields, from = 'n2'): AppendRequest<string> {
  const [prevIndex, prevTerm] = fields.prev ?? [0, 0];
  return message<AppendRequest<string>>(from, 'n1', {
    kind: 'appendRequest',
    term: asTerm(fields.term ?? 5),
    prevIndex: asLogIndex(prevIndex),
    prevTerm: asTerm(prevTerm),
    entries: entriesOf(fields.terms ?? [], prevIndex + 1),
    commitIndex: asLogIndex(fields.commit ?? 0),
    round: fields.round ?? 1,
  });
}

/** A follower of term 5 with this log. */
function follower(log: readonly number[]): TestNode {
  return new TestNode('n1', three, { hardState: { term: 5 }, log });
}

function answerTo(node: TestNode, request: AppendRequest<string>): AppendResult | undefined {
  node.outgoing.length = 0;
  node.receive(request);
  return node.takeSent('appendResponse')[0]?.result;
}

test('the consistency check: prev must be there, with the same term (5.3)', () => {
  const table: [log: number[], prev: [number, number], kind: AppendResult['kind']][] = [
    [[], [0, 0], 'accepted'],
    [[1, 2], [0, 0], 'accepted'],
    [[1, 2], [1, 1], 'accepted'],
    [[1, 2], [2, 2], 'accepted'],
    [[1, 2], [2, 1], 'inconsistent'],
    [[1, 2], [2, 3], 'inconsistent'],
    [[1, 2], [3, 2], 'inconsistent'],
    [[], [1, 1], 'inconsistent'],
  ];
  for (const [log, prev, kind] of table) {
    const result = answerTo(follower(log), append({ prev }));
    assert.equal(result?.kind, kind, `log ${log}, prev ${prev}`);
  }
});

test('a conflict deletes the suffix, and nothing before it (Figure 2, step 3)', () => {
  const node = follower([1, 1, 2, 2, 2]);
  answerTo(node, append({ prev: [2, 1], terms: [2, 3] }));
  assert.deepEqual(node.log, [1, 1, 2, 3]);
  assert.deepEqual(
    node.durable.entries.map((entry) => entry.term),
    [1, 1, 2, 3],
    'the disk was told to truncate as well',
  );
});

test('an append that ends before the end of the log does not shrink it', () => {
  const node = follower([1, 1, 2, 2]);
  const result = answerTo(node, append({ prev: [0, 0], terms: [1, 1] }));
  assert.deepEqual(node.log, [1, 1, 2, 2]);
  assert.deepEqual(result, { kind: 'accepted', matchIndex: 2 });
});

test('duplicates and reordered appends delete nothing', () => {
  const node = follower([1]);
  const early = append({ prev: [1, 1], terms: [5] });
  const late = append({ prev: [2, 5], terms: [5, 5] });
  for (const request of [early, late, early, late, early]) node.receive(request);
  assert.deepEqual(node.log, [1, 5, 5, 5]);
});

test('the commit index follows the leader, but not past what is verified (5.3)', () => {
  const node = follower([1, 1, 2, 2]);
  // The tail (2, 2) may be a leftover: an empty append at 2 verifies up to 2 only.
  answerTo(node, append({ prev: [2, 1], commit: 4 }));
  assert.equal(node.commitIndex, 2);
  answerTo(node, append({ prev: [2, 1], terms: [5], commit: 3 }));
  assert.equal(node.commitIndex, 3);
  answerTo(node, append({ prev: [1, 1], commit: 1 }));
  assert.equal(node.commitIndex, 3, 'it never moves back');
});

test('a heartbeat commits what is verified against its leader, and nothing else', () => {
  const node = follower([1, 1, 2]);
  const heartbeat = {
    kind: 'heartbeatRequest',
    from: append({}).from,
    to: node.id,
    term: asTerm(5),
    commitIndex: asLogIndex(3),
    round: 1,
    electionTicks: 10,
  } as const;
  node.receive(heartbeat);
  assert.equal(node.commitIndex, 0, 'nothing is verified yet');
  node.receive(append({ prev: [1, 1], terms: [1] }));
  node.receive(heartbeat);
  assert.equal(node.commitIndex, 2);
  assert.equal(node.takeSent('heartbeatResponse').at(-1)?.matchIndex, 2);
});

test('what was verified against one leader is not verified against the next', () => {
  const node = follower([1]);
  node.receive(append({ term: 5, prev: [1, 1], terms: [5, 5] }));
  // The leader of term 6 has other entries there, and they are committed. Its heartbeat overtakes
  // its append.
  node.receive({
    kind: 'heartbeatRequest',
    from: asNodeId('n3'),
    to: node.id,
    term: asTerm(6),
    commitIndex: asLogIndex(3),
    round: 1,
    electionTicks: 10,
  });
  assert.equal(node.commitIndex, 0);
  assert.deepEqual(node.applied, []);
  assert.equal(node.takeSent('heartbeatResponse').at(-1)?.matchIndex, 0);
  node.receive(append({ term: 6, prev: [1, 1], terms: [6, 6], commit: 3 }, 'n3'));
  assert.deepEqual(
    node.applied.map(({ command }) => command),
    ['1@1', '2@6', '3@6'],
  );
});

test('a term has one leader: whoever speaks second is not believed', () => {
  const node = follower([1]);
  node.receive(append({ term: 5, prev: [1, 1], terms: [5] }));
  node.outgoing.length = 0;
  node.effects.length = 0;
  node.receive(append({ term: 5, prev: [1, 1], terms: [5, 5] }, 'n3'));
  assert.deepEqual(node.log, [1, 5]);
  assert.deepEqual(node.outgoing, []);
  assert.equal(node.take('drop').at(-1)?.reason, 'impossible');
  assert.equal(node.raft.status().leader, 'n2');
});

test('a refusal echoes what it refuses and hints at where the logs may agree', () => {
  const node = follower([1, 1, 4, 4, 4]);
  assert.deepEqual(answerTo(node, append({ prev: [5, 3], round: 7 })), {
    kind: 'inconsistent',
    prevIndex: 5,
    hintIndex: 2,
    hintTerm: 1,
  });
  assert.deepEqual(answerTo(node, append({ prev: [9, 4] })), {
    kind: 'inconsistent',
    prevIndex: 9,
    hintIndex: 5,
    hintTerm: 4,
  });
});

test('an append that would replace a committed entry is impossible, and ignored', () => {
  const node = follower([1, 1, 2]);
  node.receive(append({ prev: [3, 2], commit: 3 }));
  assert.equal(node.commitIndex, 3);
  node.effects.length = 0;
  node.receive(append({ term: 6, prev: [1, 1], terms: [3] }));
  assert.deepEqual(node.log, [1, 1, 2]);
  assert.equal(node.take('drop').at(-1)?.reason, 'impossible');
});

test('a leader never replaces what it has sent: such an append is impossible, and ignored', () => {
  const node = follower([1]);
  node.receive(append({ prev: [1, 1], terms: [4, 4] }));
  node.effects.length = 0;
  node.receive(append({ prev: [1, 1], terms: [5] }));
  assert.deepEqual(node.log, [1, 4, 4]);
  assert.equal(node.take('drop').at(-1)?.reason, 'impossible');
});

/** Figure 7: the leader of term 8, and the six ways in which a follower may differ. */
const figure7: readonly (readonly number[])[] = [
  [1, 1, 1, 4, 4, 5, 5, 6, 6],
  [1, 1, 1, 4],
  [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
  [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
  [1, 1, 1, 4, 4, 4, 4],
  [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
];
const figure7Leader = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6];

figure7.forEach((log, position) => {
  test(`Figure 7: the leader repairs follower (${'abcdef'[position]})`, () => {
    // The voter n3 has nothing, so that the leader can be elected.
    const leader = new TestNode('n1', three, { hardState: { term: 7 }, log: figure7Leader });
    const subject = new TestNode('n2', three, { hardState: { term: 7 }, log });
    const voter = new TestNode('n3', three, { hardState: { term: 7 }, log: [] });
    const cluster = new TestCluster([leader, subject, voter]);
    leader.timeOut();
    let requests = 0;
    for (let round = 0; round < 50; round++) {
      requests += subject.outgoing.filter((sent) => sent.kind === 'appendResponse').length;
      if (cluster.deliverRound() === 0) break;
    }
    assert.equal(leader.role, 'leader');
    assert.deepEqual(subject.log, [...figure7Leader, 8]);
    // The first probe, one for each term in which the logs differ, and the entries.
    const divergent = new Set([...log, ...figure7Leader].filter((term) => term > 1)).size;
    assert.ok(requests <= divergent + 2, `${requests} exchanges for ${divergent} terms`);
  });
});

test('backtracking takes one exchange a divergent term, however long the terms are', () => {
  const common = new Array<number>(100).fill(1);
  const long = (term: number) => new Array<number>(1000).fill(term);
  const leader = new TestNode('n1', three, {
    hardState: { term: 9 },
    log: [...common, ...long(4), ...long(7)],
  });
  const subject = new TestNode('n2', three, {
    hardState: { term: 9 },
    log: [...common, ...long(3), ...long(5), ...long(6)],
  });
  const voter = new TestNode('n3', three, { hardState: { term: 9 } });
  const cluster = new TestCluster([leader, subject, voter]);
  leader.timeOut();
  let refusals = 0;
  for (let round = 0; round < 100 && cluster.deliverRound() > 0; round++) {
    refusals += subject.outgoing.filter(
      (sent) => sent.kind === 'appendResponse' && sent.result.kind === 'inconsistent',
    ).length;
  }
  assert.deepEqual(subject.log, leader.log);
  assert.ok(refusals <= 4, `${refusals} refusals`);
});

/** A leader of term 1 whose follower n2 is replicated to, with nothing on its way to anyone. */
function leading(settings = testSettings): { cluster: TestCluster; leader: TestNode } {
  const cluster = TestCluster.of(three, { settings });
  const leader = cluster.elect('n1');
  cluster.settle();
  leader.outgoing.length = 0;
  leader.effects.length = 0;
  return { cluster, leader };
}

function acceptance(from: string, matchIndex: number, round = 1): AppendResponse {
  return message<AppendResponse>(from, 'n1', {
    kind: 'appendResponse',
    term: asTerm(1),
    round,
    result: { kind: 'accepted', matchIndex: asLogIndex(matchIndex) },
  });
}

function refusal(from: string, prevIndex: number, hint: [number, number]): AppendResponse {
  return message<AppendResponse>(from, 'n1', {
    kind: 'appendResponse',
    term: asTerm(1),
    round: 1,
    result: {
      kind: 'inconsistent',
      prevIndex: asLogIndex(prevIndex),
      hintIndex: asLogIndex(hint[0]),
      hintTerm: asTerm(hint[1]),
    },
  });
}

test('appends are pipelined: each carries what is new, none waits for an answer', () => {
  const { leader } = leading();
  for (const command of ['a', 'b', 'c']) leader.propose(command);
  const toN2 = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  assert.deepEqual(
    toN2.map(({ prevIndex, entries }) => [prevIndex, entries.length]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  );
});

test('what was proposed between two drains travels in one append for each follower', () => {
  const { leader } = leading();
  for (let i = 1; i <= 10; i++) {
    leader.raft.step({
      kind: 'propose',
      requestId: (100 + i) as never,
      command: `c${i}`,
      bytes: 1,
    });
  }
  leader.drain();
  const sent = leader.takeSent('appendRequest');
  assert.deepEqual(
    sent.map(({ to, entries }) => [to, entries.length]),
    [
      ['n2', 10],
      ['n3', 10],
    ],
  );
});

test('the window bounds the number of appends on their way, and an ack opens it', () => {
  const { leader } = leading({ ...testSettings, maxInflightAppends: 2 });
  for (let i = 0; i < 5; i++) leader.propose(`c${i}`);
  const sent = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  assert.equal(sent.length, 2);
  leader.receive(acceptance('n2', 2));
  const more = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  assert.deepEqual(
    more.map(({ prevIndex, entries }) => [prevIndex, entries.length]),
    [[3, 3]],
    'the rest leaves together',
  );
});

test('the window bounds the bytes on their way', () => {
  const { leader } = leading({ ...testSettings, maxInflightBytes: 1000 });
  for (let i = 0; i < 5; i++) leader.propose(`c${i}`, 600);
  const sent = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  assert.equal(sent.length, 2, 'the second append crosses the limit, the third has to wait');
  leader.receive(acceptance('n2', 3));
  assert.equal(leader.takeSent('appendRequest').filter(({ to }) => to === 'n2').length, 1);
});

test('an append is bounded in entries and bytes, but one entry always travels', () => {
  const { leader } = leading({ ...testSettings, maxAppendEntries: 3, maxAppendBytes: 100 });
  for (const bytes of [10, 10, 10, 10, 60, 60, 5000]) {
    leader.raft.step({
      kind: 'propose',
      requestId: (1000 + leader.log.length) as never,
      command: 'c',
      bytes,
    });
  }
  leader.drain();
  const sent = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  const sizes = sent.map(({ entries }) => entries.length);
  assert.deepEqual(sizes, [3, 2, 1, 1]);
});

test('a whole window that is lost is sent again', () => {
  const { cluster, leader } = leading();
  cluster.isolate('n2');
  for (let i = 0; i < 3; i++) leader.propose(`c${i}`);
  cluster.settle();
  cluster.heal();
  cluster.run(2 * testSettings.electionTimeoutTicks.max);
  assert.equal(leader.role, 'leader');
  assert.deepEqual(cluster.node('n2').log, leader.log);
  assert.equal(cluster.node('n2').commitIndex, 4);
});

test('a probe that is lost is sent again when a later heartbeat is answered', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.node('n1');
  leader.timeOut();
  cluster.cut('n1', 'n3');
  for (let i = 0; i < 20 && leader.role !== 'leader'; i++) cluster.deliverRound();
  cluster.settle();
  cluster.heal();
  cluster.run(2 * testSettings.heartbeatTicks);
  assert.deepEqual(cluster.node('n3').log, [1]);
});

test('an append that overtook another is refused, and both are sent again at once', () => {
  const { leader, cluster } = leading();
  leader.propose('a');
  leader.propose('b');
  const [a, b] = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  assert.ok(a !== undefined && b !== undefined);
  const n2 = cluster.node('n2');
  n2.receive(b);
  n2.receive(a);
  const [refused, accepted] = n2.takeSent('appendResponse');
  assert.ok(refused !== undefined && accepted !== undefined);
  leader.receive(refused);
  const [again] = leader.takeSent('appendRequest').filter(({ to }) => to === 'n2');
  assert.deepEqual([again?.prevIndex, again?.entries.length], [1, 2]);
  leader.receive(accepted);
  leader.receive(refused);
  assert.equal(leader.take('drop').at(-1)?.reason, 'stale', 'a refusal counts once');
});

test('stale refusals and acks change nothing', () => {
  const { leader } = leading();
  leader.propose('a');
  leader.receive(acceptance('n2', 2));
  const before = leader.raft.status().peers;
  leader.receive(refusal('n2', 1, [0, 0])); // was answered before the ack
  leader.receive(acceptance('n2', 1)); // was overtaken by the ack
  const after = leader.raft.status().peers;
  assert.deepEqual(
    after.map(({ matchIndex, nextIndex, mode }) => [matchIndex, nextIndex, mode]),
    before.map(({ matchIndex, nextIndex, mode }) => [matchIndex, nextIndex, mode]),
  );
});

test('an ack of what the leader does not have is impossible, and ignored', () => {
  const { leader } = leading();
  leader.receive(acceptance('n2', 99));
  assert.equal(leader.take('drop').at(-1)?.reason, 'impossible');
  assert.equal(leader.commitIndex, 1);
});

test('a heartbeat answer confirms entries whose acks were lost', () => {
  const { leader, cluster } = leading();
  leader.propose('a');
  cluster.cut('n2', 'n1');
  cluster.cut('n3', 'n1');
  cluster.settle();
  assert.equal(leader.commitIndex, 1);
  cluster.heal();
  cluster.run(testSettings.heartbeatTicks + 1);
  assert.equal(leader.commitIndex, 2);
});

test('a follower that restarts learns the commit index even if nothing is proposed', () => {
  const { leader, cluster } = leading();
  leader.propose('a');
  cluster.run(testSettings.heartbeatTicks);
  const n2 = cluster.node('n2');
  assert.equal(n2.commitIndex, 2);
  n2.crash();
  assert.equal(n2.commitIndex, 0);
  cluster.run(4 * testSettings.heartbeatTicks);
  assert.equal(n2.commitIndex, 2);
});

test('a leader speaks at least once every heartbeat interval (5.2)', () => {
  const { leader } = leading();
  for (let i = 0; i < 5; i++) {
    leader.tick(testSettings.heartbeatTicks - 1);
    assert.deepEqual(leader.takeSent('heartbeatRequest'), []);
    leader.tick(1);
    assert.deepEqual(
      leader.takeSent('heartbeatRequest').map(({ to }) => to),
      three.slice(1),
    );
    leader.receive(acceptance('n2', 1));
    leader.receive(acceptance('n3', 1));
  }
});

test('beyond its limits a leader refuses proposals, definitely, and keeps nothing of them', () => {
  for (const settings of [
    { ...testSettings, maxUncommittedEntries: 3 },
    { ...testSettings, maxUncommittedBytes: 30 },
  ]) {
    const { leader } = leading(settings);
    for (let i = 0; i < 3; i++) leader.propose(`c${i}`, 10);
    assert.equal(leader.take('refuse').length, 0);
    const length = leader.log.length;
    leader.propose('one too many', 10);
    assert.deepEqual(leader.take('refuse')[0]?.refusal, { kind: 'overloaded', definite: true });
    assert.equal(leader.log.length, length);
    leader.receive(acceptance('n2', length));
    leader.propose('now there is room', 10);
    assert.equal(leader.take('refuse').length, 0);
  }
});

test('settings that cannot work are refused by name', () => {
  const start = (settings: typeof defaultSettings) => new TestNode('n1', three, { settings });
  assert.throws(
    () => start({ ...defaultSettings, heartbeatTicks: 30 }),
    /heartbeatTicks 30 must be below/,
  );
  assert.throws(
    () => start({ ...defaultSettings, electionTimeoutTicks: { min: 9, max: 9 } }),
    /max 9 must be at least 18/,
  );
  assert.throws(
    () => start({ ...defaultSettings, maxInflightAppends: 0 }),
    /maxInflightAppends must be a positive integer: 0/,
  );
});

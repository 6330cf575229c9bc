import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '../../src/raft/index.ts';
import type { Operation, Outcome } from '../../src/replica/index.ts';
import {
  add,
  isolate,
  leaderAndFollower,
  leaderOf,
  type Member,
  resultOf,
  SumMemoryStore,
  start,
  submit,
  sum,
  watch,
  withLeader,
} from './world.ts';

test('any node answers: commands and queries at the leader and at a follower', async () => {
  // Before the first command the log has what the leader begins with, and each node's session.
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  assert.deepEqual(await submit(world, leader, add(2), 50), {
    kind: 'done',
    result: 2,
    index: 5,
  });
  assert.deepEqual(await submit(world, follower, add(3), 50), {
    kind: 'done',
    result: 5,
    index: 6,
  });
  for (const member of world.members) {
    const outcome = await submit(world, member, sum, 50);
    assert.equal(resultOf(outcome), 5, member.id);
  }
  await world.clock.advance(200);
  for (const { machine, id } of world.members) assert.equal(machine.total, 5, id);
});

test('on a stable leader an operation takes as many delays as the protocol needs', async () => {
  const world = await withLeader(3, { delayMs: 20 });
  const { leader, follower } = leaderAndFollower(world);
  const delaysOf = async (member: Member, operation: Operation<number, 'sum'>) => {
    const startMs = world.clock.now();
    let endMs = 0;
    void member.replica.submit(operation, 900).then(() => {
      endMs = world.clock.now();
    });
    await world.clock.advance(300);
    return (endMs - startMs) / 20;
  };
  assert.equal(await delaysOf(leader, add(1)), 2);
  assert.equal(await delaysOf(leader, sum), 2);
  assert.equal(await delaysOf(follower, add(1)), 4);
  assert.equal(await delaysOf(follower, sum), 2);
});

test('operations that are submitted together share the appends', async () => {
  const world = await withLeader(3);
  const { leader } = leaderAndFollower(world);
  world.sent.length = 0;
  for (let i = 0; i < 100; i++) void leader.replica.submit(add(1), 900);
  await world.clock.advance(5);
  const appends = world.sent.filter(({ kind }) => kind === 'appendRequest');
  assert.equal(appends.length, 2);
  assert.equal(leader.machine.total, 100);
});

test('a request that finds no leader waits for one', async () => {
  const world = await start(3);
  const outcome = watch(world.members[0]?.replica.submit(add(7), 900));
  await world.clock.advance(10);
  assert.equal(outcome(), undefined);
  await world.clock.advance(890);
  assert.equal(outcome()?.kind, 'done');
});

test('a request that finds no leader until its deadline is refused: it has not happened', async () => {
  const world = await withLeader(3);
  const { leader } = leaderAndFollower(world);
  isolate(world, leader);
  await world.clock.advance(600);
  assert.equal(await submit(world, leader, add(1), 880), undefined, 'not before the deadline');
  const late = await submit(world, leader, add(1), 910);
  assert.deepEqual(late, { kind: 'refused', reason: 'noLeader' });
});

test('a command that a leader has, and cannot commit, ends as unknown', async () => {
  const world = await withLeader(3);
  const { leader } = leaderAndFollower(world);
  isolate(world, leader);
  const outcome = await submit(world, leader, add(1), 910);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'timedOut' });
});

test('a command that was forwarded and not answered ends as unknown', async () => {
  const world = await withLeader(3);
  const { follower } = leaderAndFollower(world);
  world.lose = ({ kind }) => kind === 'forwardResponse';
  const outcome = await submit(world, follower, add(1), 910);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'timedOut' });
  assert.equal(leaderOf(world)?.machine.total, 1, 'and here it has happened');
});

test('a query at a follower whose question is not answered: it asks the leader again', async () => {
  const world = await withLeader(3);
  const { follower } = leaderAndFollower(world);
  world.lose = ({ kind }) => kind === 'readIndexResponse';
  world.sent.length = 0;
  const outcome = await submit(world, follower, sum, 910);
  const questions = world.sent.filter(({ kind }) => kind === 'readIndexRequest');
  assert.ok(questions.length > 1);
  assert.deepEqual(outcome, { kind: 'refused', reason: 'timedOut' });
});

test('a query outlives its leader: it is asked again of the next one', async () => {
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  await submit(world, leader, add(4), 100);
  isolate(world, leader);
  const outcome = await submit(world, follower, sum, 900);
  assert.equal(resultOf(outcome), 4);
});

test('a command that lost its place is given to the new leader, and happens once', async () => {
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  isolate(world, leader);
  const outcome = watch(leader.replica.submit(add(5), 3000));
  await world.clock.advance(1000);
  assert.equal(outcome(), undefined);
  // The others elect a leader and commit something at the same index; then the network heals.
  assert.equal((await submit(world, follower, add(100), 800))?.kind, 'done');
  world.lose = () => false;
  await world.clock.advance(500);
  assert.equal(resultOf(outcome()), 105);
  await world.clock.advance(200);
  for (const { machine, id } of world.members) assert.equal(machine.total, 105, id);
});

test('after the leader is cut off, the majority serves again within a second', async () => {
  for (const size of [3, 5]) {
    const world = await withLeader(size);
    const { leader, follower } = leaderAndFollower(world);
    isolate(world, leader);
    const startMs = world.clock.now();
    let endMs = Number.POSITIVE_INFINITY;
    void (async () => {
      for (;;) {
        const outcome = await follower.replica.submit(add(1), 300);
        if (outcome.kind === 'done') break;
      }
      endMs = world.clock.now();
    })();
    await world.clock.advance(2000);
    assert.ok(endMs - startMs < 1000, `${size} nodes: ${endMs - startMs} ms`);
  }
});

test('beyond its limit a replica refuses, and remembers nothing', async () => {
  const world = await start(3, { maxOpenRequests: 2 });
  const [member] = world.members;
  assert.ok(member !== undefined);
  void member.replica.submit(add(1), 900);
  void member.replica.submit(add(1), 900);
  const outcome = await member.replica.submit(add(1), 900);
  assert.deepEqual(outcome, { kind: 'refused', reason: 'overloaded' });
  assert.equal(member.replica.openRequests, 2);
});

test('everything that is open is answered when a replica stops', async () => {
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ kind }) => kind === 'appendResponse' || kind === 'heartbeatResponse';
  const outcomes: Outcome<number>[] = [];
  const note = (outcome: Outcome<number>): void => void outcomes.push(outcome);
  void leader.replica.submit(add(1), 900).then(note);
  void leader.replica.submit(sum, 900).then(note);
  await world.clock.advance(5);
  leader.replica.stop();
  await world.clock.advance(0);
  assert.deepEqual(outcomes, [
    { kind: 'unknown', reason: 'stopped' },
    { kind: 'refused', reason: 'stopped' },
  ]);
  assert.deepEqual(await leader.replica.submit(add(1), 900), {
    kind: 'refused',
    reason: 'stopped',
  });
  assert.equal(leader.replica.openRequests, 0);
  assert.ok(follower.replica.status().haltReason === null);
});

test('a store that fails is the end of the node: it says so and sends nothing more', async () => {
  let brokenId = '';
  const halts: string[] = [];
  const world = await withLeader(3, {
    store: (id) => {
      const store = new SumMemoryStore();
      const write = store.write.bind(store);
      store.write = (it, done) =>
        id === brokenId ? done(new Error('no space left')) : write(it, done);
      return store;
    },
    observer: (id) => ({ onHalted: (reason) => halts.push(`${id}: ${reason}`) }),
  });
  const { leader, follower } = leaderAndFollower(world);
  brokenId = leader.id;
  const outcome = await submit(world, leader, add(1), 10);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'stopped' });
  assert.deepEqual(halts, [`${leader.id}: no space left`]);
  world.sent.length = 0;
  await world.clock.advance(1000);
  assert.equal(world.sent.filter(({ from }) => from === leader.id).length, 0);
  assert.equal(follower.replica.leader === leader.id, false);
});

test('nothing is acknowledged after a failed write', async () => {
  let isBroken = (_id: string): boolean => false;
  const world = await withLeader(3, {
    store: (id) => {
      const store = new SumMemoryStore();
      const write = store.write.bind(store);
      store.write = (it, done) =>
        isBroken(id) ? done(new Error('fsync: I/O error')) : write(it, done);
      return store;
    },
  });
  const { leader } = leaderAndFollower(world);
  isBroken = (id) => id !== leader.id;
  world.sent.length = 0;
  const outcome = await submit(world, leader, add(1), 910);
  const answers = world.sent.filter(
    ({ kind, from }) => kind === 'appendResponse' && isBroken(from),
  );
  assert.deepEqual(answers, []);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'timedOut' });
});

test('nothing is acknowledged before it is durable', async () => {
  const waiting: (() => void)[] = [];
  let isSlow = false;
  const world = await withLeader(3, {
    store: () => {
      const store = new SumMemoryStore();
      const write = store.write.bind(store);
      store.write = (it, done) => {
        if (isSlow) waiting.push(() => write(it, done));
        else write(it, done);
      };
      return store;
    },
  });
  const { follower } = leaderAndFollower(world);
  isSlow = true;
  const outcome = watch(follower.replica.submit(add(1), 900));
  await world.clock.advance(100);
  assert.equal(outcome(), undefined);
  isSlow = false;
  for (const write of waiting.splice(0)) write();
  await world.clock.advance(50);
  assert.equal(outcome()?.kind, 'done');
});

test('a machine that throws stops its replica instead of leaving it behind', async () => {
  const halts: string[] = [];
  const world = await withLeader(1, {
    observer: () => ({ onHalted: (reason) => halts.push(reason) }),
  });
  const [member] = world.members;
  assert.ok(member !== undefined);
  const outcome = await submit(world, member, add(666), 50);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'stopped' });
  assert.match(halts[0] ?? '', /cannot count that/);
});

test('an observer that throws keeps nobody waiting, and no replica from stopping', async () => {
  const world = await withLeader(1, {
    observer: () => ({
      onHalted() {
        throw new Error('of an observer');
      },
    }),
  });
  const [member] = world.members;
  assert.ok(member !== undefined);
  const outcome = watch(member.replica.submit(add(666), 900));
  await assert.rejects(world.clock.advance(50), /of an observer/);
  assert.deepEqual(outcome(), { kind: 'unknown', reason: 'stopped' });
  assert.deepEqual(await member.replica.submit(add(1), 900), {
    kind: 'refused',
    reason: 'stopped',
  });
});

test('a replica goes on with what its store holds', async () => {
  const store = new SumMemoryStore();
  const first = await withLeader(1, { store: () => store });
  const [before] = first.members;
  assert.ok(before !== undefined);
  await submit(first, before, add(3), 50);
  before.replica.stop();
  const second = await withLeader(1, { store: () => store });
  const [after] = second.members;
  assert.ok(after !== undefined);
  const outcome = await submit(second, after, sum, 50);
  assert.equal(resultOf(outcome), 3);
  assert.ok(after.replica.status().currentTerm > 1);
});

test('an observer sees roles, messages and outcomes', async () => {
  const seen = new Set<string>();
  const world = await withLeader(3, {
    observer: (id) => ({
      onRoleChange: ({ role }) => seen.add(`${id} ${role}`),
      onSent: ({ kind }) => seen.add(`sent ${kind}`),
      onReceived: ({ kind }) => seen.add(`received ${kind}`),
      onAnswered: (kind, outcome) => seen.add(`${kind} ${outcome.kind}`),
      onForwarded: (outcome) => seen.add(`forwarded ${outcome.kind}`),
    }),
  });
  const { leader, follower } = leaderAndFollower(world);
  await submit(world, follower, add(1), 100);
  await submit(world, follower, sum, 100);
  for (const what of [
    `${leader.id} leader`,
    'sent voteRequest',
    'received appendRequest',
    'command done',
    'query done',
    'forwarded done',
  ]) {
    assert.ok(seen.has(what), what);
  }
});

test('defaults leave room for a missed heartbeat, and for a process that is held up', () => {
  const { electionTimeoutTicks, heartbeatTicks } = defaultSettings;
  assert.ok(electionTimeoutTicks.min > 2 * heartbeatTicks);
});

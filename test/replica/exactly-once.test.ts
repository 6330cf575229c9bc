/** A command that is tried again takes effect once, and what its client is told is true. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asNodeId,
  createRandom,
  defaultSettings,
  membershipOf,
  nextFraction,
  nextInteger,
} from '../../src/raft/index.ts';
import { type Outcome, Replica } from '../../src/replica/index.ts';
import { LonelyFollower } from './lonely-follower.ts';
import {
  add,
  followersOf,
  isolate,
  leaderAndFollower,
  leaderOf,
  type Member,
  resultOf,
  Sum,
  SumMemoryStore,
  type SumMessage,
  start,
  submit,
  type World,
  watch,
  withLeader,
  withSessions,
} from './world.ts';

/** Everything arrives again, and all come to the same. */
async function expectTotal(world: World, total: number): Promise<void> {
  world.lose = () => false;
  await world.clock.advance(3000);
  for (const { machine, id } of world.members) assert.equal(machine.total, total, id);
}

const isAnswer = ({ kind }: SumMessage): boolean => kind === 'forwardResponse';

/** Commands that were forwarded, attempts of all. */
function forwardedCommands(world: World): Extract<SumMessage, { kind: 'forwardRequest' }>[] {
  return world.sent.flatMap((message) =>
    message.kind === 'forwardRequest' && message.command.kind === 'command' ? [message] : [],
  );
}

test('an answer that was lost in a failover is asked for again, of the next leader', async () => {
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  world.lose = isAnswer;
  const outcome = watch(follower.replica.submit(add(5), 3000));
  await world.clock.advance(20);
  assert.equal(leader.machine.total, 5, 'it has happened');
  isolate(world, leader);
  await world.clock.advance(2000);
  assert.notEqual(leaderOf(world), leader);
  assert.equal(resultOf(outcome()), 5);
  await expectTotal(world, 5);
});

test('a command that a leader took along into the dark is done by the next leader', async () => {
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ kind, from }) => kind === 'appendRequest' && from === leader.id;
  const outcome = watch(follower.replica.submit(add(5), 3000));
  await world.clock.advance(20);
  isolate(world, leader);
  await world.clock.advance(2000);
  assert.equal(resultOf(outcome()), 5);
  await expectTotal(world, 5);
});

test('a command or an answer that was lost is sent again, to the same leader', async () => {
  for (const lost of ['forwardRequest', 'forwardResponse']) {
    const world = await withLeader(3);
    const { follower } = leaderAndFollower(world);
    world.lose = ({ kind }) => kind === lost;
    const outcome = watch(follower.replica.submit(add(5), 2000));
    await world.clock.advance(200);
    assert.equal(outcome(), undefined);
    world.lose = () => false;
    await world.clock.advance(400);
    assert.equal(resultOf(outcome()), 5, lost);
    await expectTotal(world, 5);
  }
});

test('who is not answered does not flood the leader: it waits twice as long each time', async () => {
  const world = await withLeader(3);
  const { follower } = leaderAndFollower(world);
  world.sent.length = 0;
  world.lose = isAnswer;
  for (let count = 0; count < 50; count++) void follower.replica.submit(add(1), 900);
  await world.clock.advance(1000);
  assert.ok(forwardedCommands(world).length <= 150, `${forwardedCommands(world).length} attempts`);
  await expectTotal(world, 50);
});

test('a leader that has a command already does not put it into the log again', async () => {
  const proposed: unknown[] = [];
  const world = await withLeader(3, {
    observer: () => ({
      onStep: (input) => void (input.kind === 'propose' && proposed.push(input.command)),
    }),
  });
  const { leader, follower } = leaderAndFollower(world);
  const [other] = followersOf(world).filter((member) => member !== follower);
  proposed.length = 0;
  // The leader is heard, but cannot commit.
  world.lose = ({ kind, from }) => kind === 'appendRequest' && from === leader.id;
  const outcome = watch(follower.replica.submit(add(5), 5000));
  await world.clock.advance(1000);
  assert.ok(other !== undefined && leaderOf(world) === leader);
  assert.ok(forwardedCommands(world).length > 1);
  assert.equal(proposed.length, 1);
  world.lose = () => false;
  await world.clock.advance(500);
  assert.equal(resultOf(outcome()), 5);
  await expectTotal(world, 5);
});

test('a command of a leader that was deposed and leads again happens once', async () => {
  const world = await withLeader(3);
  const { leader } = leaderAndFollower(world);
  world.lose = () => true;
  const outcome = watch(leader.replica.submit(add(5), 9000));
  await world.clock.advance(800);
  assert.equal(leaderOf(world), undefined);
  // Nobody else can be elected.
  world.lose = ({ kind, from }) => kind === 'preVoteRequest' && from !== leader.id;
  await world.clock.advance(2000);
  assert.equal(leaderOf(world), leader);
  assert.equal(resultOf(outcome()), 5);
  await expectTotal(world, 5);
});

test('a snapshot that took the place of a command does not hide what came of it', async () => {
  const settings = { ...defaultSettings, snapshotEntries: 20, trailingEntries: 2 };
  const world = await withLeader(3, { settings });
  const { leader, follower } = leaderAndFollower(world);
  world.lose = ({ to }) => to === leader.id;
  const outcome = watch(leader.replica.submit(add(5), 20_000));
  await world.clock.advance(20);
  isolate(world, leader);
  await world.clock.advance(1500);
  for (let count = 0; count < 60; count++) await submit(world, follower, add(100), 20);
  world.sent.length = 0;
  world.lose = () => false;
  await world.clock.advance(3000);
  assert.ok(world.sent.some(({ kind }) => kind === 'snapshotRequest'));
  assert.equal(resultOf(outcome()), 5, 'the result of then');
  await expectTotal(world, 6005);
});

test('a command waits until its node has a session, and then is refused definitely', async () => {
  const world = await start(3);
  world.lose = ({ kind }) => kind === 'forwardRequest';
  await world.clock.advance(1500);
  const { follower } = leaderAndFollower(world);
  const outcome = await submit(world, follower, add(5), 910);
  assert.deepEqual(outcome, { kind: 'refused', reason: 'noLeader' });
  await expectTotal(world, 0);
  assert.equal(resultOf(await submit(world, follower, add(7), 50)), 7);
});

test('whose session has expired opens another; what surely has not happened is tried again', async () => {
  const world = await withLeader(3, { limits: { maxSessions: 1 } });
  let total = 0;
  for (let round = 0; round < 3; round++) {
    for (const member of world.members) {
      total++;
      assert.equal(resultOf(await submit(world, member, add(1), 100)), total, member.id);
    }
  }
  await expectTotal(world, total);
});

test('whether a command has happened whose session expired, nobody claims to know', async () => {
  const world = await withLeader(3, { limits: { maxSessions: 1 } });
  const { leader, follower } = leaderAndFollower(world);
  assert.equal(resultOf(await submit(world, follower, add(1), 100)), 1, 'it has the session');
  world.lose = isAnswer;
  const outcome = watch(follower.replica.submit(add(1), 2000));
  await world.clock.advance(20);
  await submit(world, leader, add(1), 50);
  world.lose = () => false;
  await world.clock.advance(1000);
  assert.deepEqual(outcome(), { kind: 'unknown', reason: 'forgotten' });
  await expectTotal(world, 3);
});

test('what a session has no room to remember ends as unknown, and is not done again', async () => {
  const world = await withLeader(3, { limits: { maxResults: 2 } });
  const { follower } = leaderAndFollower(world);
  world.lose = isAnswer;
  const outcomes = [1, 1, 1].map((command) => watch(follower.replica.submit(add(command), 2000)));
  await world.clock.advance(20);
  world.lose = () => false;
  await world.clock.advance(1000);
  assert.deepEqual(
    outcomes.map((outcome) => outcome()?.kind),
    ['unknown', 'done', 'done'],
  );
  await expectTotal(world, 3);
});

test('a command that arrives twice takes effect once', async () => {
  const world = await withLeader(3);
  const { leader, follower } = leaderAndFollower(world);
  const outcome = watch(follower.replica.submit(add(5), 900));
  await world.clock.advance(50);
  assert.equal(resultOf(outcome()), 5);
  const [message] = forwardedCommands(world);
  assert.ok(message !== undefined);
  leader.replica.receive(message);
  await submit(world, follower, add(1), 50);
  leader.replica.receive(message);
  await expectTotal(world, 6);
});

test('a node that starts again has a session of its own, and is not given old answers', async () => {
  const stores = new Map<string, SumMemoryStore>();
  const world = await withLeader(3, {
    store: (id) => {
      const store = new SumMemoryStore();
      stores.set(id, store);
      return store;
    },
  });
  const { follower } = leaderAndFollower(world);
  assert.equal(resultOf(await submit(world, follower, add(10), 50)), 10);
  follower.replica.stop();
  const machine = new Sum();
  const store = stores.get(follower.id);
  assert.ok(store !== undefined);
  const replica = await Replica.start<number, 'sum', number>({
    id: asNodeId(follower.id),
    membership: membershipOf(world.members.map(({ id }) => asNodeId(id))),
    seed: 77,
    machine: withSessions(machine),
    sizeOf: () => 8,
    store,
    clock: world.clock,
    transport: {
      send: (message) =>
        void world.clock.after(1, () =>
          world.members.find(({ id }) => id === message.to)?.replica.receive(message),
        ),
    },
  });
  const again: Member = { id: follower.id, replica, machine };
  (world.members as Member[])[world.members.indexOf(follower)] = again;
  await world.clock.advance(1000);
  assert.equal(resultOf(await submit(world, again, add(1), 100)), 11);
  await expectTotal(world, 11);
});

/** Adds to one digit of the total, of which each tells how often it was added to. */
const digit = (position: number): number => 8 ** position;

const commandsPerWorld = 16;

test('however the network fails, done is once, refused is never, unknown is at most once', async () => {
  let [done, refused, unknown, retried] = [0, 0, 0, 0];
  for (let seed = 1; seed <= 30; seed++) {
    const random = createRandom(seed);
    const world = await withLeader(3);
    const outcomes: (Outcome<number> | null)[] = new Array(commandsPerWorld).fill(null);
    for (const position of outcomes.keys()) {
      disturb(world, random);
      const member = world.members[nextInteger(random, 0, 3)];
      const timeoutMs = nextInteger(random, 20, 1500);
      void member?.replica.submit(add(digit(position)), timeoutMs).then((outcome) => {
        outcomes[position] = outcome;
      });
      await world.clock.advance(nextInteger(random, 0, 600));
    }
    world.lose = () => false;
    await world.clock.advance(4000);
    const [first, ...others] = world.members.map(({ machine }) => machine.total);
    for (const total of others) assert.equal(total, first, `seed ${seed}: the same everywhere`);
    for (const [position, outcome] of outcomes.entries()) {
      const times = Math.floor((first ?? 0) / digit(position)) % 8;
      const told = `seed ${seed}: command ${position} is ${outcome?.kind}, and happened ${times}`;
      if (outcome?.kind === 'done') assert.equal(times, 1, told);
      else if (outcome?.kind === 'refused') assert.equal(times, 0, told);
      else assert.ok(outcome !== null && times <= 1, told);
      if (outcome?.kind === 'done') done++;
      else if (outcome?.kind === 'refused') refused++;
      else unknown++;
    }
    const attempts = forwardedCommands(world);
    retried += attempts.length - new Set(attempts.map(({ from, id }) => `${from} ${id}`)).size;
  }
  for (const count of [done, refused, unknown, retried]) {
    assert.ok(count > 15, `${done} done, ${refused} refused, ${unknown} unknown, ${retried} again`);
  }
});

/** From here on other messages are lost. */
function disturb(world: World, random: ReturnType<typeof createRandom>): void {
  const loss = nextFraction(random) < 0.3 ? 1 : nextFraction(random) * nextFraction(random);
  const cutOff = world.members[nextInteger(random, 0, 6)]?.id;
  const kind = nextFraction(random) < 0.3 ? 'forwardResponse' : null;
  world.lose = (message) =>
    message.kind === kind ||
    message.from === cutOff ||
    message.to === cutOff ||
    nextFraction(random) < loss;
}

test('an answer to what an earlier life has forwarded is not taken for one of this life', async () => {
  const earlier = await LonelyFollower.start(1);
  await earlier.open(7);
  await earlier.submit(add(1), 900);
  earlier.stop();
  const [opening, command] = earlier.forwarded;

  const later = await LonelyFollower.start(2, earlier.clock);
  const outcome = await later.submit(add(1), 900);
  await later.answer(opening, { kind: 'opened', session: 7 });
  assert.equal(later.forwarded.length, 1, 'it has no session, and so it forwards no command');
  await later.open(8);
  await later.answer(command, { kind: 'applied', result: 1 });
  assert.equal(outcome(), undefined);
  await later.answer(later.forwarded[1], { kind: 'applied', result: 2 });
  assert.equal(resultOf(outcome()), 2);
  later.stop();
});

function isCommand(
  { command }: (typeof LonelyFollower.prototype.forwarded)[number],
  sequence: number,
): boolean {
  return command.kind === 'command' && command.sequence === sequence;
}

test('what is refused has not happened, what was not answered may have', async () => {
  const follower = await LonelyFollower.start(1);
  await follower.open(7);
  follower.refuse = (request) => isCommand(request, 1);
  const first = await follower.submit(add(1), 1000);
  const second = await follower.submit(add(1), 1000);
  await follower.clock.advance(100);
  // From now on both are refused. But the first attempt at the second was not.
  follower.refuse = () => true;
  await follower.clock.advance(920);
  assert.ok(follower.forwarded.filter(({ id }) => id === follower.forwarded[2]?.id).length > 1);
  assert.deepEqual(first(), { kind: 'refused', reason: 'noLeader' });
  assert.deepEqual(second(), { kind: 'unknown', reason: 'timedOut' });
  follower.stop();
});

test('a command that was tried very often is in doubt, though its last attempts are refused', async () => {
  const follower = await LonelyFollower.start(1);
  await follower.open(7);
  const outcome = await follower.submit(add(1), 30_000);
  await follower.clock.advance(29_000);
  const attempts = follower.forwarded.slice(1);
  assert.ok(attempts.length > 20);
  follower.refuse = () => true;
  for (const attempt of attempts.slice(-8)) {
    await follower.end(attempt, { kind: 'refused', reason: 'notLeader' });
  }
  await follower.clock.advance(1020);
  assert.deepEqual(outcome(), { kind: 'unknown', reason: 'timedOut' });
  follower.stop();
});

test('a leader that does not know what came of a command leaves the doubt', async () => {
  const follower = await LonelyFollower.start(1);
  await follower.open(7);
  const outcome = await follower.submit(add(1), 1000);
  await follower.end(follower.forwarded[1], { kind: 'unknown', reason: 'compacted' });
  follower.refuse = () => true;
  await follower.clock.advance(100);
  assert.ok(follower.forwarded.length > 2, 'it is tried again at once: the session knows');
  await follower.clock.advance(920);
  assert.deepEqual(outcome(), { kind: 'unknown', reason: 'timedOut' });
  follower.stop();
});

test('a refusal for lack of room ends a command only if nothing can have come of it', async () => {
  const overloaded = { kind: 'refused', reason: 'overloaded' } as const;
  const follower = await LonelyFollower.start(1);
  await follower.open(7);
  const [first, second] = [
    await follower.submit(add(1), 2000),
    await follower.submit(add(1), 2000),
  ];
  await follower.end(follower.forwarded[1], overloaded);
  assert.deepEqual(first(), overloaded);
  await follower.clock.advance(400);
  await follower.end(follower.forwarded[3], overloaded);
  assert.equal(second(), undefined);
  await follower.answer(follower.forwarded[2], { kind: 'applied', result: 1 });
  assert.equal(resultOf(second()), 1, 'the first attempt was not refused');
  follower.stop();
});

test('a command says from which one on its node waits for answers', async () => {
  const follower = await LonelyFollower.start(1);
  await follower.open(7);
  for (const command of [1, 2, 3]) await follower.submit(add(command), 5000);
  await follower.answer(follower.forwarded[2], { kind: 'applied', result: 2 });
  await follower.submit(add(4), 5000);
  await follower.answer(follower.forwarded[1], { kind: 'applied', result: 3 });
  await follower.submit(add(5), 5000);
  const said = follower.forwarded.slice(1).map(({ command }) => {
    assert.ok(command.kind === 'command');
    const { session, sequence, firstOpen } = command;
    return [session, sequence, firstOpen];
  });
  assert.deepEqual(said, [
    [7, 1, 1],
    [7, 2, 1],
    [7, 3, 1],
    [7, 4, 1],
    [7, 5, 3],
  ]);
  follower.stop();
});

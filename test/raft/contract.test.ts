import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asNodeId,
  asRequestId,
  createRandom,
  type Effect,
  type Input,
  membershipOf,
  nextInteger,
  Raft,
} from '../../src/raft/index.ts';
import { TestCluster, TestNode, testSettings } from './cluster.ts';

const three = ['n1', 'n2', 'n3'];

test('step only changes memory; drain hands over everything once', () => {
  const node = new TestNode('n1', three);
  for (let i = 0; i < testSettings.electionTimeoutTicks.max; i++) node.raft.step({ kind: 'tick' });
  assert.notEqual(node.raft.drain().length, 0);
  assert.deepEqual(node.raft.drain(), []);
});

test('however many inputs were stepped: one write, and one append for each peer', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  const random = createRandom(1);
  for (let round = 0; round < 20; round++) {
    const proposals = nextInteger(random, 1, 50);
    for (let i = 0; i < proposals; i++) {
      const requestId = asRequestId(1000 * round + i);
      leader.raft.step({ kind: 'propose', requestId, command: 'c', bytes: 1 });
      if (i % 7 === 0) leader.raft.step({ kind: 'tick' });
    }
    const effects = leader.raft.drain();
    const sends = effects.filter((effect) => effect.kind === 'send');
    assert.deepEqual(
      sends.map(({ message }) => [message.kind, message.to]),
      [
        ['appendRequest', 'n2'],
        ['appendRequest', 'n3'],
      ],
    );
    const writes = effects.filter((effect) => effect.kind === 'persist');
    assert.equal(writes.length, 1);
    const [write] = writes;
    assert.equal(write?.entries.length, proposals);
    if (write !== undefined) leader.raft.step({ kind: 'persisted', token: write.token });
    for (const { message } of sends) {
      if (message.kind === 'appendRequest') cluster.node(message.to).receive(message);
    }
    cluster.settle();
  }
});

/** Inputs as a driver of one node would give them, from a seed. */
function* inputs(seed: number, count: number): Generator<Input<string>> {
  const random = createRandom(seed);
  for (let i = 0; i < count; i++) {
    const choice = nextInteger(random, 0, 10);
    if (choice === 0) {
      yield { kind: 'propose', requestId: asRequestId(i), command: `c${i}`, bytes: 3 };
    } else if (choice === 1) {
      yield { kind: 'read', requestId: asRequestId(i), consistency: 'linearizable' };
    } else {
      yield { kind: 'tick' };
    }
  }
}

/** Runs a lone voter, which goes through all roles, and records what comes out. */
function run(raft: Raft<string>, given: Iterable<Input<string>>): Effect<string>[] {
  const out: Effect<string>[] = [];
  for (const input of given) {
    raft.step(input);
    for (const effect of raft.drain()) {
      out.push(effect);
      if (effect.kind === 'persist') raft.step({ kind: 'persisted', token: effect.token });
    }
  }
  return out;
}

test('the same inputs give the same effects, byte for byte', () => {
  const create = () =>
    Raft.create<string>({
      id: asNodeId('n1'),
      membership: membershipOf([asNodeId('n1')]),
      seed: 3,
    });
  const once = JSON.stringify(run(create(), inputs(5, 500)));
  const again = JSON.stringify(run(create(), inputs(5, 500)));
  assert.equal(once, again);
  assert.ok(once.length > 1000);
});

test('a core that was saved, carried as JSON and loaded goes on as if nothing had happened', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  leader.propose('a');
  leader.read();
  const carried = JSON.parse(JSON.stringify(leader.raft.save()));
  const copy = Raft.load<string>(carried);
  const later = [...inputs(9, 300)];
  assert.deepEqual(run(copy, later), run(leader.raft, later));
  assert.deepEqual(copy.save(), leader.raft.save());
});

test('what save returns is a copy: later steps do not change it', () => {
  const node = new TestNode('n1', ['n1']);
  const saved = node.raft.save();
  const before = JSON.stringify(saved);
  node.tick(5);
  node.propose('a');
  assert.equal(JSON.stringify(saved), before);
});

test('the status of a leader shows where each follower stands', () => {
  const cluster = TestCluster.of(three);
  const leader = cluster.elect('n1');
  cluster.isolate('n3');
  leader.propose('a');
  cluster.settle();
  const { peers, commitIndex, role } = leader.raft.status();
  assert.equal(role, 'leader');
  assert.equal(commitIndex, 2);
  assert.deepEqual(
    peers.map(({ peer, matchIndex, nextIndex, inflightAppends }) => ({
      peer,
      matchIndex,
      nextIndex,
      inflightAppends,
    })),
    [
      { peer: 'n2', matchIndex: 2, nextIndex: 3, inflightAppends: 0 },
      { peer: 'n3', matchIndex: 1, nextIndex: 3, inflightAppends: 1 },
    ],
  );
});

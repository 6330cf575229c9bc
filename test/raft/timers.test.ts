import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createRandom,
  defaultSettings,
  type Message,
  nextFraction,
  type Random,
} from '../../src/raft/index.ts';
import { type Command, TestNode } from './cluster.ts';

/** Nodes on a network that takes its time; a tick is 10 ms, as in the replica. */
class SlowNetwork {
  readonly nodes: readonly TestNode[];
  readonly #delayTicks: (random: Random) => number;
  readonly #random = createRandom(7);
  #now = 0;
  #underway: { readonly at: number; readonly message: Message<Command> }[] = [];

  constructor(ids: readonly string[], delayTicks: (random: Random) => number) {
    this.#delayTicks = delayTicks;
    this.nodes = ids.map((id) => new TestNode(id, ids, { settings: defaultSettings }));
  }

  run(ticks: number): void {
    for (let i = 0; i < ticks; i++) {
      this.#now++;
      for (const node of this.nodes) node.tick();
      this.#deliver();
    }
  }

  /** What takes less than a tick arrives in the tick in which it was sent. */
  #deliver(): void {
    for (;;) {
      for (const message of this.nodes.flatMap((node) => node.outgoing.splice(0))) {
        this.#underway.push({ at: this.#now + this.#delayTicks(this.#random), message });
      }
      const due = this.#underway.filter(({ at }) => at < this.#now + 1);
      if (due.length === 0) return;
      this.#underway = this.#underway.filter((it) => !due.includes(it));
      for (const { message } of due) {
        this.nodes.find(({ id }) => id === message.to)?.receive(message);
      }
    }
  }

  get leaders(): readonly TestNode[] {
    return this.nodes.filter(({ role }) => role === 'leader');
  }

  get term(): number {
    return Math.max(...this.nodes.map(({ term }) => term));
  }
}

const three = ['n1', 'n2', 'n3'];
const minutes = 6000;

for (const delayMs of [1, 10, 50, 100, 200, 300]) {
  test(`${delayMs} ms each way: a leader soon, and no other election in ten minutes`, () => {
    const network = new SlowNetwork(three, () => delayMs / 10);
    network.run(600);
    assert.equal(network.leaders.length, 1);
    const { term } = network;
    network.run(10 * minutes);
    assert.equal(network.term, term, 'no election without a cause');
    assert.equal(network.leaders.length, 1);
  });
}

for (const meanMs of [20, 50, 100]) {
  test(`${meanMs} ms on average, exponential: no other election in ten minutes`, () => {
    const delay = (random: Random) => -Math.log(1 - nextFraction(random)) * (meanMs / 10);
    const network = new SlowNetwork(three, delay);
    network.run(1000);
    assert.equal(network.leaders.length, 1);
    const { term } = network;
    network.run(10 * minutes);
    assert.equal(network.term, term, 'no election without a cause');
  });
}

/** What a leader that has nothing to say comes to on the fastest network. */
const idleTicks = defaultSettings.electionTimeoutTicks.min + 11;

test('on a fast network the timeout allows for the pauses of an idle leader, and no more', () => {
  const network = new SlowNetwork(three, () => 0);
  network.run(1000);
  for (const node of network.nodes) {
    assert.equal(node.raft.status().electionTicks, idleTicks);
  }
});

test('every node uses the timeout that the leader measures, and it falls again', () => {
  let delayTicks = 20;
  const network = new SlowNetwork(three, () => delayTicks);
  network.run(2000);
  const slow = network.nodes.map((node) => node.raft.status().electionTicks);
  assert.equal(new Set(slow).size, 1, `${slow}`);
  assert.ok(Number(slow[0]) >= 2.75 * 2 * delayTicks, `nearly three round trips: ${slow}`);
  delayTicks = 0;
  network.run(2000);
  for (const node of network.nodes) {
    assert.ok(node.raft.status().electionTicks <= idleTicks);
  }
});

test('a node that nobody answers learns nothing, and keeps its timeout', () => {
  const node = new TestNode('n1', three, { settings: defaultSettings });
  node.tick(3000);
  assert.equal(node.raft.status().electionTicks, defaultSettings.electionTimeoutTicks.min);
});

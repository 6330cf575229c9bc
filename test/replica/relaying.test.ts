/** How messages get round broken links, on virtual time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asNodeId, type NodeId } from '../../src/raft/index.ts';
import { type Addressed, type Packet, RelayingTransport } from '../../src/replica/index.ts';
import { Survey } from '../../src/replica/relaying/survey.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

interface Letter extends Addressed {
  readonly text: string;
}

/** Nodes that answer every question, with links that a test cuts. */
class Town {
  readonly clock = new VirtualClock();
  readonly nodes: readonly NodeId[];
  readonly transports = new Map<NodeId, RelayingTransport<Letter, Letter>>();
  readonly delivered: Letter[] = [];
  readonly lost: { readonly at: NodeId; readonly peer: NodeId }[] = [];
  /** Links that do not work, as `from>to`. */
  readonly cut = new Set<string>();
  readonly down = new Set<NodeId>();
  packets = 0;
  copies = 1;
  delayMs = 1;
  /** How long whoever is asked takes to answer. */
  answerMs = 0;

  constructor(size: number) {
    this.nodes = Array.from({ length: size }, (_, position) => asNodeId(`n${position}`));
    for (const id of this.nodes) this.transports.set(id, this.#open(id));
  }

  #open(id: NodeId): RelayingTransport<Letter, Letter> {
    return new RelayingTransport<Letter, Letter>({
      id,
      nodes: this.nodes,
      clock: this.clock,
      life: 1,
      sendOver: (to, packet) => this.#carry(id, to, packet),
      encode: (letter) => letter,
      decode: (_from, letter) => letter,
      deliver: (letter) => this.#delivered(letter),
      onLost: (peer) => this.lost.push({ at: id, peer }),
    });
  }

  #carry(from: NodeId, to: NodeId, packet: Packet<Letter>): void {
    this.packets++;
    for (let copy = 0; copy < this.copies; copy++) {
      this.clock.after(this.delayMs, () => {
        if (this.cut.has(`${from}>${to}`) || this.down.has(from) || this.down.has(to)) return;
        this.transports.get(to)?.receive(from, packet);
      });
    }
  }

  #delivered(letter: Letter): void {
    this.delivered.push(letter);
    if (letter.kind !== 'appendRequest') return;
    const { from, to, text } = letter;
    const answer = { kind: 'appendResponse', from: to, to: from, text } as const;
    if (this.answerMs === 0) this.send(answer);
    else this.clock.after(this.answerMs, () => this.send(answer));
  }

  send(letter: Letter): void {
    this.transports.get(letter.from)?.send(letter);
  }

  /** Asks each of the others every 10 ms, as a busy leader does. */
  async ask(leader: number, ms: number): Promise<void> {
    for (let elapsed = 0; elapsed < ms; elapsed += 10) {
      const from = this.node(leader);
      for (const to of this.nodes) {
        const text = `${this.clock.now()}`;
        if (to !== from) this.send({ kind: 'appendRequest', from, to, text });
      }
      await this.clock.advance(10);
    }
  }

  node(position: number): NodeId {
    return this.nodes[position] ?? asNodeId('');
  }

  /** What was asked of `to` and answered, as the texts that both have. */
  answersOf(to: number): number {
    const id = this.node(to);
    return this.delivered.filter(({ kind, from }) => kind === 'appendResponse' && from === id)
      .length;
  }

  forget(): void {
    this.delivered.length = 0;
    this.packets = 0;
  }
}

/** The majorities ring that three nodes get: n0 hears n2 only, n1 hears n0, n2 hears n1. */
function oneWayRing(town: Town): void {
  for (const link of ['n1>n0', 'n2>n1', 'n0>n2']) town.cut.add(link);
}

test('as long as everybody answers, a message is a packet and there is nothing else', async () => {
  const town = new Town(3);
  await town.ask(0, 500);
  assert.equal(town.packets, 50 * 4);
  assert.deepEqual(town.lost, []);
});

test('in a ring of one-way links every question is answered, 60 ms after it broke', async () => {
  const town = new Town(3);
  await town.ask(0, 200);
  oneWayRing(town);
  await town.ask(0, 60);
  town.forget();
  await town.ask(0, 500);
  await town.clock.advance(5);
  assert.deepEqual([town.answersOf(1), town.answersOf(2)], [50, 50]);
  assert.ok(
    town.lost.some(({ at, peer }) => at === 'n0' && peer === 'n2'),
    'it is said',
  );
});

test('going round costs no more than twice the packets of a healthy cluster', async () => {
  for (const size of [3, 5, 7]) {
    const town = new Town(size);
    await town.ask(0, 1000);
    const healthy = town.packets;
    // Each hears the nearest ones on both sides: the others are two links away.
    for (const from of town.nodes.keys()) {
      for (const to of town.nodes.keys()) {
        const distance = Math.min((from - to + size) % size, (to - from + size) % size);
        if (distance > (size > 5 ? 2 : 1)) town.cut.add(`n${from}>n${to}`);
      }
    }
    if (size === 3) oneWayRing(town);
    await town.ask(0, 1000);
    town.forget();
    await town.ask(0, 1000);
    assert.ok(town.packets <= 2 * healthy, `${size} nodes: ${town.packets} for ${healthy}`);
    for (let peer = 1; peer < size; peer++) assert.ok(town.answersOf(peer) >= 99);
  }
});

test('a link that is back is used again', async () => {
  const town = new Town(3);
  oneWayRing(town);
  await town.ask(0, 500);
  town.cut.clear();
  await town.ask(0, 2500);
  town.forget();
  await town.ask(0, 1000);
  assert.equal(town.packets, 100 * 4, 'nothing but questions and answers');
});

test('one break after the other: each is gone round', async () => {
  const town = new Town(5);
  await town.ask(0, 200);
  for (let turn = 0; turn < 6; turn++) {
    town.cut.clear();
    const peer = 1 + (turn % 4);
    town.cut.add(turn % 2 === 0 ? `n0>n${peer}` : `n${peer}>n0`);
    await town.ask(0, 220);
    town.forget();
    await town.ask(0, 200);
    await town.clock.advance(5);
    assert.deepEqual(
      [1, 2, 3, 4].map((node) => town.answersOf(node)),
      [20, 20, 20, 20],
    );
  }
});

test('a ring of one-way links that turns round is gone round as soon as it is noticed', async () => {
  const town = new Town(3);
  await town.ask(0, 200);
  oneWayRing(town);
  await town.ask(0, 300);
  town.cut.clear();
  for (const link of ['n0>n1', 'n1>n2', 'n2>n0']) town.cut.add(link);
  await town.ask(0, 70);
  town.forget();
  await town.ask(0, 200);
  await town.clock.advance(5);
  assert.deepEqual([town.answersOf(1), town.answersOf(2)], [20, 20]);
});

test('what was lost before another path was found raises no doubt of that path', async () => {
  const town = new Town(4);
  await town.ask(0, 500);
  await town.clock.advance(5);
  const [n0, n1, n2] = town.nodes as [NodeId, NodeId, NodeId];
  for (const link of ['n0>n1', 'n0>n2']) town.cut.add(link);
  town.send({ kind: 'appendRequest', from: n0, to: n1, text: 'lost' });
  await town.clock.advance(20);
  town.send({ kind: 'appendRequest', from: n0, to: n2, text: 'lost later' });
  await town.clock.advance(30);
  assert.deepEqual(
    town.lost.filter(({ at }) => at === n0).map(({ peer }) => peer),
    [n1, n2],
    'both are gone round to, for the doubt of one',
  );
  await town.clock.advance(30);
  assert.equal(town.transports.get(n0)?.reaches(n2), true);
});

test('who is not there is known to be out of reach, without a storm, and found when it is back', async () => {
  const town = new Town(3);
  await town.ask(0, 200);
  town.down.add(town.node(2));
  await town.ask(0, 100);
  const leader = town.transports.get(town.node(0));
  assert.equal(leader?.reaches(town.node(2)), false);
  assert.equal(leader?.reaches(town.node(1)), true);
  town.forget();
  await town.ask(0, 5000);
  assert.ok(town.packets < 500 * 3 + 5 * 12, `${town.packets} packets`);
  town.down.clear();
  town.lost.length = 0;
  await town.ask(0, 120);
  assert.equal(leader?.reaches(town.node(2)), true, 'its answers show it');
  assert.ok(
    town.lost.some(({ peer }) => peer === town.node(2)),
    'what it missed is sent again',
  );
});

test('on a slow network answers that take their time raise no doubt', async () => {
  const town = new Town(3);
  town.delayMs = 100;
  await town.ask(0, 5000);
  assert.deepEqual(town.lost, []);
  assert.ok(town.packets <= 500 * 4);
});

test('a peer that is busy is doubted once or twice, and then given its time', async () => {
  const town = new Town(3);
  await town.ask(0, 500);
  town.answerMs = 70;
  town.forget();
  await town.ask(0, 5000);
  const surveys = town.packets - 4 * 500;
  assert.ok(surveys <= 2 * 24, `${surveys} packets of surveys`);
  assert.ok(town.answersOf(1) > 480, 'all the while it answers');
});

test('whoever was doubted and answers is given requests again, without another survey', async () => {
  const town = new Town(3);
  await town.ask(0, 500);
  const [from, to] = town.nodes as [NodeId, NodeId];
  const leader = town.transports.get(from);
  const ask = (answerMs: number): void => {
    town.answerMs = answerMs;
    town.send({ kind: 'appendRequest', from, to, text: `after ${answerMs} ms` });
  };
  ask(60);
  await town.clock.advance(70);
  assert.equal(leader?.reaches(to), true, 'a survey has found no fault');
  ask(150);
  await town.clock.advance(145);
  assert.equal(leader?.reaches(to), false, 'the next is not due yet');
  await town.clock.advance(15);
  assert.equal(leader?.reaches(to), true);
});

test('of what the network doubles on the way round, one copy is delivered', async () => {
  const town = new Town(3);
  oneWayRing(town);
  await town.ask(0, 1000);
  town.copies = 2;
  town.forget();
  const letter = { kind: 'forwardRequest', from: town.node(0), to: town.node(2) } as const;
  town.send({ ...letter, text: 'once' });
  await town.clock.advance(5);
  assert.equal(town.delivered.filter(({ text }) => text === 'once').length, 1);
});

test('a path in a packet is followed to its end, and no further', () => {
  const town = new Town(3);
  const [n0, n1, n2] = town.nodes as [NodeId, NodeId, NodeId];
  const payload = { kind: 'commitHint', from: n0, to: n2, text: '' } as const;
  const packet = { kind: 'relayed', origin: n0, number: 1, payload } as const;
  town.transports.get(n1)?.receive(n0, { ...packet, path: [asNodeId('n9')] });
  town.transports.get(n1)?.receive(n0, { ...packet, path: [n0, n2] });
  town.transports.get(n1)?.receive(asNodeId('n9'), { ...packet, path: [n2] });
  town.transports.get(n1)?.receive(n0, { ...packet, path: [n2, n1, n2, n1, n2] });
  assert.equal(town.packets, 0, 'not to strangers, not back to where it came from, not for ever');
  town.transports.get(n1)?.receive(n0, { ...packet, path: [n2] });
  assert.equal(town.packets, 1);
});

test('a survey: words tell of links that their receiver cannot see', () => {
  const nodes = ['n0', 'n1', 'n2'].map(asNodeId);
  const [n0, n1, n2] = nodes as [NodeId, NodeId, NodeId];
  const survey = new Survey(n0, nodes);
  survey.begin();
  assert.equal(survey.path(n0, n2), null, 'nothing is known at first');
  assert.equal(survey.take(n2, { number: 1, heard: { n1: [n0], n2: [n1] } }), 'more');
  assert.deepEqual(survey.path(n0, n2), [n1, n2]);
  assert.deepEqual(survey.path(n1, n0), [n2, n0], 'its own hearing counts');
  assert.equal(survey.isComplete, false);
  assert.equal(survey.take(n2, { number: 1, heard: { n2: [n1] } }), 'nothing');
  assert.equal(survey.take(n2, { number: 0, heard: {} }), 'old');
  assert.equal(survey.take(n2, { number: 5, heard: {} }), 'joined');
  assert.equal(survey.path(n0, n1), null, 'a later survey begins with nothing');
  assert.equal(survey.take(n1, { number: 5, heard: { n7: [n1], n1: [asNodeId('n7')] } }), 'more');
  assert.deepEqual(Object.keys(survey.word().heard).sort(), ['n0', 'n1', 'n2'].slice(0, 2));
});

test('a survey: nodes may be called what every object has', () => {
  const nodes = ['constructor', '__proto__', 'n2'].map(asNodeId);
  const [first, second, third] = nodes as [NodeId, NodeId, NodeId];
  const surveys = nodes.map((node) => new Survey(node, nodes));
  for (const survey of surveys) survey.begin(1);
  const [of0, of1, of2] = surveys as [Survey, Survey, Survey];
  of2.take(second, JSON.parse(JSON.stringify(of1.word())));
  of2.take(first, of0.word());
  of1.take(third, JSON.parse(JSON.stringify(of2.word())));
  of1.take(first, of0.word());
  of2.take(second, JSON.parse(JSON.stringify(of1.word())));
  assert.equal(of2.works(first, second), true);
  assert.deepEqual(Object.keys(of2.word().heard).sort(), [...nodes].sort());
});

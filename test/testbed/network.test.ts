import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { drawLatencyMs, type Latency } from '../../src/testbed/latency.ts';
import { Network, type NetworkEvent } from '../../src/testbed/network.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

interface Delivery {
  readonly to: string;
  readonly type: string;
  readonly atMs: number;
}

function start(latency: Latency = { meanMs: 10, distribution: 'constant' }) {
  const clock = new VirtualClock();
  const events: NetworkEvent[] = [];
  const deliveries: Delivery[] = [];
  const network = new Network({
    clock,
    random: createRandom(1),
    latency,
    onEvent: (event) => events.push(event),
  });
  const add = (name: string, kind: 'server' | 'client' | 'service'): void =>
    network.add(name, kind, ({ message }) => {
      deliveries.push({ to: name, type: message.body.type, atMs: clock.now() });
    });
  for (const name of ['n0', 'n1', 'n2']) add(name, 'server');
  add('c0', 'client');
  add('lin-kv', 'service');
  const send = (src: string, dest: string, type = 'x'): void =>
    network.send({ src, dest, body: { type } });
  return { clock, network, send, events, deliveries };
}

test('messages between servers take their latency; from and to clients they take none', async () => {
  const { clock, send, deliveries } = start();
  send('n0', 'n1', 'servers');
  send('c0', 'n1', 'request');
  send('n1', 'c0', 'reply');
  send('n1', 'lin-kv', 'service');
  await clock.advance(20);
  assert.deepEqual(
    deliveries.map(({ type, atMs }) => [type, atMs]),
    [
      ['reply', 0],
      ['servers', 10],
      ['request', 10],
      ['service', 10],
    ],
    'and the request waits behind the message at the head of the queue',
  );
});

test('a delay blocks the head of its receiver, and of nobody else', async () => {
  const { clock, send, deliveries } = start();
  send('n0', 'n1', 'slow');
  await clock.advance(5);
  send('c0', 'n1', 'fast, but behind');
  send('c0', 'n2', 'fast');
  await clock.advance(20);
  assert.deepEqual(
    deliveries.map(({ type, atMs }) => [type, atMs]),
    [
      ['fast', 5],
      ['slow', 10],
      ['fast, but behind', 10],
    ],
  );
});

test('a partition is asked about at delivery: what is in flight is lost', async () => {
  const { clock, network, send, events, deliveries } = start();
  send('n0', 'n1', 'in flight when it starts');
  await clock.advance(5);
  network.partition(new Map([['n1', new Set(['n0'])]]));
  await clock.advance(10);
  assert.deepEqual(deliveries, []);
  send('n0', 'n1', 'sent during it, due after it');
  await clock.advance(5);
  network.heal();
  await clock.advance(10);
  assert.deepEqual(
    deliveries.map(({ type }) => type),
    ['sent during it, due after it'],
  );
  assert.deepEqual(events, ['send', 'lose', 'send', 'receive']);
});

test('a partition has a direction, and clients are never cut off', async () => {
  const { clock, network, send, deliveries } = start();
  network.partition(new Map([['n1', new Set(['n0', 'n2'])]]));
  send('n0', 'n1', 'not heard');
  send('n1', 'n0', 'heard');
  send('c0', 'n1', 'client');
  await clock.advance(20);
  assert.deepEqual(deliveries.map(({ type }) => type).sort(), ['client', 'heard']);
});

test('an unknown sender or receiver is a fault of whoever sends', () => {
  const { send } = start();
  assert.throws(() => send('n0', 'n9'), /no such node in the network: n9/);
  assert.throws(() => send('n9', 'n0'), /no such node in the network: n9/);
});

test('latencies have the mean and the shape that was asked for', () => {
  const random = createRandom(5);
  const draw = (latency: Latency) =>
    Array.from({ length: 20_000 }, () => drawLatencyMs(latency, random));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const constant = draw({ meanMs: 20, distribution: 'constant' });
  assert.ok(constant.every((ms) => ms === 20));
  const uniform = draw({ meanMs: 20, distribution: 'uniform' });
  assert.ok(uniform.every((ms) => ms >= 0 && ms < 40));
  assert.ok(Math.abs(mean(uniform) - 20) < 0.5);
  const exponential = draw({ meanMs: 20, distribution: 'exponential' });
  assert.ok(exponential.every((ms) => ms >= 0));
  assert.ok(Math.abs(mean(exponential) - 20) < 0.5);
  const beyondTwice = exponential.filter((ms) => ms > 40).length / exponential.length;
  assert.ok(Math.abs(beyondTwice - Math.exp(-2)) < 0.02);
});

test('the first ten messages to a node that is down wait for the next one; others are lost', async () => {
  const { clock, network, send, events, deliveries } = start();
  network.takeDown('n1');
  for (let number = 0; number < 14; number++) send('n0', 'n1', `m${number}`);
  await clock.advance(100);
  assert.deepEqual(deliveries, []);
  assert.equal(events.filter((event) => event === 'lose').length, 4);
  const kept = network.bringUp('n1');
  send('c0', 'n1', 'init');
  network.redeliver(kept);
  assert.deepEqual(
    deliveries.map(({ type }) => type),
    ['init', ...Array.from({ length: 10 }, (_, number) => `m${number}`)],
  );
  assert.equal(events.filter((event) => event === 'receive').length, 11);
});

test('what was on its way to a node that died does not reach the next one before init', async () => {
  const { clock, network, send, events, deliveries } = start();
  for (let number = 0; number < 13; number++) send('n0', 'n1', `m${number}`);
  network.takeDown('n1');
  const kept = network.bringUp('n1');
  send('c0', 'n1', 'init');
  await clock.advance(100);
  assert.deepEqual(
    deliveries.map(({ type, atMs }) => [type, atMs]),
    [['init', 0]],
  );
  network.redeliver(kept);
  await clock.advance(0);
  // The message that was next to arrive, and all beyond ten, are lost.
  assert.deepEqual(
    deliveries.slice(1).map(({ type }) => type),
    Array.from({ length: 10 }, (_, number) => `m${number + 1}`),
  );
  assert.equal(events.filter((event) => event === 'lose').length, 3);
});

test('a partition between them holds when what was kept is delivered', async () => {
  const { clock, network, send, deliveries } = start();
  network.takeDown('n1');
  send('n0', 'n1', 'cut off');
  send('n2', 'n1', 'heard');
  await clock.advance(20);
  network.partition(new Map([['n1', new Set(['n0'])]]));
  network.redeliver(network.bringUp('n1'));
  assert.deepEqual(
    deliveries.map(({ type }) => type),
    ['heard'],
  );
});

test('what a receiver has no room for is lost', async () => {
  const { clock, network, send, events } = start();
  let hasRoom = true;
  const taken: string[] = [];
  network.add(
    'n9',
    'server',
    ({ message }) => taken.push(message.body.type),
    () => hasRoom,
  );
  send('n0', 'n9', 'first');
  await clock.advance(20);
  hasRoom = false;
  send('n0', 'n9', 'second');
  await clock.advance(20);
  assert.deepEqual(taken, ['first']);
  assert.deepEqual(events, ['send', 'receive', 'send', 'lose']);
});

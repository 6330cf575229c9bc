/** A network that is worse than Maelstrom's: lost, doubled, held up and overtaking messages. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { drawLatencyMs, type Latency } from '../../src/testbed/latency.ts';
import { type Disturbance, Network } from '../../src/testbed/network.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

const harmless: Disturbance = {
  loss: 0,
  duplication: 0,
  isReordering: false,
  spikeChance: 0,
  spikeMs: 0,
};

/** Sends numbered messages, one a millisecond, and says in which order they arrive, and when. */
async function sendThrough(
  disturbance: Partial<Disturbance>,
  latency: Latency = { meanMs: 10, distribution: 'constant' },
  count = 1000,
) {
  const clock = new VirtualClock();
  const lost: number[] = [];
  const network = new Network({
    clock,
    random: createRandom(7),
    latency,
    onEvent: (event, { message }) => {
      if (event === 'lose') lost.push(Number(message.body['number']));
    },
    mayDuplicate: (body) => body.type !== 'once',
  });
  network.disturb(latency, { ...harmless, ...disturbance });
  const arrived: { number: number; atMs: number }[] = [];
  for (const [name, kind] of [
    ['n1', 'server'],
    ['n2', 'server'],
    ['c1', 'client'],
  ] as const) {
    network.add(name, kind, ({ message }) => {
      arrived.push({ number: Number(message.body['number']), atMs: clock.now() });
    });
  }
  for (let number = 0; number < count; number++) {
    network.send({
      src: 'n1',
      dest: 'n2',
      body: { type: number % 2 === 0 ? 'once' : 'often', number },
    });
    await clock.advance(1);
  }
  await clock.advance(100_000);
  return { network, arrived, lost, numbers: arrived.map(({ number }) => number) };
}

test('loss takes its share, and says so', async () => {
  const { numbers, lost } = await sendThrough({ loss: 0.3 });
  assert.ok(lost.length > 240 && lost.length < 360, `${lost.length} of 1000 lost`);
  assert.equal(numbers.length + lost.length, 1000);
});

test('duplication doubles its share, but not what may arrive only once', async () => {
  const { numbers } = await sendThrough({ duplication: 0.5 });
  const copies = numbers.length - new Set(numbers).size;
  assert.ok(copies > 190 && copies < 310, `${copies} of 500 doubled`);
  const doubled = numbers.filter((number, at) => numbers.indexOf(number) !== at);
  assert.ok(doubled.every((number) => number % 2 === 1));
});

test('messages overtake each other only when the network reorders', async () => {
  const isOrdered = (numbers: readonly number[]): boolean =>
    numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0));
  const slow: Latency = { meanMs: 20, distribution: 'uniform' };
  assert.equal(isOrdered((await sendThrough({ isReordering: true }, slow)).numbers), false);
  assert.equal(isOrdered((await sendThrough({ isReordering: true })).numbers), true);
});

test('a message that is held up comes so much later', async () => {
  const { arrived } = await sendThrough({
    isReordering: true,
    spikeChance: 0.1,
    spikeMs: 5000,
  });
  const heldUp = arrived.filter(({ number, atMs }) => atMs - number > 4000);
  assert.ok(heldUp.length > 60 && heldUp.length < 150, `${heldUp.length} of 1000 held up`);
  for (const { number, atMs } of heldUp) assert.equal(atMs - number, 5010);
});

test('nothing happens to what clients are told', async () => {
  const { network, arrived } = await sendThrough({ loss: 1 }, undefined, 10);
  assert.deepEqual(arrived, []);
  network.send({ src: 'n1', dest: 'c1', body: { type: 'reply', number: 77 } });
  assert.deepEqual(
    arrived.map(({ number }) => number),
    [77],
  );
});

test('exponential delays have their mean and their shape', () => {
  const random = createRandom(3);
  const delays = Array.from({ length: 100_000 }, () =>
    drawLatencyMs({ meanMs: 10, distribution: 'exponential' }, random),
  );
  const share = (holds: (delay: number) => boolean): number =>
    delays.filter(holds).length / delays.length;
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  assert.ok(Math.abs(mean - 10) < 0.15, `mean ${mean}`);
  // Of an exponential distribution 1/e lies beyond the mean, and 1/e² beyond twice the mean.
  assert.ok(Math.abs(share((delay) => delay > 10) - 0.3679) < 0.006);
  assert.ok(Math.abs(share((delay) => delay > 20) - 0.1353) < 0.005);
  assert.ok(Math.abs(share((delay) => delay < 1) - 0.0952) < 0.004);
});

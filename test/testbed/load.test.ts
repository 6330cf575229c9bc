/** When operations start: at the rate that was asked for, however coarse the clock's timers are. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../src/maelstrom/message.ts';
import { createRandom } from '../../src/raft/index.ts';
import type { Clock } from '../../src/replica/index.ts';
import type { Completion } from '../../src/testbed/client-operation.ts';
import { Load } from '../../src/testbed/load.ts';
import { Network } from '../../src/testbed/network.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import {
  LinKvWorkload,
  linKvProtocol,
  type Operation,
} from '../../src/testbed/workloads/lin-kv.ts';

interface Stage {
  readonly rate: number;
  readonly concurrency: number;
  /** How long the one node takes for an answer. */
  readonly answerMs: number;
  /** What it takes to start an operation, in which nothing else happens. */
  readonly startMs?: number;
}

/** How many operations start in each of some seconds. */
async function startsEachSecond(stage: Stage): Promise<number[]> {
  const { rate, concurrency, answerMs, startMs = 0 } = stage;
  const virtual = new VirtualClock();
  let startingMs = 0;
  // Node.js rounds up to whole milliseconds, and calls late.
  const clock: Clock = {
    now: () => virtual.now() + startingMs,
    after: (ms, action) => virtual.after(Math.ceil(ms) + 1, action),
    every: (ms, action) => virtual.every(ms, action),
    defer: (action) => virtual.defer(action),
  };
  const network = new Network({
    clock: virtual,
    random: createRandom(1),
    latency: { meanMs: 0, distribution: 'constant' },
    onEvent: () => {},
  });
  let served = 0;
  network.add('n1', 'server', ({ message: { src, dest, body } }) => {
    const reply = { type: 'write_ok', in_reply_to: body.msg_id ?? 0 };
    // No two at the same moment.
    virtual.after(answerMs + 0.001 * (served++ % 10), () =>
      network.send({ src: dest, dest: src, body: reply }),
    );
  });
  const starts: number[] = [];
  const workload = new LinKvWorkload(1, concurrency, createRandom(3));
  new Load<Operation, Completion, Body>({
    clock,
    network,
    random: createRandom(2),
    nodes: ['n1'],
    concurrency,
    rate,
    clientTimeoutMs: 1000,
    workload: {
      next: (client) => {
        startingMs += startMs;
        return { f: 'write', key: workload.next(client).key, value: 1 };
      },
      replaceProcess: () => {},
    },
    protocol: linKvProtocol,
    history: {
      invoke: (timeMs) => {
        const second = Math.floor(timeMs / 1000);
        starts[second] = (starts[second] ?? 0) + 1;
      },
      complete: () => {},
    },
    onMalformedReply: (_node, fault) => assert.fail(fault),
  });
  await virtual.advance(3000);
  return starts.slice(0, 3);
}

test('a rate beyond what timers can count holds', async () => {
  const starts = await startsEachSecond({ rate: 4000, concurrency: 100, answerMs: 5 });
  for (const count of starts) assert.ok(count > 3800 && count < 4200, `${starts} a second`);
});

test('the time that it takes to start operations is made up for', async () => {
  const starts = await startsEachSecond({
    rate: 4000,
    concurrency: 100,
    answerMs: 5,
    startMs: 0.05,
  });
  for (const count of starts) assert.ok(count > 3800 && count < 4200, `${starts} a second`);
});

test('a slow system is asked less, and not more afterwards', async () => {
  const starts = await startsEachSecond({ rate: 4000, concurrency: 10, answerMs: 100 });
  for (const count of starts) assert.ok(count > 95 && count <= 110, `${starts} a second`);
});

test('at a rate without end, clients ask again as soon as they are answered', async () => {
  const starts = await startsEachSecond({ rate: 1e9, concurrency: 10, answerMs: 4 });
  for (const count of starts) assert.ok(count > 2480 && count <= 2510, `${starts} a second`);
});

test('at the end every client asks what it is given, in turn, as if nothing had gone before', async () => {
  const clock = new VirtualClock();
  const network = new Network({
    clock,
    random: createRandom(1),
    latency: { meanMs: 0, distribution: 'constant' },
    onEvent: () => {},
  });
  for (const node of ['n1', 'n2']) {
    network.add(node, 'server', ({ message: { src, dest, body } }) => {
      const reply = { type: 'write_ok', in_reply_to: body.msg_id ?? 0 };
      // The second node never answers.
      if (dest === 'n1') network.send({ src: dest, dest: src, body: reply });
    });
  }
  const told: string[] = [];
  const write = (value: number): Operation => ({ f: 'write', key: 0, value });
  const load = new Load<Operation, Completion, Body>({
    ...{ clock, network, random: createRandom(2), nodes: ['n1', 'n2'], concurrency: 3, rate: 0 },
    clientTimeoutMs: 1000,
    workload: {
      next: () => assert.fail('the rate is 0'),
      replaceProcess: (client) => void told.push(`client ${client} is replaced`),
      completed: (client, { value }, { type }) =>
        void told.push(`client ${client} is told that ${value} ended ${type}`),
    },
    protocol: linKvProtocol,
    history: {
      invoke: (ms, process, { value }) =>
        void told.push(`${ms} ms: process ${process} asks ${value}`),
      complete: () => {},
    },
    onMalformedReply: (_node, fault) => assert.fail(fault),
  });
  await load.finish();
  const asked = load.askAll((client) => (client === 2 ? [] : [write(client), write(client + 10)]));
  await clock.advance(3000);
  await asked;
  assert.deepEqual(told, [
    '0 ms: process 0 asks 0',
    '0 ms: process 1 asks 1',
    'client 0 is told that 0 ended ok',
    '0 ms: process 0 asks 10',
    'client 0 is told that 10 ended ok',
    'client 1 is told that 1 ended info',
    'client 1 is replaced',
    '1000 ms: process 4 asks 11',
    'client 1 is told that 11 ended info',
    'client 1 is replaced',
  ]);
});

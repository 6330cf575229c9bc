/** What the kafka workload asks, and which answers it takes. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/machine/json.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import { createRandom } from '../../../src/raft/index.ts';
import type { ClientOperation } from '../../../src/testbed/client-operation.ts';
import { MalformedReply } from '../../../src/testbed/workload.ts';
import { defaultWorkloadOptions } from '../../../src/testbed/workloads/bench-workload.ts';
import { kafka } from '../../../src/testbed/workloads/kafka.ts';

const setup = {
  nodes: ['n0', 'n1'],
  concurrency: 4,
  random: createRandom(3),
  options: { ...defaultWorkloadOptions, keyCount: 3 },
};

/** Answers as logs in memory would, at most two messages of a key at a time. */
function memory() {
  const logs = new Map<string, Json[]>();
  const committed = new Map<string, number>();
  return ({ f, key, value }: ClientOperation): Json => {
    if (f === 'send') {
      const log = logs.get(key as string) ?? [];
      logs.set(key as string, log);
      return log.push(value) - 1;
    }
    if (f === 'list_committed_offsets') {
      const keys = (value as readonly string[]).filter((it) => committed.has(it));
      return Object.fromEntries(keys.map((it) => [it, committed.get(it) ?? 0]));
    }
    const offsets = Object.entries(value as { readonly [key: string]: number });
    if (f === 'commit_offsets') {
      for (const [it, offset] of offsets) {
        committed.set(it, Math.max(offset, committed.get(it) ?? -1));
      }
      return value;
    }
    const shown = offsets.map(([it, from]): [string, Json] => [
      it,
      (logs.get(it) ?? []).slice(from, from + 2).map((message, place) => [from + place, message]),
    ]);
    return Object.fromEntries(shown.filter(([, pairs]) => (pairs as readonly Json[]).length > 0));
  };
}

/** A load whose clients have been answered for a while, and how many messages they have sent. */
function afterSomeTime() {
  const load = kafka.create(setup);
  const answer = memory();
  let sent = 0;
  for (let count = 0; count < 500; count++) {
    const operation = load.next(count % 4);
    if (operation.f === 'send') sent++;
    load.completed?.(count % 4, operation, { type: 'ok', value: answer(operation) });
  }
  return { load, answer, sent };
}

test('a client polls from where it is, and commits what it has polled', () => {
  const load = kafka.create(setup);
  const answer = memory();
  const next = new Map<string, number>();
  let hasBegun = false;
  let polled: { readonly [key: string]: number } | null = null;
  const counts = new Map<string, number>();
  for (let count = 0; count < 2000; count++) {
    const operation = load.next(0);
    const { f } = operation;
    counts.set(f, (counts.get(f) ?? 0) + 1);
    if (!hasBegun) assert.equal(f, 'list_committed_offsets', 'it must know where to begin');
    hasBegun = true;
    if (polled !== null) {
      assert.deepEqual([f, operation.value], ['commit_offsets', polled]);
      polled = null;
    }
    const value = answer(operation);
    if (f === 'poll') {
      const pairs = Object.entries(value as { readonly [key: string]: readonly [number, Json][] });
      for (const [key, from] of Object.entries(operation.value as { [key: string]: number })) {
        assert.equal(from, next.get(key) ?? 0, 'nothing is polled twice, or passed over');
      }
      for (const [key, messages] of pairs) next.set(key, (messages.at(-1)?.[0] ?? -1) + 1);
      if (pairs.length > 0) {
        polled = Object.fromEntries(pairs.map(([key, it]) => [key, it.at(-1)?.[0] ?? 0]));
      }
    }
    load.completed?.(0, operation, { type: 'ok', value });
  }
  for (const f of kafka.functions) assert.ok((counts.get(f) ?? 0) > 50, `${f}: ${counts.get(f)}`);
});

test('who takes the place of a client that gave up begins anew', () => {
  const load = kafka.create(setup);
  const first = load.next(1);
  load.completed?.(1, first, { type: 'ok', value: {} });
  while (load.next(1).f !== 'send');
  load.replaceProcess(1);
  assert.equal(load.next(1).f, 'list_committed_offsets');
});

test('at the end, a client of each node asks for everything until nothing more comes', () => {
  const { load, answer, sent } = afterSomeTime();
  const ask = kafka.final?.(setup, load);
  assert.ok(ask !== undefined);
  assert.deepEqual([...ask(2)], [], 'there are two nodes');
  const seen = new Set<string>();
  for (const operation of ask(1)) {
    const value = answer(operation);
    load.completed?.(1, { ...operation, final: true }, { type: 'ok', value });
    if (operation.f !== 'poll') continue;
    for (const [key, pairs] of Object.entries(value as { [key: string]: readonly Json[] })) {
      for (const pair of pairs) seen.add(`${key} ${JSON.stringify(pair)}`);
    }
  }
  assert.equal(seen.size, sent);
});

test('at the end, a node that shows a few messages at a time is asked until it has shown all', () => {
  const { load, answer, sent } = afterSomeTime();
  let seen = 0;
  for (const operation of kafka.final?.(setup, load)(0) ?? []) {
    // All of its room goes to the first key that has something.
    const [first] = Object.entries(answer(operation) as { readonly [key: string]: Json });
    const isPoll = operation.f === 'poll';
    const value = isPoll ? Object.fromEntries(first === undefined ? [] : [first]) : {};
    if (isPoll && first !== undefined) seen += (first[1] as readonly Json[]).length;
    load.completed?.(0, { ...operation, final: true }, { type: 'ok', value });
  }
  assert.equal(seen, sent);
});

test('a node that never answers at the end is asked a few times only', () => {
  const load = kafka.create(setup);
  for (let count = 0; count < 200; count++) {
    const operation = load.next(0);
    if (operation.f === 'list_committed_offsets') {
      load.completed?.(0, operation, { type: 'ok', value: {} });
    }
  }
  let asked = 0;
  for (const operation of kafka.final?.(setup, load)(0) ?? []) {
    asked++;
    load.completed?.(0, { ...operation, final: true }, { type: 'fail', error: 'net-timeout' });
  }
  assert.ok(asked > 1 && asked < 50, String(asked));
});

const bad: readonly (readonly [f: string, body: Body, says: RegExp])[] = [
  ['send', { type: 'send_ok', offset: -1 }, /"offset" of send_ok is not an offset/],
  ['send', { type: 'send_ok', offset: '1' }, /is not an offset/],
  ['send', { type: 'send_ok', offset: 1, key: 'k' }, /must not have "key"/],
  ['poll', { type: 'poll_ok' }, /must have "msgs"/],
  ['poll', { type: 'poll_ok', msgs: [] }, /is not an object/],
  ['poll', { type: 'poll_ok', msgs: { k: [[0]] } }, /has for key k something else/],
  ['poll', { type: 'poll_ok', msgs: { k: [['0', 1]] } }, /has for key k something else/],
  ['commit_offsets', { type: 'commit_offsets_ok', offsets: {} }, /must not have "offsets"/],
  [
    'list_committed_offsets',
    { type: 'list_committed_offsets_ok', offsets: { k: null } },
    /has no offset for key k/,
  ],
];

for (const [f, body, says] of bad) {
  test(`a reply is malformed: ${JSON.stringify(body)}`, () => {
    const operation = { f, key: 'k', value: 1 };
    assert.throws(
      () => kafka.protocol.toCompletion(operation, { in_reply_to: 1, ...body }),
      (error) => error instanceof MalformedReply && says.test(error.message),
    );
  });
}

test('without an answer, what only looks has changed nothing', () => {
  const ending = (f: string): string =>
    kafka.protocol.unanswered({ f, key: null, value: null }, 'net-timeout').type;
  assert.deepEqual(kafka.functions.map(ending), ['info', 'fail', 'info', 'fail']);
});

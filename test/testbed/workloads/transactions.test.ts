/** What the workloads of transactions ask, and which answers they take. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/machine/json.ts';
import { createRandom } from '../../../src/raft/index.ts';
import type { ClientEvent } from '../../../src/testbed/history.ts';
import { MalformedReply } from '../../../src/testbed/workload.ts';
import {
  type BenchWorkload,
  defaultWorkloadOptions,
  type WorkloadOptions,
} from '../../../src/testbed/workloads/bench-workload.ts';
import { txnListAppend } from '../../../src/testbed/workloads/txn-list-append.ts';
import { txnRwRegister } from '../../../src/testbed/workloads/txn-rw-register.ts';

type Step = readonly [verb: string, key: number, value: number | null];

function drawn(workload: BenchWorkload, count: number, options: Partial<WorkloadOptions> = {}) {
  const load = workload.create({
    nodes: ['n0', 'n1', 'n2'],
    concurrency: 3,
    random: createRandom(7),
    options: { ...defaultWorkloadOptions, ...options },
  });
  return Array.from({ length: count }, (_, it) => load.next(it % 3).value as readonly Step[]);
}

test('transactions have one step to the maximum, as many reads as writes', () => {
  const transactions = drawn(txnListAppend, 4000, { maxTxnLength: 3 });
  const lengths = new Set(transactions.map((it) => it.length));
  assert.deepEqual([...lengths].sort(), [1, 2, 3]);
  const steps = transactions.flat();
  const reads = steps.filter(([verb]) => verb === 'r');
  assert.ok(Math.abs(reads.length / steps.length - 0.5) < 0.03);
  assert.ok(reads.every(([, , value]) => value === null));
  assert.ok(steps.every(([verb]) => verb === 'r' || verb === 'append'));
  const others = drawn(txnRwRegister, 100).flat();
  assert.ok(others.every(([verb]) => verb === 'r' || verb === 'w'));
});

test('a key takes its writes, each of another value, and is replaced by a new one', () => {
  const steps = drawn(txnListAppend, 4000, { keyCount: 5, maxWritesPerKey: 8 }).flat();
  const written = new Map<number, number[]>();
  for (const [verb, key, value] of steps) {
    if (verb === 'append') written.set(key, [...(written.get(key) ?? []), value ?? 0]);
  }
  assert.ok(written.size > 100);
  for (const values of written.values()) {
    assert.deepEqual(
      values,
      Array.from({ length: values.length }, (_, it) => it + 1),
    );
    assert.ok(values.length <= 8);
  }
  const open = [...written.values()].filter(({ length }) => length < 8);
  assert.ok(open.length <= 5, 'no more than the pool has');
});

test('of the keys of the pool, each is drawn half as often as the next', () => {
  const steps = drawn(txnListAppend, 4000, { keyCount: 4, maxWritesPerKey: 1_000_000 }).flat();
  const count = (it: number): number => steps.filter(([, key]) => key === it).length;
  for (const key of [0, 1, 2]) {
    const ratio = count(key + 1) / count(key);
    assert.ok(ratio > 1.7 && ratio < 2.4, `${key}: ${ratio}`);
  }
});

const asked: readonly Json[] = [
  ['r', 1, null],
  ['append', 1, 5],
];
const operation = { f: 'txn', key: null, value: asked };

function answer(workload: BenchWorkload, body: { readonly [name: string]: Json }) {
  return workload.protocol.toCompletion(operation, { type: 'txn_ok', in_reply_to: 1, ...body });
}

test('a request says the steps, and the reply says them again with the reads filled in', () => {
  assert.deepEqual(txnListAppend.protocol.toRequest(operation), { type: 'txn', txn: asked });
  const txn = [
    ['r', 1, [4]],
    ['append', 1, 5],
  ];
  assert.deepEqual(answer(txnListAppend, { txn }), { type: 'ok', value: txn });
  const none = [
    ['r', 1, null],
    ['append', 1, 5],
  ];
  assert.deepEqual(answer(txnListAppend, { txn: none }), { type: 'ok', value: none });
});

const bad: readonly (readonly [
  what: string,
  body: { readonly [name: string]: Json },
  says: RegExp,
])[] = [
  ['without steps', {}, /must have "txn"/],
  ['with more than steps', { txn: asked, at: 5 }, /must not have "at"/],
  ['with a msg_id of null', { txn: asked, msg_id: null }, /msg_id/],
  ['with something else', { txn: 'done' }, /is not an array/],
  ['with fewer steps', { txn: [['r', 1, []]] }, /has 1 steps, and the request had 2/],
  [
    'with another key',
    {
      txn: [
        ['r', 2, []],
        ['append', 1, 5],
      ],
    },
    /step 0 that is not the one/,
  ],
  [
    'with another verb',
    {
      txn: [
        ['r', 1, []],
        ['r', 1, 5],
      ],
    },
    /step 1 that is not the one/,
  ],
  [
    'with another value',
    {
      txn: [
        ['r', 1, []],
        ['append', 1, 6],
      ],
    },
    /step 1 that writes another/,
  ],
  [
    'with a read of no list',
    {
      txn: [
        ['r', 1, 5],
        ['append', 1, 5],
      ],
    },
    /step 0 whose read is not an array or null/,
  ],
  [
    'with a step of two parts',
    {
      txn: [
        ['r', 1],
        ['append', 1, 5],
      ],
    },
    /step 0 not of three parts/,
  ],
];

for (const [what, body, says] of bad) {
  test(`a reply is malformed ${what}`, () => {
    assert.throws(
      () => answer(txnListAppend, body),
      (error) => error instanceof MalformedReply && says.test(error.message),
    );
  });
}

test('an abort did not happen; a timeout may have', () => {
  const { protocol } = txnListAppend;
  const error = { type: 'error', in_reply_to: 1, code: 30, text: 'conflict' };
  assert.equal(protocol.toCompletion(operation, error).type, 'fail');
  assert.equal(protocol.toCompletion(operation, { ...error, code: 13 }).type, 'info');
  assert.equal(protocol.unanswered(operation, 'net-timeout').type, 'info');
});

function judge(workload: BenchWorkload, consistencyModels: readonly string[], ...events: Json[][]) {
  const history = events.map(
    ([process, type, value], it): ClientEvent => ({
      time: it,
      process: process as number,
      type: type as ClientEvent['type'],
      f: 'txn',
      key: null,
      value: value ?? null,
    }),
  );
  return workload.judge(history, {
    nodes: ['n0'],
    concurrency: 1,
    strict: false,
    consistencyModels,
    lineOf: (event) => event.time + 1,
  });
}

test('a history is judged as it stands in history.jsonl, by the models asked for', () => {
  const events: Json[][] = [
    [0, 'invoke', [['append', 10, 'x']]],
    [0, 'ok', [['append', 10, 'x']]],
    [1, 'invoke', [['r', 10, null]]],
    [1, 'ok', [['r', 10, null]]],
  ];
  const strictly = judge(txnListAppend, [], ...events);
  assert.equal(strictly.verdict, 'invalid');
  assert.match(strictly.reasons.join('\n'), /T1 {8}├──┤ {4}read 10 \[\] {3}process 1, lines 3–4/);
  assert.match(strictly.reasons.join('\n'), /T2 appended "x" to key 10, which T1 did not see/);
  assert.deepEqual(strictly.figures['anomalies'], { 'G-single-realtime': 1 });
  const weakly = judge(txnListAppend, ['serializable'], ...events);
  assert.deepEqual([weakly.verdict, weakly.reasons], ['valid', []]);
});

test('what ends fail, info or not at all is taken as that', () => {
  const ended = (type: string): string => {
    const first: Json[][] = [[0, 'invoke', [['w', 1, 1]]]];
    if (type !== 'open') first.push([0, type, [['w', 1, 1]]]);
    const read = (value: Json): string =>
      judge(
        txnRwRegister,
        [],
        ...first,
        [1, 'invoke', [['r', 1, null]]],
        [1, 'ok', [['r', 1, value]]],
      ).verdict;
    return `${read(1)}, ${read(null)}`;
  };
  assert.equal(ended('ok'), 'valid, invalid');
  assert.equal(ended('fail'), 'invalid, valid');
  assert.equal(ended('info'), 'valid, valid');
  assert.equal(ended('open'), 'valid, valid');
});

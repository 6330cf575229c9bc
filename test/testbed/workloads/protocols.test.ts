/** What the workloads ask, what may answer it, and what they draw. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/machine/json.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import { createRandom } from '../../../src/raft/index.ts';
import { MalformedReply } from '../../../src/testbed/workload.ts';
import {
  type BenchWorkload,
  type ClientOperation,
  defaultWorkloadOptions,
  type WorkloadSetup,
} from '../../../src/testbed/workloads/bench-workload.ts';
import { findWorkload } from '../../../src/testbed/workloads/index.ts';

const ask = (f: string, value: Json = null): ClientOperation => ({ f, key: null, value });

interface Exchange {
  readonly asked: ClientOperation;
  readonly request: Body;
  readonly reply: Body;
  /** What it led to; left out where that is nothing. */
  readonly value?: Json;
  /** Replies of the right type that are malformed. */
  readonly wrong?: readonly Body[];
}

const exchanges: { readonly [workload: string]: readonly Exchange[] } = {
  echo: [
    {
      asked: ask('echo', 'Please echo 7'),
      request: { type: 'echo', echo: 'Please echo 7' },
      reply: { type: 'echo_ok', echo: { any: ['thing'] } },
      value: { any: ['thing'] },
      wrong: [{ type: 'echo_ok' }],
    },
  ],
  'unique-ids': [
    {
      asked: ask('generate'),
      request: { type: 'generate' },
      reply: { type: 'generate_ok', id: [1, 'a'] },
      value: [1, 'a'],
      wrong: [{ type: 'generate_ok' }],
    },
  ],
  'g-set': [
    { asked: ask('add', 3), request: { type: 'add', element: 3 }, reply: { type: 'add_ok' } },
    {
      asked: ask('read'),
      request: { type: 'read' },
      reply: { type: 'read_ok', value: [3, 1] },
      value: [3, 1],
      wrong: [
        { type: 'read_ok' },
        { type: 'read_ok', messages: [] },
        { type: 'read_ok', value: { 0: 3 } },
      ],
    },
  ],
  broadcast: [
    {
      asked: ask('broadcast', 3),
      request: { type: 'broadcast', message: 3 },
      reply: { type: 'broadcast_ok' },
    },
    {
      asked: ask('read'),
      request: { type: 'read' },
      reply: { type: 'read_ok', messages: [] },
      value: [],
      wrong: [
        { type: 'read_ok', value: [] },
        { type: 'read_ok', messages: null },
      ],
    },
  ],
  'g-counter': [
    { asked: ask('add', 4), request: { type: 'add', delta: 4 }, reply: { type: 'add_ok' } },
    {
      asked: ask('read'),
      request: { type: 'read' },
      reply: { type: 'read_ok', value: 4 },
      value: 4,
      wrong: [
        { type: 'read_ok', value: '4' },
        { type: 'read_ok', value: 4.5 },
        { type: 'read_ok', value: null },
      ],
    },
  ],
  'pn-counter': [
    { asked: ask('add', -4), request: { type: 'add', delta: -4 }, reply: { type: 'add_ok' } },
  ],
};

for (const [name, all] of Object.entries(exchanges)) {
  test(`${name}: requests and replies are those of the workload's documentation, and closed`, () => {
    const { protocol } = workload(name);
    for (const { asked, request, reply, value, wrong = [] } of all) {
      assert.deepEqual(protocol.toRequest(asked), request);
      const ok = { type: 'ok', ...(value === undefined ? {} : { value }) };
      assert.deepEqual(protocol.toCompletion(asked, { in_reply_to: 1, ...reply }), ok);
      assert.deepEqual(protocol.toCompletion(asked, { msg_id: 4, in_reply_to: 1, ...reply }), ok);
      const malformed: Body[] = [
        ...wrong,
        { ...reply, term: 5 },
        { ...reply, msg_id: null } as unknown as Body,
        { ...reply, type: 'ok' },
      ];
      for (const body of malformed) {
        assert.throws(() => protocol.toCompletion(asked, body), MalformedReply, String(body.type));
      }
      const isRead = asked.f === 'read';
      const ends = (code: number) => protocol.toCompletion(asked, { type: 'error', code }).type;
      assert.equal(ends(11), 'fail');
      assert.equal(ends(13), isRead ? 'fail' : 'info', 'a read changes nothing');
      assert.equal(protocol.unanswered(asked, 'net-timeout').type, isRead ? 'fail' : 'info');
    }
  });
}

function workload(name: string): BenchWorkload {
  const found = findWorkload(name);
  assert.ok(found !== undefined, name);
  return found;
}

const setup = (): WorkloadSetup => ({
  nodes: ['n0', 'n1', 'n2'],
  concurrency: 4,
  random: createRandom(1),
  options: defaultWorkloadOptions,
});

function drawn(name: string, count = 2000): readonly ClientOperation[] {
  const generator = workload(name).create(setup());
  return Array.from({ length: count }, (_, at) => generator.next(at % 4));
}

test('sets and broadcasts add as often as they read, and nothing twice', () => {
  for (const [name, f] of [
    ['g-set', 'add'],
    ['broadcast', 'broadcast'],
  ] as const) {
    const added = drawn(name).filter((it) => it.f === f);
    assert.ok(Math.abs(added.length - 1000) < 100, name);
    assert.deepEqual(
      added.map(({ value }) => value),
      added.map((_, at) => at),
    );
  }
});

test('deltas go from -5 to 4, and from 0 where a counter only grows', () => {
  const deltas = (name: string) =>
    [...new Set(drawn(name).flatMap(({ f, value }) => (f === 'add' ? [Number(value)] : [])))].sort(
      (a, b) => a - b,
    );
  assert.deepEqual(deltas('pn-counter'), [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4]);
  assert.deepEqual(deltas('g-counter'), [0, 1, 2, 3, 4]);
});

test('echoes are texts; ids are asked for with nothing', () => {
  for (const { value } of drawn('echo')) assert.match(String(value), /^Please echo \d+$/);
  for (const { value } of drawn('unique-ids', 10)) assert.equal(value, null);
});

test('at the end every client of a set or a counter reads once; of others none does', () => {
  for (const name of ['g-set', 'broadcast', 'g-counter', 'pn-counter']) {
    const final = workload(name).final?.(setup(), workload(name).create(setup()));
    for (let client = 0; client < 4; client++) {
      assert.deepEqual(final?.(client), [ask('read')], name);
    }
  }
  for (const name of ['lin-kv', 'echo', 'unique-ids']) {
    assert.equal(workload(name).final, undefined, name);
  }
});

test('broadcast tells every node the whole topology, and takes no other answer than topology_ok', () => {
  const tell = workload('broadcast').setUp?.(setup());
  const { request, accept } = tell?.('n1') ?? assert.fail();
  assert.deepEqual(request, {
    type: 'topology',
    topology: { n0: ['n2', 'n1'], n1: ['n0'], n2: ['n0'] },
  });
  accept({ type: 'topology_ok', in_reply_to: 3 });
  assert.throws(() => accept({ type: 'error', code: 10 }), MalformedReply);
  assert.throws(() => accept({ type: 'topology_ok', fine: true }), MalformedReply);
});

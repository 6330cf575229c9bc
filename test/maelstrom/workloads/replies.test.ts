/** Every RPC of every workload: what is answered, to the last field, on a cluster of three. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber, type Json, stringifyJson } from '../../../src/machine/json.ts';
import type { Body } from '../../../src/maelstrom/message.ts';
import { workloads } from '../../../src/maelstrom/workloads/index.ts';
import type { VirtualCluster } from '../virtual-cluster.ts';
import { startWorkload } from './workload-cluster.ts';

/** Asks one node after the other, so that each answer is another node's. */
async function expectReplies(
  name: string,
  exchanges: readonly (readonly [request: Body, reply: { readonly [field: string]: Json }])[],
): Promise<VirtualCluster> {
  const cluster = await startWorkload(name);
  for (const [position, [request, reply]] of exchanges.entries()) {
    const node = cluster.names[position % 3] ?? '';
    assert.deepEqual(await cluster.answer(node, request), reply, stringifyJson(request));
  }
  return cluster;
}

test('echo: what is asked comes back', async () => {
  const echo: Json = { a: [1, null, 'é'] };
  await expectReplies('echo', [
    [
      { type: 'echo', echo },
      { type: 'echo_ok', echo },
    ],
    [
      { type: 'echo', echo: null },
      { type: 'echo_ok', echo: null },
    ],
  ]);
});

test('unique-ids: every request is given another id, at whatever node', async () => {
  await expectReplies('unique-ids', [
    [{ type: 'generate' }, { type: 'generate_ok', id: 1 }],
    [{ type: 'generate' }, { type: 'generate_ok', id: 2 }],
    [{ type: 'generate' }, { type: 'generate_ok', id: 3 }],
  ]);
});

test('g-set: what was added is read, once each', async () => {
  await expectReplies('g-set', [
    [{ type: 'read' }, { type: 'read_ok', value: [] }],
    [{ type: 'add', element: 5 }, { type: 'add_ok' }],
    [{ type: 'add', element: null }, { type: 'add_ok' }],
    [{ type: 'add', element: 5 }, { type: 'add_ok' }],
    [{ type: 'read' }, { type: 'read_ok', value: [5, null] }],
  ]);
});

test('broadcast: what one node was told every node tells, whatever the topology', async () => {
  const topology = { n0: ['n1'], n1: ['n0'], n2: [] };
  await expectReplies('broadcast', [
    [{ type: 'topology', topology }, { type: 'topology_ok' }],
    [{ type: 'broadcast', message: 5 }, { type: 'broadcast_ok' }],
    [{ type: 'broadcast', message: { a: 1 } }, { type: 'broadcast_ok' }],
    [{ type: 'read' }, { type: 'read_ok', messages: [5, { a: 1 }] }],
  ]);
});

test('broadcast: a message without msg_id takes effect and is not answered', async () => {
  const cluster = await startWorkload('broadcast');
  const before = cluster.linesTo('c0');
  for (const [position, name] of cluster.names.entries()) {
    cluster.tell(name, { type: 'broadcast', message: position });
    await cluster.clock.advance(200);
  }
  const { messages } = await cluster.answer('n1', { type: 'read' });
  assert.deepEqual(messages, [0, 1, 2]);
  assert.equal(cluster.linesTo('c0'), before);
});

test('g-counter: deltas are summed up, and none is negative', async () => {
  const cluster = await expectReplies('g-counter', [
    [{ type: 'add', delta: 5 }, { type: 'add_ok' }],
    [{ type: 'add', delta: 0 }, { type: 'add_ok' }],
    [{ type: 'read' }, { type: 'read_ok', value: 5 }],
  ]);
  const refused = await cluster.answer('n0', { type: 'add', delta: -1 });
  assert.deepEqual([refused.type, refused['code']], ['error', 12]);
  assert.match(String(refused['text']), /^delta/);
  assert.equal((await cluster.answer('n0', { type: 'read' }))['value'], 5);
});

test('pn-counter: deltas may be negative; a sum that is not exact is refused for good', async () => {
  const cluster = await expectReplies('pn-counter', [
    [{ type: 'add', delta: 5 }, { type: 'add_ok' }],
    [{ type: 'add', delta: -12 }, { type: 'add_ok' }],
    [{ type: 'read' }, { type: 'read_ok', value: -7 }],
  ]);
  const refused = await cluster.answer('n0', { type: 'add', delta: Number.MIN_SAFE_INTEGER });
  assert.deepEqual([refused.type, refused['code']], ['error', 22], 'a definite error');
  assert.equal((await cluster.answer('n1', { type: 'read' }))['value'], -7);
});

test('whole numbers are taken however they are written, and what is none by no rounding', async () => {
  const exact = (text: string): Json => new ExactNumber(text);
  const cluster = await expectReplies('pn-counter', [
    [{ type: 'add', delta: exact('1.0') }, { type: 'add_ok' }],
    [{ type: 'add', delta: exact('2e2') }, { type: 'add_ok' }],
    [{ type: 'add', delta: exact('-0') }, { type: 'add_ok' }],
    [{ type: 'add', delta: exact('-30.00e-1') }, { type: 'add_ok' }],
    [{ type: 'read' }, { type: 'read_ok', value: 198 }],
  ]);
  for (const text of ['1.5', '9007199254740992.0', '9007199254740990.5', '1e400', '1e-400']) {
    const refused = await cluster.answer('n0', { type: 'add', delta: exact(text) });
    assert.deepEqual([refused.type, refused['code']], ['error', 12], text);
  }
  assert.equal((await cluster.answer('n0', { type: 'read' }))['value'], 198);
});

test('kafka: offsets, polls and commits', async () => {
  await expectReplies('kafka', [
    [
      { type: 'send', key: 'a', msg: 10 },
      { type: 'send_ok', offset: 0 },
    ],
    [
      { type: 'send', key: 'a', msg: null },
      { type: 'send_ok', offset: 1 },
    ],
    [
      { type: 'send', key: '__proto__', msg: 'x' },
      { type: 'send_ok', offset: 0 },
    ],
    [
      { type: 'poll', offsets: { a: 0, b: 0 } },
      {
        type: 'poll_ok',
        msgs: {
          a: [
            [0, 10],
            [1, null],
          ],
        },
      },
    ],
    [
      { type: 'poll', offsets: { a: 1 } },
      { type: 'poll_ok', msgs: { a: [[1, null]] } },
    ],
    [
      { type: 'poll', offsets: { a: 2 } },
      { type: 'poll_ok', msgs: {} },
    ],
    [
      { type: 'poll', offsets: {} },
      { type: 'poll_ok', msgs: {} },
    ],
    [{ type: 'commit_offsets', offsets: { a: 1 } }, { type: 'commit_offsets_ok' }],
    [{ type: 'commit_offsets', offsets: { a: 0, c: 3 } }, { type: 'commit_offsets_ok' }],
    [
      { type: 'list_committed_offsets', keys: ['a', 'b', 'c'] },
      { type: 'list_committed_offsets_ok', offsets: { a: 1, c: 3 } },
    ],
  ]);
});

test('kafka: a key may have any name', async () => {
  const cluster = await startWorkload('kafka');
  const offsets = JSON.parse('{"__proto__":0}');
  await cluster.answer('n0', { type: 'send', key: '__proto__', msg: 7 });
  const { msgs } = await cluster.answer('n1', { type: 'poll', offsets });
  assert.equal(JSON.stringify(msgs), '{"__proto__":[[0,7]]}');
});

test('txn-list-append: reads are filled in, step by step; what is missing reads null', async () => {
  await expectReplies('txn-list-append', [
    [
      {
        type: 'txn',
        txn: [
          ['r', 1, null],
          ['append', 1, 6],
          ['r', 1, null],
          ['append', 2, 9],
        ],
      },
      {
        type: 'txn_ok',
        txn: [
          ['r', 1, null],
          ['append', 1, 6],
          ['r', 1, [6]],
          ['append', 2, 9],
        ],
      },
    ],
    [
      {
        type: 'txn',
        txn: [
          ['r', 2, null],
          ['r', 1, null],
          ['r', '1', null],
        ],
      },
      {
        type: 'txn_ok',
        txn: [
          ['r', 2, [9]],
          ['r', 1, [6]],
          ['r', '1', null],
        ],
      },
    ],
    [
      { type: 'txn', txn: [] },
      { type: 'txn_ok', txn: [] },
    ],
  ]);
});

test('txn-rw-register: the last write is read; what is missing reads null', async () => {
  await expectReplies('txn-rw-register', [
    [
      {
        type: 'txn',
        txn: [
          ['r', 1, null],
          ['w', 1, 6],
          ['r', 1, null],
          ['w', 2, [9]],
        ],
      },
      {
        type: 'txn_ok',
        txn: [
          ['r', 1, null],
          ['w', 1, 6],
          ['r', 1, 6],
          ['w', 2, [9]],
        ],
      },
    ],
    [
      {
        type: 'txn',
        txn: [
          ['r', 2, null],
          ['w', 2, 7],
          ['r', 3, null],
        ],
      },
      {
        type: 'txn_ok',
        txn: [
          ['r', 2, [9]],
          ['w', 2, 7],
          ['r', 3, null],
        ],
      },
    ],
    [
      { type: 'txn', txn: [['r', 2, null]] },
      { type: 'txn_ok', txn: [['r', 2, 7]] },
    ],
  ]);
});

test('a transaction whose reads are too large is aborted, definitely, and changes nothing', async () => {
  const cluster = await startWorkload('txn-rw-register');
  const large = 'x'.repeat(900_000);
  await cluster.answer('n0', { type: 'txn', txn: [['w', 1, large]] });
  const txn: Json = [
    ['w', 2, 5],
    ['r', 1, null],
    ['r', 1, null],
  ];
  const aborted = await cluster.answer('n1', { type: 'txn', txn });
  assert.deepEqual([aborted.type, aborted['code']], ['error', 14]);
  const { txn: read } = await cluster.answer('n2', { type: 'txn', txn: [['r', 2, null]] });
  assert.deepEqual(read, [['r', 2, null]]);
});

/** Bodies that each lack, or have, something that makes no sense, and the field that is to be named. */
const badBodies: { readonly [workload: string]: readonly (readonly [Body, RegExp])[] } = {
  echo: [[{ type: 'echo' }, /echo/]],
  'unique-ids': [],
  'g-set': [[{ type: 'add' }, /element/]],
  broadcast: [
    [{ type: 'broadcast' }, /message/],
    [{ type: 'topology' }, /topology/],
    [{ type: 'topology', topology: [] }, /topology/],
    [{ type: 'topology', topology: { n0: 'n1' } }, /topology of n0/],
    [{ type: 'topology', topology: { n0: [1] } }, /topology of n0/],
  ],
  'g-counter': [
    [{ type: 'add' }, /delta/],
    [{ type: 'add', delta: '1' }, /delta/],
    [{ type: 'add', delta: 1.5 }, /delta/],
    [{ type: 'add', delta: 2 ** 53 }, /delta/],
    [{ type: 'add', delta: null }, /delta/],
  ],
  'pn-counter': [[{ type: 'add', delta: -1.5 }, /delta/]],
  kafka: [
    [{ type: 'send', msg: 1 }, /key/],
    [{ type: 'send', key: 1, msg: 1 }, /key/],
    [{ type: 'send', key: 'a' }, /msg/],
    [{ type: 'poll' }, /offsets/],
    [{ type: 'poll', offsets: [['a', 0]] }, /offsets/],
    [{ type: 'poll', offsets: { a: -1 } }, /offset of a/],
    [{ type: 'poll', offsets: { a: '0' } }, /offset of a/],
    [{ type: 'commit_offsets' }, /offsets/],
    [{ type: 'commit_offsets', offsets: { a: 0.5 } }, /offset of a/],
    [{ type: 'list_committed_offsets' }, /keys/],
    [{ type: 'list_committed_offsets', keys: 'a' }, /keys/],
    [{ type: 'list_committed_offsets', keys: [1] }, /keys/],
  ],
  'lin-kv': [
    [{ type: 'read' }, /key/],
    [{ type: 'write', key: 1 }, /value/],
    [{ type: 'cas', key: 1, from: 1 }, /to/],
  ],
  'txn-list-append': [
    [{ type: 'txn' }, /txn/],
    [{ type: 'txn', txn: {} }, /txn/],
    [{ type: 'txn', txn: [5] }, /txn\[0\]/],
    [
      {
        type: 'txn',
        txn: [
          ['r', 1, null],
          ['r', 1],
        ],
      },
      /txn\[1\]/,
    ],
    [{ type: 'txn', txn: [['append', 1, 2, 3]] }, /txn\[0\]/],
    [{ type: 'txn', txn: [['w', 1, 2]] }, /txn\[0\].*"append"/],
    [{ type: 'txn', txn: [['r', 1, 2]] }, /txn\[0\].*not null/],
  ],
  'txn-rw-register': [
    [{ type: 'txn', txn: [['append', 1, 2]] }, /txn\[0\].*"w"/],
    [{ type: 'txn', txn: [['r', 1, []]] }, /txn\[0\].*not null/],
  ],
};

for (const { name, requests } of workloads) {
  test(`${name}: bodies that make no sense get 12, which names the field`, async () => {
    const cluster = await startWorkload(name, 1);
    for (const [body, field] of badBodies[name] ?? []) {
      const reply = await cluster.answer('n0', body);
      assert.deepEqual([reply.type, reply['code']], ['error', 12], JSON.stringify(body));
      assert.match(String(reply['text']), field);
    }
    assert.ok(name in badBodies, 'it was thought of');
    const unknown = await cluster.answer('n0', { type: 'magic' });
    assert.equal(unknown['code'], 10);
    assert.ok(!('magic' in requests));
  });
}

test('what is too large or too deep to travel between nodes is refused by every workload', async () => {
  const long = 'x'.repeat(9 * 1024 * 1024);
  let deep: Json = 1;
  for (let level = 0; level < 490; level++) deep = [deep];
  const storing: readonly [string, (value: Json) => Body][] = [
    ['lin-kv', (value) => ({ type: 'write', key: 1, value })],
    ['g-set', (element) => ({ type: 'add', element })],
    ['broadcast', (message) => ({ type: 'broadcast', message })],
    ['kafka', (msg) => ({ type: 'send', key: 'a', msg })],
    ['txn-list-append', (value) => ({ type: 'txn', txn: [['append', 1, value]] })],
    ['txn-rw-register', (value) => ({ type: 'txn', txn: [['w', 1, value]] })],
  ];
  for (const [name, bodyOf] of storing) {
    const cluster = await startWorkload(name, 1);
    assert.equal((await cluster.answer('n0', bodyOf(long)))['code'], 12, name);
    assert.equal((await cluster.answer('n0', bodyOf(deep)))['code'], 12, name);
    assert.notEqual((await cluster.answer('n0', bodyOf(1))).type, 'error', name);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../src/raft/index.ts';
import { MalformedReply } from '../../../src/testbed/workload.ts';
import {
  LinKvWorkload,
  linKvProtocol,
  type Operation,
} from '../../../src/testbed/workloads/lin-kv.ts';

const { toRequest, toCompletion } = linKvProtocol;

const read: Operation = { f: 'read', key: 7, value: null };
const write: Operation = { f: 'write', key: 7, value: 3 };
const cas: Operation = { f: 'cas', key: 7, value: [1, 2] };

test('each group of 2n clients has n readers and n writers, whatever the concurrency', () => {
  for (const [nodes, concurrency] of [
    [3, 6],
    [3, 12],
    [5, 20],
  ] as const) {
    const workload = new LinKvWorkload(nodes, concurrency, createRandom(1));
    for (let client = 0; client < concurrency; client++) {
      const isReader = client % (2 * nodes) < nodes;
      for (let i = 0; i < 20; i++) {
        assert.equal(workload.next(client).f === 'read', isReader, `client ${client}`);
      }
    }
  }
});

test('each half of a group covers every node: client k is bound to node k mod n', () => {
  const nodes = 3;
  for (let half = 0; half < 4; half++) {
    const clients = [0, 1, 2].map((offset) => half * nodes + offset);
    assert.deepEqual([...new Set(clients.map((client) => client % nodes))].length, nodes);
  }
});

test('a group works on one key, and another group on another', () => {
  const workload = new LinKvWorkload(3, 12, createRandom(1));
  const keys = Array.from({ length: 12 }, (_, client) => workload.next(client).key);
  assert.deepEqual(keys, [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
});

test('after enough crashed operations a group takes a new key', () => {
  const workload = new LinKvWorkload(3, 12, createRandom(1));
  for (let crashes = 0; crashes < 14; crashes++) {
    assert.equal(workload.next(2).key, 0);
    workload.replaceProcess(crashes % 6);
  }
  assert.equal(workload.next(2).key, 0, '20 processes may work on a key');
  workload.replaceProcess(0);
  assert.equal(workload.next(2).key, 2);
  assert.equal(workload.next(8).key, 1, 'the other group keeps its own');
});

test('writers write once for two compare-and-sets, of values from 0 to 4', () => {
  const workload = new LinKvWorkload(1, 2, createRandom(1));
  const operations = Array.from({ length: 6000 }, () => workload.next(1));
  const writes = operations.filter(({ f }) => f === 'write');
  assert.ok(Math.abs(writes.length / operations.length - 1 / 3) < 0.03);
  const values = new Set(operations.flatMap(({ value }) => value ?? []));
  assert.deepEqual([...values].sort(), [0, 1, 2, 3, 4]);
});

test('requests are what the workload documentation says', () => {
  assert.deepEqual(toRequest(read), { type: 'read', key: 7 });
  assert.deepEqual(toRequest(write), { type: 'write', key: 7, value: 3 });
  assert.deepEqual(toRequest(cas), { type: 'cas', key: 7, from: 1, to: 2 });
});

test('replies: ok with exactly its fields, or an error that is definite or is not', () => {
  const ok = (operation: Operation, body: object) =>
    toCompletion(operation, { type: 'x', in_reply_to: 1, ...body });
  assert.deepEqual(ok(read, { type: 'read_ok', value: null }), { type: 'ok', value: null });
  assert.deepEqual(ok(write, { type: 'write_ok', msg_id: 5 }), { type: 'ok' });
  assert.deepEqual(ok(cas, { type: 'cas_ok' }), { type: 'ok' });

  const table: [operation: Operation, code: number, type: string][] = [
    ...[1, 10, 11, 12, 14, 20, 21, 22, 30].map((code): [Operation, number, string] => [
      cas,
      code,
      'fail',
    ]),
    ...[0, 13, 2, 99, 1000].map((code): [Operation, number, string] => [write, code, 'info']),
    [read, 0, 'fail'],
    [read, 13, 'fail'],
  ];
  for (const [operation, code, type] of table) {
    const completion = ok(operation, { type: 'error', code, text: 'why', extra: 'may be' });
    assert.deepEqual(completion, { type, error: [code, 'why'] });
  }
  assert.equal(ok(write, { type: 'error' }).type, 'info', 'an error without a code');
  assert.equal(linKvProtocol.unanswered(read, 'net-timeout').type, 'fail');
  assert.equal(linKvProtocol.unanswered(cas, 'net-timeout').type, 'info');

  const malformed: [operation: Operation, body: object, fault: RegExp][] = [
    [read, { type: 'read_ok' }, /must have "value"/],
    [read, { type: 'read_ok', value: 1, index: 5 }, /must not have "index"/],
    [write, { type: 'write_ok', value: 3 }, /must not have "value"/],
    [write, { type: 'read_ok', value: 3 }, /expected write_ok, got read_ok/],
    [cas, { type: 'cas_ok', msg_id: null }, /msg_id must be an integer/],
    [cas, {}, /expected cas_ok, got x/],
  ];
  for (const [operation, body, fault] of malformed) {
    assert.throws(
      () => ok(operation, body),
      (error) => error instanceof MalformedReply && fault.test(error.message),
    );
  }
});

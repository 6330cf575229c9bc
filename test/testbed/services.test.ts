import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../src/maelstrom/message.ts';
import { createRandom } from '../../src/raft/index.ts';
import { Network } from '../../src/testbed/network.ts';
import { addServices } from '../../src/testbed/services.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

/** Asks a service and returns its answer; without latency it is there at once. */
function start(seed = 1): (service: string, body: Body, client?: string) => Body {
  const random = createRandom(seed);
  const network = new Network({
    clock: new VirtualClock(),
    random,
    latency: { meanMs: 0, distribution: 'constant' },
    onEvent: () => {},
  });
  addServices(network, random);
  const answers: Body[] = [];
  for (const client of ['n0', 'n1']) {
    network.add(client, 'server', ({ message }) => answers.push(message.body));
  }
  let msgId = 0;
  return (service, body, client = 'n0') => {
    network.send({ src: client, dest: service, body: { ...body, msg_id: ++msgId } });
    const answer = answers.pop();
    assert.equal(answer?.in_reply_to, msgId);
    return answer;
  };
}

test('lin-kv: read, write, cas with the codes that Maelstrom documents', () => {
  const ask = start();
  assert.equal(ask('lin-kv', { type: 'read', key: 'k' })['code'], 20);
  assert.equal(ask('lin-kv', { type: 'cas', key: 'k', from: 1, to: 2 })['code'], 20);
  assert.equal(ask('lin-kv', { type: 'write', key: 'k', value: 1 }).type, 'write_ok');
  assert.equal(ask('lin-kv', { type: 'read', key: 'k' }, 'n1')['value'], 1);
  assert.equal(ask('lin-kv', { type: 'cas', key: 'k', from: 5, to: 2 })['code'], 22);
  assert.equal(ask('lin-kv', { type: 'cas', key: 'k', from: 1, to: 2 }).type, 'cas_ok');
  const create = { type: 'cas', key: 'new', from: 0, to: 9, create_if_not_exists: true };
  assert.equal(ask('lin-kv', create).type, 'cas_ok');
  assert.equal(ask('lin-kv', { type: 'sing' })['code'], 10);
});

test('seq-kv: each client sees its own writes and never goes back; others may lag', () => {
  let lagged = 0;
  for (let seed = 0; seed < 50; seed++) {
    const ask = start(seed);
    let seen = 0;
    for (let value = 1; value <= 10; value++) {
      ask('seq-kv', { type: 'write', key: 'k', value });
      assert.equal(ask('seq-kv', { type: 'read', key: 'k' })['value'], value, 'its own');
      const other = Number(ask('seq-kv', { type: 'read', key: 'k' }, 'n1')['value'] ?? 0);
      assert.ok(other >= seen, 'never back');
      if (other < value) lagged++;
      seen = other;
    }
  }
  assert.ok(lagged > 0);
});

test('lww-kv: copies differ for a while and then agree on the newest write', () => {
  const ask = start();
  for (let value = 1; value <= 20; value++) ask('lww-kv', { type: 'write', key: 'k', value });
  const reads = Array.from({ length: 300 }, () => ask('lww-kv', { type: 'read', key: 'k' }));
  assert.notEqual(new Set(reads.slice(0, 20).map((read) => read['value'])).size, 1);
  assert.ok(reads.slice(-50).every((read) => read['value'] === 20));
});

test('lin-tso: every timestamp is greater than all before', () => {
  const ask = start();
  const stamps = Array.from({ length: 10 }, () => Number(ask('lin-tso', { type: 'ts' })['ts']));
  assert.deepEqual(
    stamps,
    [...stamps].sort((a, b) => a - b),
  );
  assert.equal(new Set(stamps).size, 10);
});

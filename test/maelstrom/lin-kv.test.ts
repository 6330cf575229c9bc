import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { parseJson } from '../../src/machine/json.ts';
import { serveLinKv } from '../../src/maelstrom/lin-kv.ts';
import type { Body } from '../../src/maelstrom/message.ts';
import type { MaelstromNode } from '../../src/maelstrom/node.ts';
import { type Clock, realClock } from '../../src/replica/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import { quiet, StreamedNode } from './streams.ts';

const malformed: string[] = [];

/** Nothing happens of itself: nobody campaigns, however slow the machine is. */
const withoutTicks: Clock = { ...realClock, every: () => () => {} };

function linKv(node: MaelstromNode, clock: Clock = realClock): void {
  serveLinKv(node, {
    createStore: () => new MemoryStore(),
    clock,
    seed: 1,
    requestTimeoutMs: 200,
    observer: { onMalformedPeerMessage: (from, fault) => malformed.push(`${from}: ${fault}`) },
  });
}

const running: StreamedNode[] = [];

afterEach(() => {
  for (const node of running.splice(0)) node.end();
});

async function start(nodeIds: readonly string[], clock?: Clock): Promise<StreamedNode> {
  const node = await StreamedNode.initialized((begun) => linKv(begun, clock), {}, nodeIds);
  running.push(node);
  return node;
}

/** A cluster of one, which is its own majority. */
const alone = (): Promise<StreamedNode> => start(['n1']);

/** A node of three, whose peers are silent. */
const forsaken = (clock?: Clock): Promise<StreamedNode> => start(['n1', 'n2', 'n3'], clock);

test('read, write and cas are answered with closed bodies and the right codes', async () => {
  const node = await alone();
  const absent = await node.ask({ type: 'read', key: 1 });
  assert.deepEqual([absent.type, absent['code']], ['error', 20]);
  assert.equal((await node.ask({ type: 'cas', key: 1, from: 0, to: 1 }))['code'], 20);
  assert.deepEqual(await node.ask({ type: 'write', key: 1, value: 3, msg_id: 9 }), {
    type: 'write_ok',
    in_reply_to: 9,
  });
  assert.deepEqual(await node.ask({ type: 'read', key: 1, msg_id: 10 }), {
    type: 'read_ok',
    value: 3,
    in_reply_to: 10,
  });
  assert.equal((await node.ask({ type: 'cas', key: 1, from: 4, to: 5 }))['code'], 22);
  assert.deepEqual(await node.ask({ type: 'cas', key: 1, from: 3, to: 5, msg_id: 12 }), {
    type: 'cas_ok',
    in_reply_to: 12,
  });
  assert.equal((await node.ask({ type: 'read', key: 1 }))['value'], 5);
});

test('cas can create: create_if_not_exists', async () => {
  const node = await alone();
  const cas = { type: 'cas', key: 'k', from: 0, to: 1, create_if_not_exists: true };
  assert.equal((await node.ask(cas)).type, 'cas_ok');
  assert.equal((await node.ask(cas))['code'], 22);
  assert.equal((await node.ask({ ...cas, create_if_not_exists: 'yes' }))['code'], 12);
});

test('keys and values are any JSON and come back exactly, wherever they went', async () => {
  const node = await alone();
  const values = [
    'null',
    '""',
    '[1,[2,{"a":null}]]',
    '{"__proto__":{"x":1}}',
    '9007199254740993',
    '1.0',
    '1e400',
    `"${'x'.repeat(100_000)}"`,
  ];
  for (const [position, value] of values.entries()) {
    const id = 100 + 2 * position;
    const request = (type: string, msgId: number, more: string): string =>
      `{"src":"c1","dest":"n1","body":{"type":"${type}","msg_id":${msgId},"key":${value}${more}}}\n`;
    node.write(request('write', id, `,"value":${value}`));
    assert.equal((await node.next()).body.type, 'write_ok', value.slice(0, 50));
    node.write(request('read', id + 1, ''));
    await node.next();
    const line = node.writes.join('').trimEnd().split('\n').at(-1);
    const isThere = [',', '}'].some((end) => line?.includes(`"value":${value}${end}`));
    assert.ok(isThere, value.slice(0, 50));
  }
});

test('requests that lack something get 12, and change nothing', async () => {
  const node = await alone();
  for (const body of [
    { type: 'read' },
    { type: 'write', key: 1 },
    { type: 'write', value: 1 },
    { type: 'cas', key: 1, to: 2 },
    { type: 'cas', key: 1, from: 2 },
    { type: 'write', key: 1, value: 'x'.repeat(9 * 1024 * 1024) },
  ]) {
    assert.equal((await node.ask(body))['code'], 12, JSON.stringify(body).slice(0, 60));
  }
  assert.equal((await node.ask({ type: 'read', key: 1 }))['code'], 20);
});

test('what is nested too deeply to travel between nodes is refused where it arrives', async () => {
  const node = await alone();
  const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const write = async (id: number, value: string): Promise<unknown> => {
    const body = `{"type":"write","msg_id":${id},"key":1,"value":${value}}`;
    node.write(`{"src":"c1","dest":"n1","body":${body}}\n`);
    return (await node.next()).body['code'];
  };
  assert.equal(await write(100, nested(484)), undefined);
  assert.equal(await write(101, nested(485)), 12);
  const entry = `{"command":{"command":{"key":1,"value":${nested(484)}}}}`;
  const relay = `{"type":"relay","message":{"entries":[${entry}]}}`;
  parseJson(`{"src":"n1","dest":"n2","body":{"type":"bundle","parts":[${relay}]}}`);
});

test('a node that finds no leader answers in time, and definitely', async () => {
  const node = await forsaken();
  const startMs = performance.now();
  const reply = await node.ask({ type: 'write', key: 1, value: 1 });
  assert.deepEqual([reply.type, reply['code']], ['error', 11]);
  assert.ok(performance.now() - startMs >= 190, 'it waits for a leader first');
});

test('peer messages with impossible contents are dropped and counted; the node keeps serving', async () => {
  const node = await alone();
  const append = {
    type: 'appendRequest',
    term: 9,
    prevIndex: 0,
    prevTerm: 0,
    entries: [],
    electionTicks: 30,
    commitIndex: 0,
    round: 1,
  };
  malformed.length = 0;
  const bad: [body: object, from: string][] = [
    [append, 'c1'],
    [append, 'n9'],
    [append, 'n1'],
  ];
  for (const [body, from] of bad) node.send(body, from);
  await quiet();
  assert.equal(malformed.length, bad.length);
  const asked = await node.ask(append);
  assert.equal(asked['code'], 12, 'a client that waits for an answer gets one');
  assert.equal((await node.ask({ type: 'write', key: 1, value: 1 })).type, 'write_ok');

  const cluster = await forsaken(withoutTicks);
  malformed.length = 0;
  const nonsense: object[] = [
    { ...append, prevIndex: -1 },
    { ...append, term: undefined },
    { ...append, entries: [{ kind: 'command', index: 1, term: 9, bytes: 1, command: 'what?' }] },
    { ...append, entries: [{ kind: 'noop', index: 5, term: 9, bytes: 0 }] },
    { type: 'voteResponse', term: 'x', granted: true },
    { type: 'forwardRequest', id: 1, attempt: 1, timeoutMs: 5 },
    { type: 'forwardRequest', id: 1, attempt: 1, timeoutMs: 5, command: { kind: 'query' } },
    { type: 'forwardResponse', id: 1, attempt: 1, outcome: { kind: 'refused', reason: 'mood' } },
    { type: 'forwardResponse', id: 1, attempt: 1, outcome: { kind: 'done', index: 1 } },
    {
      type: 'forwardResponse',
      id: 1,
      attempt: 1,
      outcome: { kind: 'done', index: 1, result: { kind: 'written' } },
    },
  ];
  for (const body of nonsense) cluster.send(body, 'n2');
  await quiet();
  assert.equal(malformed.length, nonsense.length);
  cluster.send({ ...append, term: 3 }, 'n2');
  // It has a leader now, and asks it for a session.
  let said = (await cluster.next()).body;
  while (said.type !== 'bundle') said = (await cluster.next()).body;
  const parts = said['parts'] as unknown as readonly Body[];
  const types = parts.map(({ type }) => type);
  assert.deepEqual(types, ['forwardRequest', 'appendResponse'], 'a good one is answered');
});

test('a peer that forwards to a node that does not lead is told so', async () => {
  const node = await forsaken(withoutTicks);
  const command = { kind: 'openSession', owner: { node: 'n2', life: 1 } };
  node.send({ type: 'forwardRequest', id: 7, attempt: 2, command, timeoutMs: 500 }, 'n2');
  const { body, dest } = await node.next();
  assert.equal(dest, 'n2');
  assert.deepEqual(body, {
    type: 'forwardResponse',
    id: 7,
    attempt: 2,
    outcome: { kind: 'refused', reason: 'notLeader' },
  });
});

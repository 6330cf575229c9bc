/**
 * Peers that talk nonsense: whatever they say, the node neither stops nor prints what is no
 * message.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serveLinKv } from '../../src/maelstrom/lin-kv.ts';
import { createRandom, nextFraction, nextInteger, type Random } from '../../src/raft/index.ts';
import { peerMessageKinds } from '../../src/replica/index.ts';
import { MemoryStore } from '../../src/storage/memory.ts';
import { quiet, StreamedNode } from './streams.ts';

/** A message of some kind whose fields are of the right types, more or less, and small. */
function someMessage(random: Random, progress: number): Record<string, unknown> {
  const small = (): unknown => nextInteger(random, 0, 6);
  const pick = (...values: unknown[]): unknown => values[nextInteger(random, 0, values.length)];
  const membership = (): unknown => ({
    voters: pick(['n1', 'n2', 'n3'], ['n1', 'n2'], ['n2', 'n3']),
    outgoing: pick([], ['n1', 'n2', 'n3']),
    learners: pick([], ['n4']),
  });
  const prevIndex = nextInteger(random, 0, 5);
  const prevTerm = prevIndex === 0 ? 0 : nextInteger(random, 1, 3);
  const entries = Array.from({ length: nextInteger(random, 0, 4) }, (_, offset) => ({
    kind: pick('noop', 'command', 'command', 'membership'),
    membership: membership(),
    index: prevIndex + 1 + offset,
    term: prevTerm + nextInteger(random, 0, 3),
    command: { kind: 'write', key: small(), value: small() },
    bytes: small(),
  }));
  return {
    type: pick(...peerMessageKinds),
    // Terms grow, or the first high one would make everything else stale.
    term: Math.floor(progress * 100) + nextInteger(random, 0, 3),
    round: small(),
    granted: pick(true, false),
    lastLogIndex: small(),
    lastLogTerm: small(),
    prevIndex,
    prevTerm,
    entries,
    commitIndex: small(),
    matchIndex: small(),
    result: pick(
      { kind: 'accepted', matchIndex: small() },
      { kind: 'inconsistent', prevIndex: small(), hintIndex: small(), hintTerm: small() },
      { kind: 'expects', offset: small() },
      { kind: 'installed' },
    ),
    isTransfer: pick(true, false),
    electionTicks: pick(0, 30, 1e9),
    priority: small(),
    sequence: small(),
    index: pick(null, small()),
    snapshot: {
      index: small(),
      term: small(),
      membership: { index: small(), membership: membership() },
    },
    snapshotIndex: small(),
    // What is in a snapshot is the machine's affair; here it is always one, or a part of one.
    ...(pick(
      { offset: 0, data: '', isLast: true },
      { offset: 0, data: Buffer.from('[1,2]').toString('base64'), isLast: true },
      { offset: small(), data: '', isLast: false },
    ) as object),
    id: small(),
    attempt: small(),
    timeoutMs: pick(0, 5, 1e300),
    operation: pick(
      { kind: 'command', command: { kind: 'write', key: 1, value: 2 } },
      { kind: 'query', query: { kind: 'read', key: 1 } },
    ),
    outcome: pick(
      { kind: 'done', result: { kind: 'written' }, index: small() },
      { kind: 'refused', reason: 'notLeader' },
      { kind: 'unknown', reason: 'timedOut' },
    ),
  };
}

/** Spoils a field now and then. */
function spoil(message: Record<string, unknown>, random: Random): Record<string, unknown> {
  const values = [null, -1, 1.5, '', 'x', [], {}, true, 9, undefined];
  const names = Object.keys(message).filter((name) => name !== 'type');
  const spoilt = { ...message };
  while (nextFraction(random) < 0.3) {
    const name = names[nextInteger(random, 0, names.length)] ?? '';
    spoilt[name] = values[nextInteger(random, 0, values.length)];
  }
  return spoilt;
}

for (const seed of [1, 2, 3]) {
  test(`20,000 messages of peers that make no sense together, seed ${seed}`, async (t) => {
    const random = createRandom(seed);
    const halts: string[] = [];
    const drops = new Set<string>();
    const node = await StreamedNode.initialized((it) =>
      serveLinKv(it, {
        createStore: () => new MemoryStore(),
        seed,
        requestTimeoutMs: 100,
        observer: {
          onHalted: (reason) => halts.push(reason),
          onDropped: (_kind, _from, reason) => drops.add(reason),
          onMalformedPeerMessage: () => drops.add('malformed'),
        },
      }),
    );
    t.after(() => node.end());
    for (let i = 0; i < 20_000; i++) {
      const from = nextFraction(random) < 0.5 ? 'n2' : 'n3';
      node.send(spoil(someMessage(random, i / 20_000), random), from);
      if (i % 500 === 0) node.send({ type: 'write', msg_id: 10 + i, key: 1, value: i });
      // Time passes, so that the node campaigns now and then; some of it wins.
      if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await quiet();
    assert.deepEqual(halts, []);
    for (const reason of ['impossible', 'malformed', 'stale']) assert.ok(drops.has(reason), reason);
    for (const { src, dest, body } of node.messages) {
      assert.equal(src, 'n1');
      assert.ok(['n2', 'n3', 'c1'].includes(dest));
      assert.equal(typeof body.type, 'string');
    }
    const before = node.messages.length;
    node.send({ type: 'read', msg_id: 999_999, key: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const late = node.messages.slice(before);
    assert.ok(
      late.some(({ body }) => body['in_reply_to'] === 999_999),
      'it still answers',
    );
    node.end();
    await node.ended;
  });
}

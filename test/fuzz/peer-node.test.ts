/**
 * A node among peers that talk nonsense: whatever they say, it neither stops nor prints what is no
 * message, and what is malformed does not reach its core.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseJson, stringifyJson } from '../../src/machine/json.ts';
import { linKvWireFormat } from '../../src/maelstrom/lin-kv.ts';
import { createRandom, type Fields, nextInteger, type Random } from '../../src/raft/index.ts';
import {
  type PeerMessageKind,
  parsePeerMessage,
  peerMessageFields,
  peerMessageKinds,
} from '../../src/replica/index.ts';
import { FedNode, maxLineBytes } from './fed-node.ts';
import { deepText, happens, jsonText, pick } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateAnywhere } from './mutators.ts';
import { somePeer } from './peer-grammar.ts';

const peers = ['n2', 'n3'];

/** A line of a peer or a client, or the milliseconds that pass before the next. */
type Happening = string | number;

/** Time passes now and then, so that the node campaigns; what it is told, some of it makes sense. */
function someHappenings(random: Random, length: number): Happening[] {
  return Array.from({ length }, (_, at) => {
    if (happens(random, 0.05)) return pick(random, 10, 50, 400);
    if (happens(random, 0.08)) return clientLine(random, at);
    // Terms grow, or the first high one would make everything else stale.
    return peerLine(random, Math.floor(at / 20));
  });
}

function peerLine(random: Random, term: number): string {
  const { kind, fields } = somePeer(random, term);
  const message = { kind, ...fields } as Parameters<typeof peerMessageFields>[0];
  let body: unknown = { ...peerMessageFields(message) };
  if (happens(random, 0.3)) body = mutateAnywhere(random, body);
  const src = happens(random, 0.97) ? pick(random, ...peers) : pick(random, 'c1', 'n1', 'n4');
  // A snapshot that no machine can read is the end of a node, as a disk is that cannot be read.
  const { offset, data, isLast } = peerMessageFields(message);
  const part = kind === 'snapshotRequest' ? { offset, data, isLast } : {};
  return lineOf(src, { ...(body as object), ...part, type: kind });
}

function lineOf(src: string, body: object): string {
  return `${stringifyJson({ src, dest: 'n1', body })}\n`;
}

function clientLine(random: Random, at: number): string {
  const value = happens(random, 0.3) ? deepText(random, [490, 495]) : jsonText(random, 2);
  const body = `"type":"write","msg_id":${100 + at},"key":1,"value":${value}`;
  return `{"src":"c1","dest":"n1","body":{${body}}}\n`;
}

function understand(kind: string, src: string, body: Fields): boolean {
  assert.ok((peerMessageKinds as readonly string[]).includes(kind), `it says what is no kind`);
  try {
    parsePeerMessage<unknown, unknown>(kind as PeerMessageKind, src, 'n1', body, linKvWireFormat);
    return true;
  } catch {
    return false;
  }
}

/** How many of these lines a replica may see. */
function countUnderstood(lines: readonly string[]): number {
  return lines.filter((line) => {
    if (Buffer.byteLength(line) > maxLineBytes + 1) return false;
    let message: { readonly src: string; readonly body: Fields };
    try {
      message = parseJson(line) as unknown as typeof message;
    } catch {
      return false;
    }
    const { src, body } = message;
    if (!peers.includes(src) || body['in_reply_to'] !== undefined) return false;
    return understand(String(body['type']), src, body);
  }).length;
}

async function live(happenings: readonly Happening[]): Promise<FedNode> {
  const node = await FedNode.start(['n1', ...peers]);
  for (const happening of happenings) {
    if (typeof happening === 'number') await node.clock.advance(happening);
    else node.streamed.write(happening);
  }
  await node.clock.advance(0);
  return node;
}

fuzz<Happening[]>({
  name: 'peers that make no sense together',
  file: import.meta.url,
  seeds: 20,
  generate: (random) => someHappenings(random, 400),
  async check(happenings) {
    const node = await live(happenings);
    const lines = happenings.filter((it) => typeof it === 'string');
    assert.deepEqual(node.halts, [], 'it has halted');
    assert.equal(node.received, countUnderstood(lines), 'what is malformed reaches the replica');

    node.streamed.send({ type: 'read', msg_id: 99, key: 1 });
    await node.finish();
    const { messages } = node;
    // After the last term that there is, nothing that a node says is good: nodes do not lie.
    const isAtTheEnd = lines.some((line) => line.includes(String(Number.MAX_SAFE_INTEGER)));
    const answers = messages.filter(({ body }) => body['in_reply_to'] === 99);
    assert.equal(answers.length, 1, 'it answers no more');
    assert.deepEqual(node.halts, [], 'it has halted');
    for (const { src, dest, body } of messages) {
      if (dest.startsWith('c')) assert.notEqual(body['code'], 13, 'a handler crashed');
      else if (!peers.includes(dest)) assert.fail('it speaks to a stranger');
      else assert.ok(isAtTheEnd || understand(body.type, src, body), 'no peer understands it');
    }
    await node.end();
  },
});

test('such peers drive a node into every role, and give it every reason to ignore them', async () => {
  const [roles, drops] = [new Set<string>(), new Set<string>()];
  let malformed = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const node = await live(someHappenings(createRandom(seed), 400));
    for (const role of node.roles) roles.add(role);
    for (const reason of node.drops) drops.add(reason);
    malformed += node.malformed;
    await node.end();
  }
  assert.deepEqual([...roles].sort(), ['candidate', 'follower', 'leader', 'preCandidate']);
  assert.deepEqual([...drops].sort(), ['impossible', 'leaderIsAlive', 'stale']);
  assert.ok(malformed > 100, `${malformed} were malformed`);
});

test('what is refused leaves nothing behind in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const node = await FedNode.start(['n1', ...peers]);
  const random = createRandom(1);
  const body = { prevIndex: 1, entries: Array.from({ length: 20 }, () => ({ kind: 'noop' })) };
  const feed = async (count: number): Promise<number> => {
    for (let at = 0; at < count; at++) {
      const type = pick(random, 'appendRequest', 'snapshotRequest', 'forwardRequest', 'x');
      node.streamed.send(
        { ...body, type, term: -nextInteger(random, 1, 9) },
        pick(random, ...peers),
      );
      node.streamed.write(pick(random, '{', 'null\n', '\u0000\n', '[[[[\n'));
      if (at % 500 === 0) await node.clock.advance(0);
    }
    await node.clock.advance(0);
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await feed(2000);
  const grown = (await feed(8000)) - before;
  assert.ok(grown < 2_000_000, `8000 refused messages have left ${grown} bytes`);
  await node.end();
});

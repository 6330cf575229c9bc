/** Lines that clients send: each is answered once, whatever it says and however it arrives. */

import assert from 'node:assert/strict';
import { isJsonObject, type Json, parseJson, stringifyJson } from '../../src/machine/json.ts';
import type { Random } from '../../src/raft/index.ts';
import { peerMessageKinds } from '../../src/replica/index.ts';
import { FedNode, maxLineBytes } from './fed-node.ts';
import { deepText, happens, jsonText, pick, quoted, several } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateBytes, mutateText, splitBytes } from './mutators.ts';

interface Stream {
  readonly lines: readonly Uint8Array[];
  /** Where the stream is cut. */
  readonly cuts: readonly number[];
}

fuzz<Stream>({
  name: 'each client is answered once',
  file: import.meta.url,
  seeds: 25,
  generate(random) {
    let id = 0;
    const lines = Array.from({ length: 25 }, () => someLine(random, ++id));
    const cuts = splitBytes(random, Buffer.concat(lines)).map((part) => part.length);
    return { lines, cuts: happens(random, 0.8) ? cuts : [] };
  },
  async check({ lines, cuts }) {
    const bytes = Buffer.concat(lines);
    const split = await answersTo(cutAt(bytes, cuts));
    const whole = await answersTo([bytes]);
    assert.deepEqual(split, whole, 'answered otherwise when the stream is cut');

    for (const [address, expected] of expectedAnswers(bytes)) {
      const answers = split.get(address) ?? [];
      assert.equal(answers.length, expected.length, 'not answered once for each line');
      for (const code of expected) {
        assert.ok(code === null || answers.includes(code), `not answered with code ${code}`);
      }
      assert.ok(!answers.includes(13), 'a handler crashed');
    }
    const unasked = [...split.keys()].filter((address) => !expectedAnswers(bytes).has(address));
    assert.deepEqual(unasked, [], 'answered though nobody asked');
  },
});

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  let from = 0;
  const parts = cuts.map((length) => {
    from += length;
    return bytes.subarray(from - length, from);
  });
  return [...parts, bytes.subarray(from)];
}

type Answers = Map<string, (number | null)[]>;

function add(answers: Answers, src: string, id: unknown, code: number | null): void {
  const address = JSON.stringify([src, id]);
  answers.set(address, [...(answers.get(address) ?? []), code]);
}

/** Who was answered what: codes of errors, or null; and whether the node still serves after it. */
async function answersTo(chunks: readonly Uint8Array[]): Promise<Answers> {
  const node = await FedNode.start(['n1']);
  await node.feed(chunks);
  // What came last may lack its end.
  await node.feed([Buffer.from('\n')]);
  await node.finish();
  const before = node.messages.length;
  node.streamed.send({ type: 'write', msg_id: 901, key: 'k', value: 'still here' }, 'c9');
  await node.finish();
  node.streamed.send({ type: 'read', msg_id: 902, key: 'k' }, 'c9');
  await node.finish();
  const last = node.messages.slice(before).map(({ body }) => body);
  assert.deepEqual(
    last,
    [
      { type: 'write_ok', in_reply_to: 901 },
      { type: 'read_ok', value: 'still here', in_reply_to: 902 },
    ],
    'it serves no more',
  );
  assert.deepEqual(node.halts, [], 'it has halted');
  const answers: Answers = new Map();
  for (const { dest, body } of node.messages.slice(1, before)) {
    const code = body.type === 'error' ? Number(body['code']) : null;
    if (code !== null) assert.equal(typeof body['text'], 'string', 'an error without a text');
    add(answers, dest, body['in_reply_to'], code);
  }
  await node.end();
  return answers;
}

/** Who has to be answered, and with which code where there is only one right. */
function expectedAnswers(bytes: Buffer): Answers {
  const answers: Answers = new Map();
  for (const row of bytes.toString('latin1').split('\n')) {
    const line = Buffer.from(row, 'latin1');
    const text = line.toString('utf8');
    const { value, isTooMuch } = readOrNull(text);
    if (line.length > 4 * maxLineBytes || !isJsonObject(value) || !isJsonObject(value['body']))
      continue;
    const { src, dest, body } = value;
    if (typeof src !== 'string' || src === '' || typeof dest !== 'string' || dest === '') continue;
    const id = body['msg_id'];
    if (!Number.isSafeInteger(id) || body['in_reply_to'] !== undefined) continue;
    const isUnreadable = isTooMuch || line.length > maxLineBytes || !Buffer.from(text).equals(line);
    add(answers, src, id, isUnreadable ? 12 : codeFor(body));
  }
  return answers;
}

/** The code that these requests must get, or null when it depends. */
function codeFor(body: { readonly [member: string]: Json }): number | null {
  const { type } = body;
  if (typeof type !== 'string' || type === '') return 12;
  if ((peerMessageKinds as readonly string[]).includes(type)) return 12;
  if (type === 'init') return 22;
  const fields = { read: ['key'], write: ['key', 'value'], cas: ['key', 'from', 'to'] };
  const needed = Object.hasOwn(fields, type) ? fields[type as keyof typeof fields] : null;
  if (needed === null) return 10;
  if (needed.some((name) => body[name] === undefined)) return 12;
  const create = body['create_if_not_exists'] ?? false;
  return type === 'cas' && typeof create !== 'boolean' ? 12 : null;
}

/** JSON that is nested too deeply, or has a number too long for a node, still tells who has sent it. */
function readOrNull(text: string): { readonly value: Json; readonly isTooMuch: boolean } {
  try {
    return { value: parseJson(text), isTooMuch: false };
  } catch {
    try {
      return { value: JSON.parse(text), isTooMuch: true };
    } catch {
      return { value: null, isTooMuch: false };
    }
  }
}

const words = [
  ...['"msg_id":', '"in_reply_to":1', '"src":', '"dest":', '"body":', '"type":', '"read"'],
  ...[
    '"write"',
    '"cas"',
    '"init"',
    '"key":',
    '"value":',
    '"create_if_not_exists":',
    '"voteRequest"',
  ],
];

/** A line with its end: a request, or one that was spoilt, or none at all. */
function someLine(random: Random, id: number): Buffer {
  const end = pick(random, '\n', '\n', '\n', '\r\n', '\n\n');
  const kind = pick(random, 0, 1, 2, 3, 4, 5);
  if (kind === 0) return Buffer.from(`${jsonText(random).slice(0, 9000)}${end}`);
  const line = request(random, id);
  if (kind === 1) return Buffer.from(`${mutateText(random, line, words)}${end}`);
  if (kind === 2) return mutateBytes(random, Buffer.from(`${line}${end}`));
  return Buffer.from(`${line}${end}`);
}

function request(random: Random, id: number): string {
  const json = (): string =>
    happens(random, 0.4) ? jsonText(random, 2) : pick(random, '1', '"k"');
  const key = happens(random, 0.03) ? deepText(random, [490, 498]) : json();
  const type = pick(
    random,
    ...['read', 'write', 'cas', 'read', 'write', 'cas', 'echo', 'init', '__proto__', 'constructor'],
    pick(random, ...peerMessageKinds),
  );
  const create = pick(random, 'true', 'false', 'null', '1');
  const all = [
    `"type":${quoted(random, type)}`,
    `"msg_id":${id}`,
    `"key":${key}`,
    `"value":${json()}`,
    `"from":${json()}`,
    `"to":${json()}`,
    ...several(random, 1, () => `"in_reply_to":${pick(random, '1', '"x"', 'null', '1.0')}`).slice(
      happens(random, 0.2) ? 0 : 1,
    ),
    ...several(random, 1, () => `"create_if_not_exists":${create}`),
    ...several(random, 2, () => `${quoted(random, pick(random, '__proto__', 'x'))}:${json()}`),
  ];
  // Whatever else is there, mostly one can be told whom to answer.
  const members = all.filter((_, at) => at === 1 || happens(random, 0.95));
  const src = stringifyJson(pick(random, 'c1', 'c2', 'n1', '__proto__', '\ud800', 'é'));
  return `{"src":${src},"dest":"n1","body":{${members.join(',')}}}`;
}

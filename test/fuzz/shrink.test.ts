/** The harness itself: that a failure is found again, made small, and told as it should be. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { jsonText } from './generators.ts';
import { describe, shrink, smaller } from './shrink.ts';

test('a failing input is made as small as leaving out can make it', async () => {
  const contains = (part: string) => async (input: unknown) =>
    JSON.stringify(input)?.includes(part) ?? false;
  assert.equal(await shrink('a long text with an x in it', contains('x')), 'x');
  const events = Array.from({ length: 100 }, (_, at) => ({ at, key: `k${at}`, tail: [1, 2] }));
  assert.deepEqual(await shrink(events, contains('"k77"')), [{ key: 'k77' }]);
  const bytes = Buffer.from([1, 2, 3, 255, 4, 5]);
  const small = await shrink<Uint8Array>(bytes, async (it) => it.includes(255));
  assert.deepEqual([...small], [255]);
});

test('each smaller input is smaller, and leaves the first one as it was', () => {
  const input = { list: [1, [2, 3], 'abc'], ['__proto__']: { a: 1 }, bytes: Buffer.from('ab') };
  const before = structuredClone(input);
  const size = (value: unknown): number => JSON.stringify(value).length;
  for (const candidate of smaller(input)) assert.ok(size(candidate) < size(input));
  assert.deepEqual(structuredClone(input), before);
});

test('the same seed gives the same input, and another seed another', () => {
  const texts = [1, 2, 3, 4, 5].map((seed) => jsonText(createRandom(seed), 5));
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((seed) => jsonText(createRandom(seed), 5)),
    texts,
  );
  assert.ok(new Set(texts).size > 2);
});

test('bytes are told as text', () => {
  assert.match(describe([Buffer.from('{"a\n')]), /latin1: '\{"a\\n'/);
});

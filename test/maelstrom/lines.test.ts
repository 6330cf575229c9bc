import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Line, LineReader } from '../../src/maelstrom/lines.ts';
import { createRandom, nextInteger } from '../../src/raft/index.ts';

function read(chunks: readonly (string | Buffer)[], maxBytes = 1000): Line[] {
  const lines: Line[] = [];
  const reader = new LineReader(maxBytes, (line) => lines.push(line));
  for (const chunk of chunks) reader.push(Buffer.from(chunk as Buffer));
  reader.end();
  return lines;
}

const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);

test('lines are the same however the stream is cut into chunks', () => {
  const whole = Buffer.from('one\n\nthrée ☃\n{"a":"𝄞"}\nlast');
  const expected = ['one', '', 'thrée ☃', '{"a":"𝄞"}', 'last'];
  assert.deepEqual(texts(read([whole])), expected);
  const random = createRandom(1);
  for (let run = 0; run < 200; run++) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < whole.length; ) {
      const end = at + nextInteger(random, 1, 6);
      chunks.push(whole.subarray(at, end));
      at = end;
    }
    assert.deepEqual(texts(read(chunks)), expected);
  }
});

test('what is kept of a chunk is kept apart from it', () => {
  const lines: Line[] = [];
  const reader = new LineReader(10, (line) => lines.push(line));
  const buffer = Buffer.alloc(4);
  for (const chunk of ['one\n', 'two ', 'and ', '3\né', 'four', 'five', 'six\n']) {
    const bytes = buffer.write(chunk);
    reader.push(buffer.subarray(0, bytes));
    buffer.fill('?');
  }
  assert.deepEqual(texts(lines), ['one', 'two and 3', 'éfourfivesix']);
});

test('a line that is too long is reported with its length and its beginning, and is over', () => {
  const lines = read(['x'.repeat(700), 'y'.repeat(700), 'z\nnext\n']);
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['faulty', 'text'],
  );
  const [oversized, next] = lines;
  assert.equal(oversized?.kind === 'faulty' && oversized.fault, '1401 bytes long');
  assert.ok(oversized?.text.startsWith('xxx'));
  assert.ok((oversized?.text.length ?? 0) <= 1024, 'the rest is not kept');
  assert.equal(next?.text, 'next');
});

test('what is not UTF-8 is a fault; U+FFFD itself is not', () => {
  const [faulty] = read([Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a])]);
  assert.equal(faulty?.kind === 'faulty' && faulty.fault, 'not UTF-8');
  const [fine] = read(['{"a":"\ufffd"}\n']);
  assert.equal(fine?.kind, 'text');
});

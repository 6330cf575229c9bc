/** Frames are put together however they were cut, and what is none is refused at once. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Frame,
  FrameFault,
  FrameReader,
  frame,
  frameHeader,
} from '../../src/transport/tcp/frames.ts';

const bodies = ['', 'x', 'a message', '\u{1F600} and more'].map((text) => Buffer.from(text));
const stream = Buffer.concat(bodies.map((body) => frame('message', body)));

function read(chunks: readonly Buffer[], maxBodyBytes = 100): Frame[] {
  const reader = new FrameReader(maxBodyBytes);
  const frames: Frame[] = [];
  for (const chunk of chunks) reader.push(chunk, (received) => frames.push(received));
  return frames;
}

const expected = bodies.map((body) => body.toString());
const textsOf = (frames: readonly Frame[]): string[] =>
  frames.map(({ body }) => Buffer.from(body).toString());

test('a stream that is cut at any byte, or any two, has the same frames', () => {
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      const chunks = [
        stream.subarray(0, first),
        stream.subarray(first, second),
        stream.subarray(second),
      ];
      assert.deepEqual(textsOf(read(chunks)), expected, `cut at ${first} and ${second}`);
    }
  }
});

test('a stream that comes byte by byte has the same frames', () => {
  assert.deepEqual(textsOf(read([...stream].map((byte) => Buffer.of(byte)))), expected);
});

test('every kind comes back as what it was', () => {
  for (const kind of ['hello', 'welcome', 'refused', 'message', 'ping', 'pong'] as const) {
    assert.equal(read([Buffer.from(frame(kind))])[0]?.kind, kind);
  }
});

test('a frame that is too long is refused by its header, before its body has come', () => {
  const header = Buffer.from(frameHeader('message', 101));
  assert.throws(() => read([header]), FrameFault);
  assert.deepEqual(read([Buffer.from(frameHeader('message', 100))]), [], 'one of 100 is awaited');
});

test('what is no frame is refused', () => {
  const garbage = ['GET / HTTP/1.1\r\n', '\0\0\0\0M', '\0\0\0\x01?', '\xff\xff\xff\xffM'];
  for (const text of garbage) {
    assert.throws(() => read([Buffer.from(text, 'latin1')]), FrameFault, JSON.stringify(text));
  }
});

test('what trickles in weighs no more than what comes at once', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const usedBytes = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const reader = new FrameReader(2 ** 20);
  reader.push(Buffer.from(frameHeader('message', 300_001)), () => assert.fail('too soon'));
  const before = usedBytes();
  for (let count = 0; count < 300_000; count++) {
    reader.push(Buffer.alloc(1), () => assert.fail('too soon'));
  }
  const grownBytes = usedBytes() - before;
  assert.ok(grownBytes < 5_000_000, `300,000 bytes take ${grownBytes}`);
  const lengths: number[] = [];
  reader.push(Buffer.alloc(1), ({ body }) => lengths.push(body.length));
  assert.deepEqual(lengths, [300_001]);
});

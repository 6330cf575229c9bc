/** How long lines are, to the byte, whatever is in them. */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { StreamedNode } from './streams.ts';

const running: StreamedNode[] = [];

afterEach(() => {
  for (const node of running.splice(0)) node.end();
});

interface Counted {
  readonly node: StreamedNode;
  readonly read: (readonly [peer: string, bytes: number])[];
  readonly written: (readonly [peer: string, bytes: number])[];
}

async function counted(): Promise<Counted> {
  const read: (readonly [string, number])[] = [];
  const written: (readonly [string, number])[] = [];
  const node = await StreamedNode.initialized(undefined, {
    observer: {
      onLineRead: (src, bytes) => void read.push([src, bytes]),
      onLineWritten: (dest, bytes) => void written.push([dest, bytes]),
    },
  });
  running.push(node);
  read.length = 0;
  written.length = 0;
  return { node, read, written };
}

/** What the lines that were written to some node have in all, by their own account. */
function bytesTo(lines: readonly string[], dest: string): number {
  return lines
    .filter((line) => line !== '' && JSON.parse(line).dest === dest)
    .reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

test('each line that is written is measured in bytes, plain or not', async () => {
  const { node, written } = await counted();
  const before = node.writes.length;
  for (const value of ['plain', 'grün', '😀😀', '', 'x'.repeat(100_000), 'é'.repeat(100_000)]) {
    node.node.send('n2', { type: 'note', value });
    node.node.send('n3', { type: 'note', value: `${value}${value}` });
  }
  await new Promise((resolve) => setImmediate(resolve));
  const lines = node.writes.slice(before).join('').split('\n');
  assert.equal(written.length, 12);
  for (const dest of ['n2', 'n3']) {
    const told = written.filter(([to]) => to === dest).reduce((sum, [, bytes]) => sum + bytes, 0);
    assert.equal(told, bytesTo(lines, dest), dest);
  }
});

test('each message that is read is measured in bytes; what is no message is nobody’s', async () => {
  const { node, read } = await counted();
  const line = (value: string): string =>
    `${JSON.stringify({ src: 'n2', dest: 'n1', body: { type: 'note', value } })}\n`;
  const lines = [line('plain'), line('grün'), line('😀'), line('x'.repeat(50_000))];
  for (const each of lines) node.write(each);
  node.write('not a message\n');
  await node.ask({ type: 'magic' });
  const ofPeer = read.filter(([src]) => src === 'n2');
  assert.deepEqual(
    ofPeer.map(([, bytes]) => bytes),
    lines.map((each) => Buffer.byteLength(each)),
  );
});

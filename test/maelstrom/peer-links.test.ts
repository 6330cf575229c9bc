/** What waits for company on its way to a peer, and what does not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../src/maelstrom/message.ts';
import { PeerLinks } from '../../src/maelstrom/peer-links.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

const word: Body = { type: 'word' };

function linksOf(nodeCount: number): {
  readonly clock: VirtualClock;
  readonly links: PeerLinks;
  readonly sent: Body[];
} {
  const clock = new VirtualClock();
  const sent: Body[] = [];
  const links = new PeerLinks({ clock, nodeCount, send: (_to, body) => sent.push(body) });
  return { clock, links, sent };
}

test('what is sent in one moment is one message, and a lone one is as it is', async () => {
  const { clock, links, sent } = linksOf(3);
  links.send('n2', word);
  await clock.advance(1);
  for (let count = 0; count < 3; count++) links.send('n2', word);
  await clock.advance(1);
  assert.deepEqual(sent, [word, { type: 'bundle', parts: [word, word, word] }]);
});

test('under load what comes within a few milliseconds shares a message', async () => {
  const { clock, links, sent } = linksOf(3);
  for (let count = 0; count < 1000; count++) {
    links.send('n2', word);
    await clock.advance(1);
  }
  assert.ok(sent.length >= 200 && sent.length < 230, `${sent.length} messages in a second`);
});

test('who waits for each answer before it goes on is not held up for long', async () => {
  const { clock, links, sent } = linksOf(7);
  for (let count = 1; count <= 300; count++) {
    links.send('n2', word);
    while (sent.length < count) await clock.advance(0.1);
    await clock.advance(1);
  }
  assert.ok(clock.now() < 1000, `${clock.now()} ms for 300 messages that take 1 ms each`);
});

test('sixteen parts wait for no more, and a great one for none', async () => {
  const { clock, links, sent } = linksOf(3);
  for (let count = 0; count < 8; count++) {
    links.send('n2', word);
    await clock.advance(0.01);
  }
  sent.length = 0;
  for (let count = 0; count < 16; count++) links.send('n2', word);
  await clock.advance(0.01);
  assert.equal(sent.length, 1);
  const great = { type: 'word', text: 'x'.repeat(1024 * 1024) };
  links.send('n2', word);
  links.send('n2', great);
  links.send('n2', great);
  await clock.advance(10);
  assert.deepEqual(sent.slice(1), [word, great, great], 'no message is larger than it must be');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageReader, type Received } from '../../src/maelstrom/message-reader.ts';

function received(chunks: readonly string[], maxLineBytes = 200): Received[] {
  const all: Received[] = [];
  const reader = new MessageReader(maxLineBytes, (each) => all.push(each));
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return all;
}

const line = (body: object): string => JSON.stringify({ src: 'c1', dest: 'n1', body });

/** What came, in short. */
function told(all: readonly Received[]): (string | null)[] {
  return all.map((each) => (each.ok ? each.message.body.type : each.fault.slice(0, 8)));
}

test('messages and what is none come in the order of their lines', () => {
  const lines = [
    line({ type: 'one' }),
    'garbage',
    line({ type: 'two', big: 'x'.repeat(200) }),
    line({ type: 'three' }),
    line({ type: 4, msg_id: 5 }),
    line({ type: 'é' }),
  ];
  const text = lines.join('\n');
  const expected = ['one', 'not JSON', '255 byte', 'three', 'body has', 'é'];
  assert.deepEqual(told(received([text])), expected);
  assert.deepEqual(told(received([...text])), expected, 'the same in single characters');
});

test('whom to tell is made out of what is JSON', () => {
  const replyTo = { to: 'c1', from: 'n1', msgId: 5 };
  const lines = [
    line({ type: 4, msg_id: 5 }),
    line({ type: 'echo', msg_id: 5, big: 'x'.repeat(2000) }),
    `{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":5,"deep":${'['.repeat(600)}${']'.repeat(600)}}}`,
    `{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":5,"deep":[0.50,${'['.repeat(600)}${']'.repeat(600)}]}}`,
    '{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":5,"huge":1e9999999999999}}',
    line({ type: 4, msg_id: 5, in_reply_to: 6 }),
    '[]',
  ];
  const addresses = received([lines.join('\n')], 2000).map((each) => !each.ok && each.replyTo);
  assert.deepEqual(addresses, [replyTo, replyTo, replyTo, replyTo, replyTo, null, null]);
});

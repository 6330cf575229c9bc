import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayArriveTwice } from '../../src/maelstrom/peer-transport.ts';

test('a forwarded command is never doubled, by itself, in a bundle or on its way round', () => {
  const command = { type: 'forwardRequest', id: 1 };
  const append = { type: 'appendRequest', term: 1 };
  const relay = (message: object) => ({
    type: 'relay',
    origin: 'n0',
    number: 7,
    path: [],
    message,
  });
  const bundle = (...parts: object[]) => ({ type: 'bundle', parts });
  const asBody = (body: object) => body as Parameters<typeof mayArriveTwice>[0];
  for (const body of [append, relay(append), bundle(append, relay(append))]) {
    assert.equal(mayArriveTwice(asBody(body)), true, JSON.stringify(body));
  }
  for (const body of [command, relay(command), bundle(append, command), bundle(relay(command))]) {
    assert.equal(mayArriveTwice(asBody(body)), false, JSON.stringify(body));
  }
  assert.equal(mayArriveTwice(asBody(relay(bundle(append, command)))), false);
});

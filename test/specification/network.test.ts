/** What the specification remembers of the network. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessageView } from '../../src/specification/message-view.ts';
import { Network } from '../../src/specification/network.ts';
import { SpecificationViolation } from '../../src/specification/violation.ts';

const vote = (term: number): MessageView => ({
  kind: 'voteResponse',
  from: 'n1',
  to: 'n2',
  term,
  granted: true,
  lastLogIndex: 0,
  lastLogTerm: 0,
});

test('a message may come late and twice, but only where it was sent to', () => {
  const network = new Network();
  network.send(vote(1));
  network.receive('n2', vote(1));
  network.receive('n2', vote(1));
  assert.throws(() => network.receive('n3', vote(1)), SpecificationViolation);
});

test('what was forgotten is believed; nothing else is', () => {
  const network = new Network(10);
  // Three generations, of which the first is forgotten.
  for (let term = 1; term <= 25; term += 2) network.send(vote(term));
  for (let term = 26; term <= 35; term++) network.send(vote(term));
  for (let term = 1; term <= 19; term++) network.receive('n2', vote(term));
  for (let term = 26; term <= 35; term++) network.receive('n2', vote(term));
  assert.throws(() => network.receive('n2', vote(22)), SpecificationViolation);
  assert.throws(() => network.receive('n2', vote(36)), SpecificationViolation);
});

/** What strangers say makes no series that grow without bound. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registerRaftMetrics } from '../../../src/instruments/raft.ts';
import { Registry } from '../../../src/metrics/registry.ts';
import { asLogIndex, asNodeId, asTerm, membershipOf, Raft } from '../../../src/raft/index.ts';

test('messages under any number of names leave a thousand series a family at most', () => {
  const registry = new Registry();
  const { observer } = registerRaftMetrics(registry, { version: '1.2.3' });
  const to = asNodeId('n1');
  const options = { id: to, membership: membershipOf([to, asNodeId('n2')]), seed: 1 };
  const core = Raft.create(options);
  observer.onLoaded?.(core.view, { options, headStartTicks: 0 });
  for (let sender = 0; sender < 5000; sender++) {
    const envelope = { from: asNodeId(`stranger ${sender}`), to, term: asTerm(0) };
    const index = asLogIndex(0);
    observer.onReceived?.({
      ...envelope,
      kind: 'appendResponse',
      round: 0,
      result: { kind: 'inconsistent', prevIndex: index, hintIndex: index, hintTerm: asTerm(0) },
    });
    observer.onReceived?.({
      ...envelope,
      kind: 'voteRequest',
      lastLogIndex: index,
      lastLogTerm: asTerm(0),
      isTransfer: false,
    });
  }
  for (const { name, samples } of registry.collect()) {
    assert.ok(samples.length <= 1000, `${name}: ${samples.length}`);
  }
  const contacts = registry.collect().find(({ name }) => name.includes('peer_last_contact'));
  assert.deepEqual(contacts?.samples, [], 'members alone are shown, and n2 was not heard');
});

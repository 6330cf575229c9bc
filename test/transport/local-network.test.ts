/** A network in one process: what is on its way when somebody leaves. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { LocalNetwork } from '../../src/transport/local-network.ts';
import type { Links } from '../../src/transport/network.ts';

test('what a life has said is not heard once it is over, nor in the next life', async () => {
  const clock = new VirtualClock();
  const network = new LocalNetwork({ delayMs: 10 });
  const received: string[] = [];
  const open = (id: string): Promise<Links> =>
    network.open({
      ...{ id, cluster: 'test', isDurable: true, clock, random: createRandom(1) },
      receive: (from, message) => received.push(`${from}: ${Buffer.from(message).toString()}`),
      lost() {},
      added() {},
    });
  const [first] = [await open('a'), await open('b')];
  first.send('b', Buffer.from('of the first life'));
  await first.close();
  const second = await open('a');
  await clock.advance(20);
  assert.deepEqual(received, []);
  second.send('b', Buffer.from('of the second'));
  await clock.advance(20);
  assert.deepEqual(received, ['a: of the second']);
});

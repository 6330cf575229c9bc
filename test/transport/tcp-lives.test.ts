/** Who comes back, who is oneself, and what strangers may say of themselves. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { maxStrangers } from '../../src/transport/tcp/options.ts';
import { TcpNetwork } from '../../src/transport/tcp-network.ts';
import {
  fastClock,
  freeAddresses,
  openStation,
  type Station,
  Stranger,
  until,
} from './tcp-world.ts';

async function open(t: TestContext, ...given: Parameters<typeof openStation>): Promise<Station> {
  const station = await openStation(...given);
  t.after(() => station.links.close());
  return station;
}

test('a node that has forgotten what it promised is not let in under its name', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses);
  const b = await openStation('b', addresses, { isDurable: false });
  await until('it is connected', () => b.told.includes('connected a'));
  await b.links.close();
  const again = await open(t, 'b', addresses, { isDurable: false });
  await until('it is told', () =>
    again.told.some((line) => /refused by a: b was here before, and has kept nothing/.test(line)),
  );
  again.say('a', 'a vote');
  assert.deepEqual(a.received, []);
});

test('a node in memory is connected again when the connection breaks, in the same life', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses);
  for (const round of [1, 2]) {
    const caller = new Stranger(addresses['a'] ?? '');
    t.after(() => caller.socket.destroy());
    caller.hello({ isDurable: false, life: 'one' });
    await until(`it is welcome, ${round}`, () => caller.frames[0]?.kind === 'welcome');
  }
  assert.ok(!a.told.some((line) => line.startsWith('turned away')));
});

test('what a stranger says of itself is told in one line, and not without end', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses);
  for (const field of ['cluster', 'to', 'from', 'version']) {
    const stranger = new Stranger(addresses['a'] ?? '');
    stranger.hello({ [field]: `x\n${'y'.repeat(50_000)}` });
    await until(`${field}: it is turned away`, () => stranger.isClosed);
  }
  const lines = a.told.filter((line) => line.startsWith('turned away'));
  assert.equal(lines.length, 4);
  assert.ok(lines.every((line) => line.length < 1200 && !line.includes('\n')));
});

test('a node that is told its own address does not call itself', async (t) => {
  const { a: atA = '', b: atB = '' } = await freeAddresses('a', 'b');
  const a = await open(t, 'a', { b: atB }, { listen: atA });
  a.network.addNode('a', atA);
  assert.deepEqual(a.links.peers, ['b']);
  assert.ok(!a.told.includes('added a'));
});

test('messages that no header, and no memory, has room for are not promised', () => {
  for (const maxMessageBytes of [0, Number.NaN, 2 ** 32]) {
    const limits = { maxMessageBytes, maxWaitingBytes: 2 ** 40 };
    assert.throws(() => new TcpNetwork({ addresses: {}, ...limits }), /maxMessageBytes must be/);
  }
});

test('a process that was stopped for a while does not take it for the silence of others', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  let pauseMs = 0;
  const clock = { ...fastClock, now: () => fastClock.now() + pauseMs };
  const a = await open(t, 'a', addresses, { clock });
  const b = await open(t, 'b', addresses);
  await until('both are connected', () =>
    [a.told.includes('connected b'), b.told.includes('connected a')].every(Boolean),
  );
  for (const { told } of [a, b]) told.length = 0;
  // Timers that were due meanwhile call once, before anything that has arrived is read.
  pauseMs = 60_000;
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual([a.told, b.told], [[], []]);
});

test('what was said before the first connection is told as perhaps lost', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const [a] = await Promise.all([open(t, 'a', addresses), open(t, 'b', addresses)].map(saying));
  await until('it is told', () => a?.told.includes('perhaps lost to b') === true);
});

async function saying(opening: Promise<Station>): Promise<Station> {
  const station = await opening;
  for (const peer of station.links.peers) station.say(peer, 'too early');
  return station;
}

test('a link that was down for long is made again quickly when it breaks the next time', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const waits: number[] = [];
  const clock = {
    ...fastClock,
    after(ms: number, action: () => void) {
      waits.push(ms);
      return fastClock.after(ms, action);
    },
  };
  const a = await open(t, 'a', addresses, { clock });
  await until('it waits longer', () => waits.some((ms) => ms >= 800 && ms <= 2000));
  const b = await openStation('b', addresses);
  await until('connected', () => a.told.includes('connected b'));
  waits.length = 0;
  await b.links.close();
  await until('it is noticed', () => waits.length > 0);
  assert.ok(Math.min(...waits) <= 50, `${waits}`);
});

test('peers are no strangers: however often they call, there is room for others', async (t) => {
  const addresses = await freeAddresses('a', 'b', 'c');
  const a = await open(t, 'a', addresses);
  for (let count = 0; count < 2 * maxStrangers; count++) {
    const caller = new Stranger(addresses['a'] ?? '');
    t.after(() => caller.socket.destroy());
    caller.hello({ life: 'one' });
    await until('it is welcome', () => caller.frames[0]?.kind === 'welcome' || caller.isClosed);
  }
  assert.deepEqual(
    a.told.filter((line) => line.startsWith('turned away')),
    [],
  );
});

test('a caller that has vanished without a word is given up', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  await open(t, 'a', addresses);
  const caller = new Stranger(addresses['a'] ?? '');
  caller.hello();
  await until('it is welcome', () => caller.frames[0]?.kind === 'welcome');
  await until('its connection is closed', () => caller.isClosed);
});

test('a node that has closed calls nobody who is added later', async () => {
  const { a: atA = '', c: atC = '' } = await freeAddresses('a', 'c');
  const a = await openStation('a', { a: atA });
  await a.links.close();
  a.network.addNode('c', atC);
  assert.deepEqual([a.told, a.links.peers], [[], []]);
});

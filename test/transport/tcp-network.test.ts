/** A network over TCP: who may talk to whom, what is lost, and that nothing arrives twice. */

import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { frame, frameHeader } from '../../src/transport/tcp/frames.ts';
import { parseAddress } from '../../src/transport/tcp/hello.ts';
import { maxStrangers } from '../../src/transport/tcp/options.ts';
import { TcpNetwork } from '../../src/transport/tcp-network.ts';
import { foreign, own } from './certificates.ts';
import {
  addressOf,
  freeAddresses,
  listening,
  openStation,
  type Station,
  type StationOptions,
  Stranger,
  stoppedClock,
  until,
} from './tcp-world.ts';

type Addresses = { readonly [node: string]: string };

async function open(
  t: TestContext,
  id: string,
  addresses: Addresses,
  options: StationOptions = {},
): Promise<Station> {
  const station = await openStation(id, addresses, options);
  t.after(() => station.links.close());
  return station;
}

async function pair(t: TestContext): Promise<{ a: Station; b: Station; addresses: Addresses }> {
  const addresses = await freeAddresses('a', 'b');
  const [a, b] = await Promise.all([open(t, 'a', addresses), open(t, 'b', addresses)]);
  await until('both are connected', () =>
    [a, b].every(({ told }) => told.some((line) => line.startsWith('connected'))),
  );
  return { a, b, addresses };
}

test('messages go both ways, in order, whole, of any size', async (t) => {
  const { a, b } = await pair(t);
  const texts = ['', 'x', 'y'.repeat(3_000_000), '\u{1F600}'];
  for (const text of texts) a.say('b', text);
  b.say('a', 'answer');
  await until('all are there', () => b.received.length === 4 && a.received.length === 1);
  assert.deepEqual(
    b.received,
    texts.map((text) => `a: ${text}`),
  );
  assert.deepEqual(a.received, ['b: answer']);
});

test('a node that comes back is connected again, and nothing that was sent before comes then', async (t) => {
  const { a, b, addresses } = await pair(t);
  a.say('b', 'first');
  await until('it is there', () => b.received.length === 1);
  await b.links.close();
  await until('it is noticed', () => a.told.some((line) => line.startsWith('disconnected b')));
  for (let count = 0; count < 10; count++) a.say('b', `into the void ${count}`);
  a.told.length = 0;
  const again = await open(t, 'b', addresses);
  await until('it is connected', () => a.told.includes('perhaps lost to b'));
  a.say('b', 'second');
  await until('it is there', () => again.received.length > 0);
  assert.deepEqual(again.received, ['a: second']);
});

test('a node that calls is called back at once, however long the next attempt would wait', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses, { clock: stoppedClock });
  await until('it has been tried in vain', () =>
    a.told.some((line) => line.startsWith('disconnected b')),
  );
  await open(t, 'b', addresses);
  await until('it is connected', () => a.told.includes('connected b'));
});

test('nothing arrives twice, and in order, however often the connection breaks', async (t) => {
  const { a, b, addresses } = await pair(t);
  // A new caller by the name of a takes the connection away, again and again.
  let sent = 0;
  for (let round = 0; round < 5; round++) {
    for (let count = 0; count < 100; count++) a.say('b', `${sent++}`);
    const thief = new Stranger(addresses['b'] ?? '');
    thief.hello({ from: 'a', to: 'b', life: `thief ${round}` });
    await until('it is welcome', () => thief.frames.length > 0);
    thief.socket.destroy();
    await until('b has what it got', () => b.received.length > 0);
  }
  const numbers = b.received.map((line) => Number(line.slice(3)));
  assert.equal(new Set(numbers).size, numbers.length);
  assert.deepEqual(
    numbers,
    [...numbers].sort((x, y) => x - y),
  );
});

test('a process whose name another has taken is turned away, and told so', async (t) => {
  const { a, b, addresses } = await pair(t);
  const other = new Stranger(addresses['b'] ?? '');
  t.after(() => other.socket.destroy());
  other.hello({ from: 'a', to: 'b', life: 'another process' });
  await until('the first is told', () =>
    a.told.some((line) => /refused by b: another process goes by the name a/.test(line)),
  );
  assert.ok(b.told.some((line) => /turned away .*another process goes by the name a/.test(line)));
});

const unwelcome: readonly [rule: string, hello: { [field: string]: unknown }, reason: RegExp][] = [
  ['another cluster', { cluster: 'other' }, /this is the cluster "test", and not "other"/],
  ['who means another node', { to: 'c' }, /this is node a, and not c/],
  ['who is no peer', { from: 'z' }, /z is no peer of a/],
  ['the node itself', { from: 'a' }, /a is no peer of a/],
  ['another version', { version: 2 }, /the caller speaks version 2, and this node 1/],
  ['another protocol', { protocol: 'http' }, /does not speak this protocol/],
  ['who has no name', { from: 7 }, /lacks a name/],
  ['who may have forgotten', { isDurable: undefined }, /whether its node keeps what it promises/],
];

for (const [rule, hello, reason] of unwelcome) {
  test(`turned away, and told why: ${rule}`, async (t) => {
    const addresses = await freeAddresses('a', 'b');
    const a = await open(t, 'a', addresses);
    const stranger = new Stranger(addresses['a'] ?? '');
    stranger.hello(hello);
    await until('the connection is closed', () => stranger.isClosed);
    assert.match(stranger.refusal ?? '', reason);
    const where = /\(a caller from 127\.0\.0\.1 port [0-9]+\)$/;
    const told = a.told.filter((line) => line.startsWith('turned away'));
    assert.ok(told.some((line) => reason.test(line) && where.test(line)));
    assert.doesNotMatch(stranger.refusal ?? '', where);
  });
}

test('two nodes of different clusters do not hear each other', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses);
  const b = await open(t, 'b', addresses, { cluster: 'other' });
  await until('both know', () =>
    [a, b].every(({ told }) => told.some((line) => line.startsWith('refused by'))),
  );
  a.say('b', 'hello');
  b.say('a', 'hello');
  assert.deepEqual([a.received, b.received], [[], []]);
});

const malformed: readonly [rule: string, bytes: Uint8Array, reason: RegExp][] = [
  ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n'), /no frame/],
  ['a frame that is too long', frameHeader('message', 2 ** 31), /is the limit/],
  ['a welcome', frame('welcome'), /a welcome from a caller/],
  ['a second hello', frame('hello', Buffer.from('{}')), /a hello from a caller/],
];

for (const [rule, bytes, reason] of malformed) {
  test(`a peer that sends ${rule} is cut off, and the others are not`, async (t) => {
    const addresses = await freeAddresses('a', 'b', 'c');
    const a = await open(t, 'a', addresses);
    const c = await open(t, 'c', addresses);
    const stranger = new Stranger(addresses['a'] ?? '');
    stranger.hello();
    await until('it is welcome', () => stranger.frames.length > 0);
    stranger.socket.write(bytes);
    await until('the connection is closed', () => stranger.isClosed);
    assert.match(stranger.refusal ?? '', reason);
    assert.ok(a.told.some((line) => line.startsWith('turned away b') && reason.test(line)));
    await until('c is connected', () => c.told.includes('connected a'));
    c.say('a', 'still here');
    await until('it is heard', () => a.received.includes('c: still here'));
  });
}

test('before a hello nobody is listened to, and long hellos are refused', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses);
  const [early, long] = [new Stranger(addresses['a'] ?? ''), new Stranger(addresses['a'] ?? '')];
  early.socket.write(frame('message', Buffer.from('x')));
  long.hello({ life: 'x'.repeat(70_000) });
  await until('both are cut off', () => early.isClosed && long.isClosed);
  assert.match(early.refusal ?? '', /a message before a hello/);
  assert.match(long.refusal ?? '', /65536 is the limit/);
  assert.deepEqual(a.received, []);
});

test('callers that say nothing are turned away, and do not fill the house', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses);
  const silent = Array.from({ length: maxStrangers + 1 }, () => new Stranger(addresses['a'] ?? ''));
  await until('one is too many', () =>
    a.told.some((line) => /64 callers have not said/.test(line)),
  );
  await until('all are gone', () => silent.every(({ isClosed }) => isClosed));
  const b = await open(t, 'b', addresses);
  await until('a peer is welcome', () => b.told.includes('connected a'));
});

/** A node that lets itself be called, and does nothing else: it may not even read. */
async function deafNode(t: TestContext, port = 0): Promise<{ address: string; calls: Socket[] }> {
  const calls: Socket[] = [];
  const server = createServer((socket) => {
    calls.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.pause();
      socket.write(frame('welcome'));
    });
  });
  await listening(server, port);
  t.after(() => {
    for (const socket of calls) socket.destroy();
    server.close();
  });
  return { address: addressOf(server), calls };
}

test('what a slow reader does not take is lost, and does not grow', async (t) => {
  const deaf = await deafNode(t);
  const addresses = { ...(await freeAddresses('a')), b: deaf.address };
  const limits = { maxMessageBytes: 100_000, maxWaitingBytes: 1_000_000 };
  const a = await open(t, 'a', addresses, limits);
  await until('it is connected', () => a.told.includes('connected b'));
  for (let count = 0; count < 500; count++) a.say('b', 'x'.repeat(100_000));
  const lost = a.told.filter((line) => line === 'lost to b: waiting').length;
  assert.ok(lost > 300, `${lost} of 500 were lost`);
});

test('a message that no peer would take is dropped where it is made', async (t) => {
  const addresses = await freeAddresses('a', 'b');
  const a = await open(t, 'a', addresses, { maxMessageBytes: 100 });
  const b = await open(t, 'b', addresses, { maxMessageBytes: 100 });
  await until('connected', () => a.told.includes('connected b'));
  a.say('b', 'x'.repeat(101));
  a.say('b', 'x'.repeat(100));
  await until('the other is there', () => b.received.length === 1);
  assert.ok(a.told.includes('lost to b: tooLong'));
});

test('a connection whose other end has vanished is noticed, and made again', async (t) => {
  const deaf = await deafNode(t);
  const addresses = { ...(await freeAddresses('a')), b: deaf.address };
  const a = await open(t, 'a', addresses);
  await until('it is connected', () => a.told.includes('connected b'));
  await until('it is noticed', () =>
    a.told.some((line) => /disconnected b: no answer for [0-9]+ ms/.test(line)),
  );
  await until('it calls again', () => deaf.calls.length > 1);
});

test('a connection over which nothing is said stays', async (t) => {
  const { a, b } = await pair(t);
  a.told.length = 0;
  b.told.length = 0;
  // Ten seconds of the fast clock: many times as long as silence is borne.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.deepEqual([a.told, b.told], [[], []]);
});

test('a node that is added later is called, and may call', async (t) => {
  const all = await freeAddresses('a', 'b', 'c');
  const { a: atA = '', b: atB = '', c: atC = '' } = all;
  const a = await open(t, 'a', { a: atA, b: atB });
  const c = await open(t, 'c', all);
  await until('c is no peer yet', () => c.told.some((line) => /c is no peer of a/.test(line)));
  a.network.addNode('c', atC);
  a.network.addNode('c', atC);
  assert.deepEqual(
    a.told.filter((line) => line.startsWith('added')),
    ['added c'],
  );
  await until('both are connected', () =>
    [a.told.includes('connected c'), c.told.includes('connected a')].every(Boolean),
  );
  assert.throws(() => a.network.addNode('c', atB), /c is at .*; to move it/);
});

test('an address that is taken, or is none, is said so', async (t) => {
  const { addresses } = await pair(t);
  await assert.rejects(
    openStation('a', addresses),
    /cannot listen at 127\.0\.0\.1:[0-9]+: .*EADDRINUSE/,
  );
  await assert.rejects(openStation('z', addresses), /addresses has no z, which is this node/);
  for (const address of ['localhost', ':80', 'a:b', 'x:70000', '1::2:80', '[host]:80', 'a b:80']) {
    assert.throws(
      () => new TcpNetwork({ addresses: { a: address } }),
      /an address is host:port, .*and addresses\.a is/,
    );
  }
  assert.deepEqual(parseAddress('[::1]:80'), { host: '::1', port: 80 });
  assert.deepEqual(parseAddress('node-1.example:7000'), { host: 'node-1.example', port: 7000 });
});

test('closing leaves nothing open, also while peers are not there', async () => {
  const addresses = await freeAddresses('a', 'b', 'c');
  const [a, b] = await Promise.all([openStation('a', addresses), openStation('b', addresses)]);
  await until('connected', () => a.told.includes('connected b') && b.told.includes('connected a'));
  await Promise.all([a.links.close(), b.links.close()]);
  const after = a.told.length;
  a.say('b', 'nobody hears this');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(a.told.length, after, 'nothing is tried any more');
});

test('with tls, only who has a certificate of the authority is heard', async (t) => {
  const addresses = await freeAddresses('a', 'b', 'c', 'd');
  const tls = { ...own, ca: own.cert };
  const a = await open(t, 'a', addresses, { tls });
  const b = await open(t, 'b', addresses, { tls });
  const c = await open(t, 'c', addresses, { tls: { ...foreign, ca: own.cert } });
  const d = await open(t, 'd', addresses);
  await until('a and b are connected', () =>
    [a.told.includes('connected b'), b.told.includes('connected a')].every(Boolean),
  );
  a.say('b', 'in private');
  await until('it is heard', () => b.received.length === 1);
  await until('the others get nowhere', () =>
    [c, d].every(({ told }) => told.some((line) => line.startsWith('disconnected a'))),
  );
  assert.ok([c, d].every(({ told }) => !told.includes('connected a')));
  assert.ok(!a.told.some((line) => /connected [cd]$/.test(line)));
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Registry } from '../../src/metrics/registry.ts';
import { connectTo, exchange, parse, readToEnd, request } from './raw-http.ts';
import { serve } from './serving.ts';

const getLivez = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';

const lastLivez = getLivez.replace('Host', 'Connection: close\r\nHost');

/** Asks until somebody is served. */
async function untilServed(port: number): Promise<void> {
  while ((await exchange(port, lastLivez)) === '') await wait(20);
}

/** Only the named time-out is short, so that nothing else can be what cuts a client off. */
function hasty(timeout: 'requestTimeoutMs' | 'keepAliveTimeoutMs' | 'idleTimeoutMs') {
  const patient = { requestTimeoutMs: 60_000, keepAliveTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
  return { ...patient, [timeout]: 100 };
}

test('a client that sends its headers a line at a time is told so and cut off', async (t) => {
  const { port } = await serve(t, { limits: hasty('requestTimeoutMs') });
  const socket = await connectTo(port);
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n');
  const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 10);
  const answer = await readToEnd(socket);
  clearInterval(drip);
  assert.equal(parse(answer).status, 408);
});

test('a client that says nothing at all is cut off, by either time-out', async (t) => {
  for (const timeout of ['requestTimeoutMs', 'idleTimeoutMs'] as const) {
    const { port } = await serve(t, { limits: hasty(timeout) });
    await readToEnd(await connectTo(port));
  }
});

test('a client that keeps its connection is served again, until it pauses too long', async (t) => {
  const { port } = await serve(t, { limits: hasty('keepAliveTimeoutMs') });
  const socket = await connectTo(port);
  socket.write(getLivez);
  await once(socket, 'readable');
  socket.write(getLivez);
  const answers = await readToEnd(socket);
  assert.equal(answers.match(/200 OK/g)?.length, 2);
});

test('a client is told for how long its connection is kept', async (t) => {
  const { port } = await serve(t, { limits: { keepAliveTimeoutMs: 42_000 } });
  const socket = await connectTo(port);
  socket.write(getLivez);
  const [response] = (await once(socket, 'data')) as [Buffer];
  assert.match(parse(String(response)).headers.get('keep-alive') ?? '', /^timeout=42\b/);
});

/** A scrape of more than a socket buffers. */
function largeRegistry(): Registry {
  const registry = new Registry();
  registry.gauge({ name: 'kv_keys', help: 'more than a socket buffers '.repeat(1e6) });
  return registry;
}

test('a client that does not read its response is cut off', { timeout: 20_000 }, async (t) => {
  const { port } = await serve(t, { registry: largeRegistry(), limits: hasty('idleTimeoutMs') });
  const socket = await connectTo(port);
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  // It learns of it when it says something to a connection that is no more.
  const knock = setInterval(() => socket.write('x'), 300);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(knock);
});

test('who asks for more than it reads is cut off, and costs one response', async (t) => {
  const { port } = await serve(t, { registry: largeRegistry() });
  const socket = await connectTo(port);
  const before = process.memoryUsage().rss;
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(200));
  const answers = await readToEnd(socket);
  assert.ok(answers.length < 28e6, `${answers.length} bytes of responses of 27 MB`);
  const grownMb = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grownMb < 600, `${grownMb} MB, where 200 responses are 5,400`);
});

test('requests that come at once are answered in turn, as long as they are read', async (t) => {
  const { port } = await serve(t);
  const answers = await exchange(port, getLivez.repeat(60) + lastLivez);
  assert.equal(answers.match(/200 OK/g)?.length, 61);
});

test('a flood of requests is cut off, and who asks beside it is answered', {
  timeout: 20_000,
}, async (t) => {
  const { port } = await serve(t, { limits: { requestsPerSecondMax: 50 } });
  const scraper = await connectTo(port);
  for (let flood = 0; flood < 5; flood++) {
    const answers = await exchange(port, getLivez.repeat(900));
    assert.ok((answers.match(/200 OK/g)?.length ?? 0) <= 110, 'those of two seconds at most');
  }
  scraper.write(getLivez);
  const [answer] = (await once(scraper, 'data')) as [Buffer];
  assert.equal(parse(String(answer)).status, 200, 'who has hardly asked');
});

test('a flood of connections is turned away, and who comes when it is over is served', {
  timeout: 20_000,
}, async (t) => {
  const { port } = await serve(t, { limits: { connectionsPerSecondMax: 10 } });
  const held = await connectTo(port);
  const answers = await Promise.all(Array.from({ length: 200 }, () => exchange(port, lastLivez)));
  const served = answers.filter((answer) => answer !== '').length;
  assert.ok(served < 100, `${served} of 200 were served`);
  await untilServed(port);
  held.destroy();
});

test('a flood of scrapes costs the collecting of a few', async (t) => {
  const registry = new Registry();
  let collected = 0;
  registry.collectGauge({ name: 'kv_keys', help: 'Keys.' }, () => ++collected);
  const { port } = await serve(t, { registry });
  const scrape = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
  const last = scrape.replace('Host', 'Connection: close\r\nHost');
  const startMs = performance.now();
  const answers = await exchange(port, scrape.repeat(60) + last);
  const seconds = Math.ceil((performance.now() - startMs) / 1000);
  assert.equal(answers.match(/\nkv_keys \d+\n/g)?.length, 61);
  assert.ok(collected <= 20 * (seconds + 1), `collected ${collected} times in ${seconds} s`);
});

test('with a connection too many, the one that was silent for longest makes way', async (t) => {
  const { port } = await serve(t, { limits: { connectionsMax: 3 } });
  const [first, second, third] = [
    await connectTo(port),
    await connectTo(port),
    await connectTo(port),
  ];
  for (const socket of [first, second, third, first]) {
    socket.write(getLivez);
    await once(socket, 'data');
  }
  const others = [second, third].map(readToEnd);
  for (let count = 0; count < 2; count++) {
    const newcomer = await connectTo(port);
    newcomer.write(getLivez);
    await once(newcomer, 'data');
  }
  await Promise.all(others);
  assert.equal(first.closed, false, 'it has asked since');
});

test('who has asked nothing yet makes way for whoever has', async (t) => {
  const { port } = await serve(t, { limits: { connectionsMax: 3 } });
  const scraper = await connectTo(port);
  scraper.write(getLivez);
  await once(scraper, 'data');
  for (let count = 0; count < 20; count++) await connectTo(port);
  scraper.write(getLivez);
  await once(scraper, 'data');
  assert.equal(scraper.closed, false);
});

test('clients that hold all connections keep nobody out', async (t) => {
  const { port } = await serve(t, { limits: { connectionsMax: 8 } });
  const held = await Promise.all(Array.from({ length: 50 }, () => connectTo(port)));
  for (const socket of held) socket.write('GET /livez HTTP/1.1\r\nHost: ');
  assert.equal((await request(port, 'GET', '/livez')).status, 200);
  for (const socket of held) socket.destroy();
});

test('thousands of connections one after the other leave nothing behind', {
  timeout: 20_000,
}, async (t) => {
  const { port, logged } = await serve(t);
  for (let count = 0; count < 2_000; count++) {
    const socket = await connectTo(port);
    if (count % 4 === 0) socket.write(getLivez);
    if (count % 2 === 0) socket.resetAndDestroy();
    else socket.end();
  }
  await untilServed(port);
  assert.deepEqual(logged, []);
});

test('a client that says it is done, and waits, is answered and let go', async (t) => {
  const { port } = await serve(t);
  const socket = await connectTo(port);
  socket.end(getLivez); // half closed: it reads on
  assert.equal(parse(await readToEnd(socket)).body, 'ok\n');
  const halfway = await connectTo(port);
  halfway.end('GET /livez HTTP/1.1\r\nHost:');
  assert.match(await readToEnd(halfway), /^(HTTP\/1\.1 400 |$)/);
});

test('a connection is good for so many requests, and cut off at the next', async (t) => {
  const { port } = await serve(t, { limits: { requestsPerConnectionMax: 2 } });
  const socket = await connectTo(port);
  socket.write(getLivez);
  const [first] = (await once(socket, 'data')) as [Buffer];
  assert.equal(parse(String(first)).headers.get('connection'), 'keep-alive');
  socket.write(getLivez);
  const [second] = (await once(socket, 'data')) as [Buffer];
  assert.equal(parse(String(second)).headers.get('connection'), 'close');
  socket.write(getLivez);
  assert.equal(await readToEnd(socket), '');
  assert.equal((await exchange(port, getLivez.repeat(50))).match(/503/g), null, 'all at once');
});

test('headers beyond the limit are refused', async (t) => {
  const { port } = await serve(t, { limits: { headerBytesMax: 2_000 } });
  const padded = (length: number) =>
    exchange(
      port,
      `GET /livez HTTP/1.1\r\nConnection: close\r\nHost: ${'x'.repeat(length)}\r\n\r\n`,
    );
  assert.equal(parse(await padded(1_500)).status, 200);
  assert.equal(parse(await padded(2_500)).status, 431);
  assert.equal((await request(port, 'GET', `/livez?${'x'.repeat(2_500)}`)).status, 431);
});

test('garbage is refused, or answered with nothing, and the next client is served', async (t) => {
  const { port, logged } = await serve(t);
  const garbage: readonly (string | Buffer)[] = [
    'hello\r\n\r\n',
    'GET /livez HTTP/9.9\r\n\r\n',
    'GET /livez\r\n', // as HTTP/0.9 had it
    `GET /${'x'.repeat(100_000)}`,
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\r\n'.repeat(100_000),
    'GET http://else\u0000where/livez HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n',
    'GET /li vez HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /livez HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n',
    'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    Buffer.from('16030102000100', 'hex'), // the beginning of a TLS handshake
    Buffer.alloc(1_000_000, 0xff),
  ];
  for (const bytes of garbage) {
    const answer = await exchange(port, bytes);
    assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/, String(bytes).slice(0, 40));
  }
  assert.equal((await request(port, 'GET', '/livez')).status, 200);
  assert.deepEqual(logged, [], 'outsiders cannot fill the log');
});

test('clients that hang up at any moment do no harm', async (t) => {
  const { port, logged } = await serve(t);
  for (let sent = 0; sent <= getLivez.length; sent++) {
    const socket = await connectTo(port);
    socket.write(getLivez.repeat(3).slice(0, 2 * getLivez.length + sent));
    if (sent % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  }
  assert.equal((await request(port, 'GET', '/livez')).status, 200);
  assert.deepEqual(logged, []);
});

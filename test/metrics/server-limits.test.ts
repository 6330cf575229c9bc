import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Registry } from '../../src/metrics/registry.ts';
import { connectTo, exchange, parse, readToEnd, request } from './raw-http.ts';
import { serve } from './serving.ts';

const getLivez = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';

/** Only the named time-out is short, so that nothing else can be what cuts a client off. */
function hasty(timeout: 'requestTimeoutMs' | 'keepAliveTimeoutMs' | 'idleTimeoutMs') {
  const patient = { requestTimeoutMs: 60_000, keepAliveTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
  return { ...patient, [timeout]: 100 };
}

/** Asks until a connection is accepted and answered. */
async function untilServed(port: number): Promise<void> {
  while ((await exchange(port, getLivez.replace('Host', 'Connection: close\r\nHost'))) === '') {
    await setImmediate();
  }
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

test('a client that does not read its response is cut off', async (t) => {
  const registry = new Registry();
  registry.gauge({ name: 'kv_keys', help: 'more than a socket buffers '.repeat(1e6) });
  const limits = { ...hasty('idleTimeoutMs'), connectionsMax: 1 };
  const { port } = await serve(t, { registry, limits });
  const socket = await connectTo(port);
  t.after(() => socket.destroy());
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  assert.equal(await exchange(port, getLivez), '', 'the only place is taken');
  await untilServed(port);
});

test('connections beyond the limit are closed at once, and a place that is freed is used', async (t) => {
  const { port } = await serve(t, { limits: { connectionsMax: 3 } });
  const held = await Promise.all([connectTo(port), connectTo(port), connectTo(port)]);
  for (const socket of held) {
    socket.write(getLivez);
    await once(socket, 'readable');
  }
  const refused = await Promise.all(Array.from({ length: 40 }, () => exchange(port, getLivez)));
  assert.deepEqual(new Set(refused), new Set(['']));
  held[0]?.destroy();
  await untilServed(port);
  for (const socket of held) socket.destroy();
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

test('garbage is answered with 400 or nothing, and the next client is served', async (t) => {
  const { port, logged } = await serve(t);
  const garbage: readonly (string | Buffer)[] = [
    'hello\r\n\r\n',
    'GET /livez HTTP/9.9\r\n\r\n',
    'GET /li vez HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /livez HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n',
    'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    Buffer.from('16030102000100', 'hex'), // the beginning of a TLS handshake
    Buffer.alloc(1_000_000, 0xff),
  ];
  for (const bytes of garbage) {
    const answer = await exchange(port, bytes);
    assert.match(answer, /^(HTTP\/1\.1 400 |$)/, String(bytes).slice(0, 40));
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

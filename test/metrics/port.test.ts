import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { bindNear } from '../../src/metrics/port.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { serveMetrics } from '../../src/metrics/server.ts';
import { connectTo, readToEnd, request } from './raw-http.ts';
import { serve } from './serving.ts';

/** A port that somebody else listens on. */
async function takenPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A port that was free a moment ago. */
async function freePort(t: TestContext): Promise<number> {
  const server = await serve(t);
  await server.close();
  return server.port;
}

test('a node listens on the base port plus its position', async (t) => {
  const wanted = await freePort(t);
  const { port, logged } = await serve(t, { basePort: wanted - 3, position: 3 });
  assert.equal(port, wanted);
  assert.deepEqual(logged, []);
  assert.equal((await request(port, 'GET', '/livez')).status, 200);
});

test('a port that is taken gives way to a free one, and the log says so', async (t) => {
  const taken = await takenPort(t);
  const { port, logged } = await serve(t, { basePort: taken - 1, position: 1 });
  assert.notEqual(port, taken);
  assert.equal((await request(port, 'GET', '/livez')).status, 200);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', new RegExp(`127.0.0.1:${taken} .*EADDRINUSE.* port ${port}$`));
});

test('a port that does not exist gives way to a free one', async (t) => {
  for (const [basePort, position] of [
    [65_535, 1],
    [-5, 1],
    [9_000.5, 0],
    [Number.NaN, 0],
  ] as const) {
    const { port, logged } = await serve(t, { basePort, position });
    assert.equal((await request(port, 'GET', '/livez')).status, 200);
    assert.match(logged[0] ?? '', new RegExp(`:${basePort + position} .* port ${port}$`));
  }
});

test('a host that cannot be bound costs the metrics, not the node', async () => {
  const logged: string[] = [];
  const server = await serveMetrics({
    registry: new Registry(),
    basePort: 0,
    position: 0,
    host: '203.0.113.1', // reserved for documentation: no machine has it
    log: (line) => logged.push(line),
  });
  assert.equal(server, null);
  assert.equal(logged.length, 1);
  assert.match(logged[0] ?? '', /cannot listen on 203\.0\.113\.1 at all .*EADDRNOTAVAIL/);
});

test('base port 0 is any free port, whatever the position', async (t) => {
  const { port, logged } = await serve(t, { basePort: 0, position: 7 });
  assert.ok(port > 7);
  assert.deepEqual(logged, []);
});

test('a connection that cannot be accepted is a line in the log', async (t) => {
  const server = createServer();
  t.after(() => server.close());
  const logged: string[] = [];
  const place = { basePort: 0, position: 0, host: '127.0.0.1' };
  await bindNear(server, place, (line) => logged.push(line));
  server.emit('error', new Error('accept ENOBUFS'));
  assert.deepEqual(logged, ['metrics: accept ENOBUFS']);
});

const timeout = 10_000; // milliseconds; longer, and it was not the closing that cut the client

test('a server that is closed cuts its clients, frees its port, and may be closed again', {
  timeout,
}, async (t) => {
  const limits = { requestTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
  const first = await serve(t, { limits });
  const halfway = await connectTo(first.port);
  halfway.write('GET /livez HTTP/1.1\r\n');
  const cut = readToEnd(halfway);
  await request(first.port, 'GET', '/livez'); // so that the other one has been accepted, too
  await first.close();
  await first.close();
  assert.equal(await cut, '');
  const second = await serve(t, { basePort: first.port });
  assert.equal(second.port, first.port);
});

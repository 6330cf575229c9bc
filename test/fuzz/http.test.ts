/**
 * Requests to the metrics server: cut anywhere and spoilt anywhere, they are answered or cut off,
 * and the next one is answered.
 */

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Registry } from '../../src/metrics/registry.ts';
import { serveMetrics } from '../../src/metrics/server.ts';
import { nextInteger, type Random } from '../../src/raft/index.ts';
import { connectTo, parse, readToEnd, request } from '../metrics/raw-http.ts';
import { happens, pick, several, someText } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateBytes, splitBytes } from './mutators.ts';

const registry = new Registry();
registry.counter({ name: 'kv_reads_total', help: 'Reads.' }).inc(7);
const logged: string[] = [];
const server = await serveMetrics({
  registry,
  readyz: [{ name: 'leader', check: () => ({ ok: false, reason: 'no leader' }) }],
  basePort: 0,
  position: 0,
  log: (line) => logged.push(line),
  limits: { connectionsPerSecondMax: Infinity, requestsPerSecondMax: Infinity },
});
assert.ok(server !== null);
const { port } = server;
after(() => server.close());

/** What a GET of these is answered with. */
const statuses = {
  '/metrics': 200,
  '/livez': 200,
  '/livez?verbose&exclude=': 200,
  '/readyz': 503,
  '/readyz?exclude=leader': 200,
  '/readyz/leader': 503,
  '/ready?exclude=a&exclude=%6ceader': 200,
  '/health': 503,
  'http://else/metrics': 200,
  '/%6detrics': 200,
  '/metrics/': 404,
  '//metrics': 404,
  '/livez/../metrics': 200,
  '/livez/leader': 404,
  '/__proto__': 404,
  '/constructor': 404,
  '/readyz/toString': 404,
  '/': 404,
  '/%': 400,
  '/%ff': 400,
  '*': 400,
  'https://else/metrics': 400,
} as const;

type Path = keyof typeof statuses;
const targets = Object.keys(statuses) as Path[];

function statusOf(method: string, target: Path): number {
  const status = statuses[target];
  const isThere = status !== 404 && status !== 400;
  return isThere && method !== 'GET' && method !== 'HEAD' ? 405 : status;
}

/** The status that such a request must get; null for one that is of another form. */
function expectedStatus(bytes: Buffer): number | null {
  const form =
    /^(\S+) (\S+) HTTP\/1\.1\r\nHost: localhost\r\n(?:X-\d: \P{Cc}*\r\n)*Connection: close\r\n\r\n$/u;
  const [, method = '', target = ''] = form.exec(bytes.toString('latin1')) ?? [];
  const isKnown = methods.includes(method) && Object.hasOwn(statuses, target);
  return isKnown ? statusOf(method, target as Path) : null;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'DELETE', 'TRACE'];

/** A request in chunks. */
function someChunks(random: Random): Buffer[] {
  const method = pick(random, 'GET', ...methods);
  const target = pick(random, ...targets);
  const headers = several(
    random,
    4,
    () => `X-${nextInteger(random, 0, 9)}: ${pick(random, ...plain)}`,
  );
  const close = 'Connection: close';
  const head = ['Host: localhost', ...headers, close].join('\r\n');
  const valid = Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n\r\n`);
  if (happens(random, 0.4)) return splitBytes(random, valid);
  const odd = several(random, 3, () => pick(random, ...oddHeaders, `X: ${someText(random)}`));
  const line = `${pick(random, method, ...oddMethods)} ${pick(random, target, ...oddTargets)}`;
  const version = pick(random, 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'http/1.1', '');
  const body = pick(random, '', 'hello', '5\r\nhello\r\n0\r\n\r\n', 'fffffffff\r\n');
  const text = [`${line} ${version}`, 'Host: localhost', ...odd, close, '', body].join('\r\n');
  const bytes = Buffer.from(text, happens(random, 0.5) ? 'utf8' : 'latin1');
  const spoilt = happens(random, 0.7) ? mutateBytes(random, bytes) : bytes;
  const sent = happens(random, 0.1) ? Buffer.concat([spoilt, spoilt, valid]) : spoilt;
  return splitBytes(random, sent).slice(0, 60);
}

const plain = ['', 'x', 'a, b;c="d"', 'é', ' \t', 'x'.repeat(500)];

const oddHeaders = [
  ...['Content-Length: 5', 'Content-Length: -1', 'Content-Length: 99999999999999999999'],
  ...['Content-Length: 0', 'Content-Length: 5, 6', 'Transfer-Encoding: chunked', 'Expect: more'],
  ...['Transfer-Encoding: chunked, gzip', 'Expect: 100-continue', 'Upgrade: websocket', 'Host: x'],
  ...['Connection: upgrade', 'Connection: keep-alive', ' folded', 'no colon', ': no name', 'é: x'],
  ...[`X: ${'x'.repeat(9000)}`, 'Cookie: \u0000', 'X: \r y', 'X: 1\nY: 2'],
  'A: b\r\n'.repeat(2500).trim(),
];

const oddMethods = ['get', 'PRI', 'CONNECT', 'GE T', '', 'M-SEARCH', 'G\u0000T', 'QUERY'];
const oddTargets = [
  '',
  ' ',
  '/\u0000',
  '/é',
  `/${'x'.repeat(9000)}`,
  'http://',
  'http://[',
  '/a#b',
];

/** Sends the chunks, each on its own, and then nothing more; returns what comes back. */
async function exchange(chunks: readonly Uint8Array[]): Promise<string> {
  const socket = await connectTo(port);
  socket.setNoDelay(true);
  const answer = readToEnd(socket);
  for (const chunk of chunks) {
    socket.write(chunk);
    await setImmediate();
  }
  socket.end();
  return answer;
}

fuzz<Uint8Array[]>({
  name: 'the metrics server answers, or cuts off, and serves on',
  file: import.meta.url,
  seeds: 250,
  generate: someChunks,
  async check(chunks) {
    const expected = expectedStatus(Buffer.concat(chunks));
    const answer = await exchange(chunks);
    if (expected !== null) assert.equal(parse(answer).status, expected, 'another status');
    const { headers, body } = parse(answer);
    const length = Number(headers.get('content-length'));
    const isHead = Buffer.concat(chunks).toString().startsWith('HEAD');
    if (expected !== null && !isHead) {
      assert.equal(Buffer.byteLength(body), length, 'another length than it says');
    }
    // Whoever is cut off may not see why; whoever is answered, sees a whole answer.
    if (answer !== '') assert.match(answer, /^HTTP\/1\.1 [1-5]\d\d .*\r\n/, 'an answer of no form');
    assert.notEqual(parse(answer).status, 500, 'it failed');
    const next = await request(port, 'GET', '/metrics');
    assert.equal(next.status, 200, 'the next is not answered');
    assert.match(next.body, /\nkv_reads_total 7\n/, 'the next is answered with something else');
    assert.deepEqual(logged, [], 'something went wrong');
  },
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HealthCheck } from '../../src/metrics/health.ts';
import { Registry } from '../../src/metrics/registry.ts';
import { serveMetrics } from '../../src/metrics/server.ts';
import { exchange, parse, request } from './raw-http.ts';
import { serve } from './serving.ts';

const good = (name: string): HealthCheck => ({ name, check: () => ({ ok: true }) });
const bad = (name: string, reason: string): HealthCheck => ({
  name,
  check: () => ({ ok: false, reason }),
});

test('/metrics shows what the registry holds now', async (t) => {
  const registry = new Registry();
  const reads = registry.counter({ name: 'kv_reads_total', help: 'Reads, é.' });
  const { port } = await serve(t, { registry });
  reads.inc(7);
  const { status, headers, body } = await request(port, 'GET', '/metrics');
  assert.equal(status, 200);
  assert.match(body, /^# HELP kv_reads_total Reads, é\.\n.*counter\nkv_reads_total 7\n/);
  assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('content-length'), String(Buffer.byteLength(body)));
});

test('/metrics is sent in the format that the client wants', async (t) => {
  const registry = new Registry();
  registry.counter({ name: 'kv_reads_total', help: 'Reads.' });
  const { port } = await serve(t, { registry });
  const get = async (headers: string) =>
    parse(
      await exchange(
        port,
        `GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${headers}\r\n`,
      ),
    );
  const typeFor = async (headers: string) => (await get(headers)).headers.get('content-type');
  const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const wanted = await get(
    'Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5\r\n',
  );
  assert.equal(wanted.headers.get('content-type'), openMetrics);
  assert.match(wanted.body, /^# TYPE kv_reads counter\n/);
  const older = 'text/plain; version=0.0.4; charset=utf-8';
  assert.equal(await typeFor('Accept: text/plain\r\n'), older);
  assert.equal(await typeFor(''), older);
  // Several headers of the name are one list.
  assert.equal(
    await typeFor('Accept: text/plain;q=0.5\r\nAccept: application/openmetrics-text\r\n'),
    openMetrics,
  );
});

test('HEAD answers as GET does, without the body', async (t) => {
  const { port } = await serve(t, { readyz: [bad('leader', 'no leader')] });
  for (const target of ['/metrics', '/livez', '/readyz', '/readyz/leader', '/health', '/nowhere']) {
    const get = await request(port, 'GET', target);
    const head = await request(port, 'HEAD', target);
    assert.notEqual(get.body, '');
    assert.equal(head.body, '');
    assert.equal(head.status, get.status);
    const withoutDate = ({ headers }: typeof get) =>
      [...headers].filter(([name]) => name !== 'date');
    assert.deepEqual(withoutDate(head), withoutDate(get), target);
  }
});

test('a probe without failures is ok, in two letters', async (t) => {
  const { port } = await serve(t, { readyz: [good('leader'), good('caught-up')] });
  for (const target of ['/livez', '/readyz', '/ready', '/readyz/leader', '/ready/caught-up']) {
    const { status, headers, body } = await request(port, 'GET', target);
    assert.deepEqual([status, body], [200, 'ok\n'], target);
    assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});

test('a probe that fails lists its checks, with reasons on one line each', async (t) => {
  const { port } = await serve(t, {
    livez: [good('loop')],
    readyz: [
      good('leader'),
      bad('caught-up', '12 entries\nbehind'),
      {
        name: 'store',
        check: () => {
          throw new Error('disk gone');
        },
      },
    ],
  });
  const { status, body } = await request(port, 'GET', '/readyz');
  assert.equal(status, 503);
  assert.equal(
    body,
    `[+]leader ok
[-]caught-up failed: 12 entries behind
[-]store failed: disk gone
readyz check failed
`,
  );
  assert.equal((await request(port, 'GET', '/livez')).status, 200, 'livez has its own list');
});

test('?verbose lists checks that are ok, ?exclude skips some, a path asks one', async (t) => {
  let asked = 0;
  const { port } = await serve(t, {
    readyz: [
      good('leader'),
      {
        name: 'lag',
        check: () => {
          asked++;
          return { ok: false, reason: 'behind' };
        },
      },
    ],
  });
  const get = async (target: string): Promise<readonly [number, string]> => {
    const { status, body } = await request(port, 'GET', target);
    return [status, body];
  };
  assert.deepEqual(await get('/readyz/leader?verbose'), [200, '[+]leader ok\nok\n']);
  assert.deepEqual(await get('/readyz?exclude=lag'), [200, 'ok\n']);
  assert.deepEqual(await get('/readyz?verbose&exclude=lag&exclude=leader&exclude=lagg'), [
    200,
    '[+]leader excluded: ok\n[+]lag excluded: ok\nwarning: no such check to exclude: lagg\nok\n',
  ]);
  assert.equal(asked, 0, 'an excluded check is not even asked');
  assert.deepEqual(await get('/readyz/lag'), [503, '[-]lag failed: behind\nreadyz check failed\n']);
  assert.equal(asked, 1);
});

test('/health tells both probes as JSON', async (t) => {
  const { port } = await serve(t, {
    livez: [good('loop')],
    readyz: [bad('leader', 'no "leader"')],
  });
  const { status, headers, body } = await request(port, 'GET', '/health');
  assert.equal(status, 503);
  assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
  assert.deepEqual(JSON.parse(body), {
    health: 'false',
    reason: 'readyz/leader: no "leader"',
    checks: [
      { probe: 'livez', name: 'loop', ok: true, excluded: false, reason: '' },
      { probe: 'readyz', name: 'leader', ok: false, excluded: false, reason: 'no "leader"' },
    ],
  });
  const excluded = await request(port, 'GET', '/health?exclude=leader');
  assert.equal(excluded.status, 200);
  assert.equal(JSON.parse(excluded.body).health, 'true');
});

test('the page and what it shows are there when the server has them', async (t) => {
  const { port } = await serve(t, {
    page: () => '<!doctype html><p>é',
    status: () => ({ node: 'n1', text: '</script>' }),
    readyz: [good('leader'), bad('caught-up', '7 behind')],
  });
  const page = await request(port, 'GET', '/?x');
  assert.deepEqual([page.status, page.body], [200, '<!doctype html><p>é']);
  assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  const status = await request(port, 'GET', '/status');
  assert.equal(status.status, 200, 'a node that is not ready can still say why');
  assert.deepEqual(JSON.parse(status.body), {
    node: 'n1',
    text: '</script>',
    checks: [
      { probe: 'readyz', name: 'leader', ok: true, excluded: false, reason: '' },
      { probe: 'readyz', name: 'caught-up', ok: false, excluded: false, reason: '7 behind' },
    ],
  });
  for (const target of ['/status/', '/status/x', '//', '/index.html']) {
    assert.equal((await request(port, 'GET', target)).status, 404, target);
  }
});

test('no other site may read anything, whatever it says of itself', async (t) => {
  const { port } = await serve(t, { page: () => 'page', status: () => ({}) });
  for (const target of ['/', '/status', '/metrics', '/health', '/nowhere']) {
    const said = 'Host: evil.example\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n';
    const { headers } = parse(await exchange(port, `GET ${target} HTTP/1.1\r\n${said}`));
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', target);
    const permissions = [...headers.keys()].filter((name) => name.startsWith('access-control-'));
    assert.deepEqual(permissions, []);
    assert.doesNotMatch([...headers.values()].join(), /evil/);
  }
});

test('other methods are refused, where there is something to get', async (t) => {
  const { port } = await serve(t, { page: () => 'page', status: () => ({}) });
  for (const target of ['/', '/status', '/metrics', '/livez', '/readyz', '/ready', '/health']) {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      const { status, headers } = await request(port, method, target);
      assert.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'], `${method} ${target}`);
    }
  }
  assert.equal((await request(port, 'POST', '/nowhere')).status, 404);
});

test('a path that nothing answers to is not found', async (t) => {
  const { port } = await serve(t, { readyz: [good('leader')] });
  const nowhere = ['/', '/metricsx', '/metrics/', '/metrics/x', '/readyz/', '/readyz/nobody'];
  const odd = ['//metrics', '/readyz/leader/x', '/health/x', '/__proto__', '/livez/leader', '/%00'];
  for (const target of [...nowhere, ...odd]) {
    const { status, headers } = await request(port, 'GET', target);
    assert.equal(status, 404, target);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
});

test('a target is a path or an absolute URL, and anything else is malformed', async (t) => {
  const { port } = await serve(t, { readyz: [good('leader')] });
  for (const target of ['/livez?', '/livez?a=%', 'http://elsewhere:1/livez?verbose', '/%6civez']) {
    assert.equal((await request(port, 'GET', target)).status, 200, target);
  }
  for (const target of ['/%', '/%zz', '/livez%ff', 'ftp://host/livez', 'http://:/livez', '*']) {
    assert.equal((await request(port, 'GET', target)).status, 400, target);
  }
});

test('a body is not waited for, nor read to its end', async (t) => {
  const { port } = await serve(t);
  const endless = 'Host: x\r\nContent-Length: 1000000000\r\n\r\nabc';
  assert.equal(parse(await exchange(port, `POST /metrics HTTP/1.1\r\n${endless}`)).status, 405);
  assert.equal(parse(await exchange(port, `GET /livez HTTP/1.1\r\n${endless}`)).body, 'ok\n');
  const invited = await exchange(port, `GET /livez HTTP/1.1\r\nExpect: 100-continue\r\n${endless}`);
  assert.equal(parse(invited).status, 200, 'and never with a 100 Continue first');
  const chunked = 'Host: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';
  assert.equal(parse(await exchange(port, `GET /livez HTTP/1.1\r\n${chunked}`)).body, 'ok\n');
});

test('an upgrade is declined by answering without it', async (t) => {
  const { port } = await serve(t);
  const upgrade = 'Host: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n';
  const { status, body } = parse(await exchange(port, `GET /livez HTTP/1.1\r\n${upgrade}`));
  assert.deepEqual([status, body], [200, 'ok\n']);
});

test('a request that cannot be answered costs a 500 and a line in the log', async (t) => {
  const registry = new Registry({
    onReadError: () => {
      throw new Error('the log is gone, too');
    },
  });
  registry.collectGauge({ name: 'raft_term', help: 'Term.' }, () => {
    throw new Error('gone');
  });
  const { port, logged } = await serve(t, { registry });
  const { status, body } = await request(port, 'GET', '/metrics');
  assert.deepEqual([status, body], [500, 'internal error\n']);
  assert.deepEqual(logged, [
    'metrics: a request could not be answered: Error: the log is gone, too',
  ]);
  assert.equal((await request(port, 'GET', '/livez')).status, 200);
});

test('a check whose name cannot be told apart in a URL is refused', async () => {
  const start = (...readyz: readonly HealthCheck[]) =>
    serveMetrics({ registry: new Registry(), basePort: 0, position: 0, readyz, log: () => {} });
  await assert.rejects(start(good('leader'), good('leader')), /readyz: there are two .*"leader"/);
  await assert.rejects(start(good('has leader')), /"has leader"/);
  await assert.rejects(start(good('')), /""/);
});

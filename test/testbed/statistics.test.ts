import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../src/testbed/history.ts';
import type { Operation } from '../../src/testbed/lin-kv-workload.ts';
import { renderReport } from '../../src/testbed/report.ts';
import { computeStatistics } from '../../src/testbed/statistics.ts';

const read: Operation = { f: 'read', key: 0, value: null };
const write: Operation = { f: 'write', key: 0, value: 1 };

/** 100 reads that take 1 to 100 ms, two writes that go wrong, and one partition. */
function someHistory(): History {
  const history = new History();
  history.fault(0, {
    f: 'start-partition',
    shape: 'one',
    grudge: new Map([['n0', new Set(['n1', 'n2'])]]),
  });
  for (let ms = 1; ms <= 100; ms++) {
    history.invoke(ms, 1, read);
    history.complete(2 * ms, 1, read, { type: 'ok', value: 3 });
  }
  history.invoke(300, 2, write);
  history.complete(301, 2, write, { type: 'fail', error: [11, 'no leader'] });
  history.invoke(400, 3, write);
  history.complete(1400, 3, write, { type: 'info', error: 'net-timeout' });
  history.fault(500, { f: 'stop-partition' });
  return history;
}

test('counts, quantiles of ok operations, availability and messages for each operation', () => {
  const statistics = computeStatistics(someHistory().events, {
    servers: 204,
    clients: 204,
    lost: 3,
  });
  assert.deepEqual(statistics.all, {
    invoked: 102,
    ok: 100,
    fail: 1,
    info: 1,
    latencyMs: { median: 50, p95: 95, p99: 99, max: 100 },
  });
  assert.equal(statistics.byFunction.write.latencyMs, null);
  assert.equal(statistics.byFunction.cas.invoked, 0);
  assert.equal(statistics.availability, 0.98);
  assert.equal(statistics.messages.serverMessagesPerOperation, 2);
});

test('history events are what the checker reads', () => {
  const [fault, invoke, ok] = someHistory().events;
  assert.deepEqual(fault, {
    time: 0,
    process: 'nemesis',
    type: 'info',
    f: 'start-partition',
    value: { shape: 'one', grudge: { n0: ['n1', 'n2'] } },
  });
  assert.deepEqual(invoke, {
    time: 1e6,
    process: 1,
    type: 'invoke',
    f: 'read',
    key: 0,
    value: null,
  });
  assert.deepEqual(ok, { time: 2e6, process: 1, type: 'ok', f: 'read', key: 0, value: 3 });
});

test('the report is one file that needs nothing else, and escapes what it shows', () => {
  const { events } = someHistory();
  const html = renderReport({
    title: 'lin-kv <b>',
    verdict: 'invalid',
    reasons: ['key "3" & more'],
    facts: [['node program', '/bin/<script>']],
    statistics: computeStatistics(events, { servers: 1, clients: 1, lost: 0 }),
    events,
    durationMs: 2000,
  });
  assert.doesNotMatch(html, /<script|<b>|https?:|src=|@import/);
  assert.match(html, /lin-kv &lt;b&gt;/);
  assert.match(html, /key &quot;3&quot; &amp; more/);
  const dots = [...html.matchAll(/class="dots (\w+)" d="([^"]*)"/g)].map(([, type, path]) => [
    type,
    path?.match(/M/g)?.length ?? 0,
  ]);
  assert.deepEqual(dots, [
    ['ok', 100],
    ['fail', 1],
    ['info', 1],
  ]);
  assert.equal(html.match(/class="fault"/g)?.length, 2, 'one band in each plot');
});

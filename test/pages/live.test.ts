/** The live page in a real browser: of real nodes, and of a node that says odd things. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Registry } from '../../src/metrics/registry.ts';
import { serveMetrics } from '../../src/metrics/server.ts';
import { renderLivePage } from '../../src/pages/live.ts';
import type { LiveStatus } from '../../src/pages/live-status.ts';
import { LiveCluster } from '../benchmarks/live-cluster.ts';
import { Chromium, type Page, withoutChromium } from '../browser/chromium.ts';

const skip = withoutChromium;
const timeout = 60_000;
const directory = mkdtempSync(join(tmpdir(), 'raftwright-live-page-'));
/** Most likely free; where it is not, nodes say where they are. */
const basePort = 20_000 + (process.pid % 10_000);
let browser: Chromium;
let cluster: LiveCluster;

before(async () => {
  if (skip !== false) return;
  browser = Chromium.launch();
  cluster = await LiveCluster.start({
    nodeCount: 3,
    latency: { meanMs: 0, distribution: 'constant' },
    args: ['--metrics-port', String(basePort), '--metrics-targets', directory],
  });
});

after(async () => {
  await cluster?.stop();
  await browser?.close();
  rmSync(directory, { recursive: true });
});

function urlOf(node: string): string {
  const [group] = JSON.parse(readFileSync(join(directory, `raftwright-${node}.json`), 'utf8'));
  return `http://${group.targets[0]}/`;
}

async function statusOf(node: string): Promise<LiveStatus> {
  return (await (await fetch(`${urlOf(node)}status`)).json()) as LiveStatus;
}

function someFollower(): string {
  return cluster.nodes.find((node) => node !== cluster.leader) ?? '';
}

const text = (selector: string): string => `document.querySelector('${selector}')?.textContent`;

async function opened(node: string): Promise<Page> {
  const page = await browser.open(urlOf(node));
  await page.until(`${text('h1')} === '${node}'`);
  return page;
}

test('the page shows what the node knows, and asks nobody else', { skip, timeout }, async () => {
  const { leader } = cluster;
  for (let count = 0; count < 30; count++) {
    await cluster.ask(leader, { type: 'write', key: 1, value: count });
  }
  const page = await opened(leader);
  assert.equal(await page.evaluate(text('#role')), 'leader');
  assert.match(await page.evaluate(text('#head')), /term \d+, this node leads/);
  assert.match(
    await page.evaluate(text('#explanation')),
    new RegExp(`${leader} is leader in term`),
  );
  assert.equal(await page.evaluate(`document.querySelectorAll('#checks li.failed').length`), 0);
  for (const other of cluster.nodes.filter((node) => node !== leader)) {
    assert.ok((await page.evaluate<string>(text('#marks'))).includes(other));
    assert.ok((await page.evaluate<string>(text('#figures'))).includes(other));
  }
  assert.match(await page.evaluate(text('#changes')), /a majority voted for it/);
  await page.until(`document.querySelectorAll('.plot').length >= 6`);
  const links = await page.evaluate<string[]>(
    `[...document.querySelectorAll('#nodes a')].map((link) => link.href)`,
  );
  const { members } = await statusOf(leader);
  const ports = members.map(({ port }) => String(port));
  assert.deepEqual(
    links.map((link) => new URL(link).port),
    ports,
  );
  assert.deepEqual(page.errors, []);
  const strangers = page.requests.filter(
    (url) => new URL(url).origin !== new URL(urlOf(leader)).origin,
  );
  assert.deepEqual(
    strangers.filter((url) => !url.startsWith('data:')),
    [],
  );
  await page.close();
});

test('rates appear while clients ask', { skip, timeout }, async () => {
  const page = await opened(cluster.leader);
  const stop = cluster.load(100, ['read', 'write']);
  const first = `document.querySelector('.plot strong')?.textContent`;
  await page.until(`/^[1-9]/.test(${first})`);
  stop();
  await page.until(`/^0/.test(${first})`);
  await page.close();
});

test('nothing that has not changed is touched', { skip, timeout }, async () => {
  const page = await opened(someFollower());
  const circle = `document.querySelector('#cluster circle')`;
  await page.evaluate(`void (window.kept = ${circle}, window.touched = 0,
    new MutationObserver((all) => { window.touched += all.length; })
      .observe(document.querySelector('#cluster'), { subtree: true, childList: true,
        attributes: true, characterData: true }))`);
  const asked = page.requests.length;
  while (page.requests.length < asked + 6) await page.evaluate('1');
  assert.equal(await page.evaluate(`window.kept === ${circle}`), true);
  assert.equal(await page.evaluate('window.touched'), 0);
  await page.close();
});

test('the page follows a change of leader', { skip, timeout }, async () => {
  const old = cluster.leader;
  const follower = someFollower();
  const page = await opened(follower);
  await page.until(`${text('#head')}.includes('${old} leads')`);
  cluster.isolate(old);
  const leads = `/this node leads/.test(${text('#head')}) || /n\\d leads/.test(${text('#head')})`;
  await page.until(`!${text('#head')}.includes('${old} leads') && (${leads})`);
  assert.notEqual(cluster.leader, old);
  await page.close();
  // Whoever is cut off says so on its own page.
  const lonely = await opened(old);
  await lonely.until(`${text('#head')}.includes('no leader')`);
  await lonely.until(`${text('#checks')}.includes('no leader is known')`);
  assert.deepEqual(lonely.errors, []);
  cluster.network.heal();
  await lonely.until(`${text('#head')}.includes('leads')`);
  await lonely.close();
});

test('a node that is paused has not answered since, and is there again', {
  skip,
  timeout,
}, async () => {
  const node = someFollower();
  const page = await opened(node);
  cluster.processes.pause([node]);
  await page.until(`/No answer since/.test(${text('#silence')})`);
  assert.equal(await page.evaluate(`document.querySelector('#silence').hidden`), false);
  assert.equal(await page.evaluate(text('h1')), node, 'what it said last is still there');
  cluster.processes.resumeAll();
  await page.until(`document.querySelector('#silence').hidden`);
  assert.ok(await page.evaluate(`document.querySelector('#timeline .silence') !== null`));
  await page.close();
});

test('a node that is killed is gone, and its next life follows the last', {
  skip,
  timeout,
}, async () => {
  const node = someFollower();
  const page = await opened(node);
  const { process: first } = await statusOf(node);
  cluster.processes.kill([node]);
  await page.until(`/No answer since/.test(${text('#silence')})`);
  cluster.processes.startAll();
  await page.until(`document.querySelector('#silence').hidden`);
  const { process: second } = await statusOf(node);
  assert.notEqual(first, second);
  await page.until(`${text('#head')}.includes('process ${second}')`);
  const starts = `${text('#changes')}.match(/the node was started/g).length`;
  assert.equal(await page.evaluate(starts), 2);
  await page.close();
});

test('whoever answers in the place of a node is not taken for one', {
  skip,
  timeout,
}, async (t) => {
  let says: object = { node: 'n9' };
  const server = await serveMetrics({
    registry: new Registry(),
    page: renderLivePage,
    status: () => says,
    ...{ basePort: 0, position: 0, log: () => {} },
  });
  assert.ok(server !== null);
  t.after(() => server.close());
  const page = await browser.open(`http://127.0.0.1:${server.port}/`);
  await page.until(`/has not answered yet/.test(${text('#silence')})`);
  says = await statusOf(cluster.leader);
  await page.until(`${text('h1')} === '${cluster.leader}'`);
  says = { members: 'none' };
  await page.until(`/No answer since/.test(${text('#silence')})`);
  assert.deepEqual(page.errors, []);
  await page.close();
});

const hostile = '<img src=x onerror="document.title=1">';

/** A node that says what none of ours does. */
const odd: Omit<LiveStatus, 'checks'> = {
  ...{ node: hostile, version: hostile, process: 1, nowMs: 1e12, startedMs: 1e12 - 5e6 },
  ...{ uptimeSeconds: 5000, role: 'leader', term: 12_345_678, votedFor: hostile, leader: hostile },
  ...{ transferTarget: 'n3', haltReason: null, pendingProposals: 3, pendingReads: 4 },
  electionTimeoutMs: 140,
  explanation: [hostile, `  ${'x'.repeat(400)}`],
  members: [
    { node: hostile, part: 'voter', port: 1 },
    ...Array.from({ length: 14 }, (_, n) => ({
      node: `a-rather-long-name-${n}`,
      part: (['voter', 'learner', 'outgoing', 'none'] as const)[n % 4] ?? 'none',
      port: n % 2 === 0 ? null : 9500 + n,
    })),
  ],
  marks: {
    ...{ firstIndex: 1, lastIndex: 123_456_789, lastTerm: 7, durableIndex: 123_456_000 },
    ...{ commitIndex: 123_455_000, appliedIndex: 123_000_000, snapshotIndex: 0, leaderCommit: 0 },
  },
  peers: Array.from({ length: 14 }, (_, n) => ({
    node: `a-rather-long-name-${n}`,
    mode: (['probe', 'replicate', 'snapshot'] as const)[n % 3] ?? 'probe',
    ...{ matchIndex: n * 5_000_000, nextIndex: n * 5_000_000 + 1000, inflightAppends: n },
    silentMs: n % 2 === 0 ? 100_000 : 10,
  })),
  roleChanges: Array.from({ length: 256 }, (_, n) => ({
    atMs: 1e12 - 1000 * (256 - n),
    role: (['follower', 'preCandidate', 'candidate', 'leader'] as const)[n % 4] ?? 'leader',
    ...{ term: n >> 2, leader: n % 4 === 3 ? hostile : null, reason: 'electionTimeout' as const },
  })),
  roleChangesForgotten: 1000,
};

test('whatever a node says is text, and fits', { skip, timeout }, async (t) => {
  const registry = new Registry();
  const labels = ['op', 'code'] as const;
  registry.counter({ name: 'kv_requests_total', help: 'x', labels }).labels(hostile, hostile).inc();
  let haltReason: string | null = null;
  const server = await serveMetrics({
    registry,
    page: renderLivePage,
    status: () => ({ ...odd, haltReason }),
    readyz: [{ name: 'leader', check: () => ({ ok: false, reason: hostile }) }],
    ...{ basePort: 0, position: 0, log: () => {} },
  });
  assert.ok(server !== null);
  t.after(() => server.close());
  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      const viewport = { width, height: 900, scheme };
      const page = await browser.open(`http://127.0.0.1:${server.port}/`, viewport);
      await page.until(`${text('h1')} === ${JSON.stringify(hostile)}`);
      await page.evaluate(`document.querySelectorAll('details').forEach((one) => one.open = true)`);
      await page.click('#ranges button:last-child');
      assert.equal(await page.evaluate(`document.querySelectorAll('img').length`), 0);
      assert.notEqual(await page.evaluate('document.title'), '1');
      assert.equal(await page.overflow(), 0, `${scheme}, ${width} px`);
      assert.deepEqual(page.errors, []);
      await page.close();
    }
  }
  haltReason = hostile;
  const page = await browser.open(`http://127.0.0.1:${server.port}/`);
  await page.until(`${text('#role')} === 'stopped for good'`);
  await page.close();
});

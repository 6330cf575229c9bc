/** `bin/lin-kv` as a process: what whoever starts it can see. */

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import type { LiveStatus } from '../../src/pages/live-status.ts';
import { Child, repositoryFile, run } from '../process.ts';

const bin = repositoryFile('bin/lin-kv');
const children: Child[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.process.kill('SIGKILL');
});

function message(body: object, src = 'c1'): string {
  return `${JSON.stringify({ src, dest: 'n0', body })}\n`;
}

async function start(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Child> {
  const child = new Child(bin, args, env);
  children.push(child);
  child.write(message({ type: 'init', msg_id: 1, node_id: 'n0', node_ids: ['n0'] }, 'c0'));
  await child.until(({ lines }) => lines.length > 0);
  return child;
}

test('the end of stdin ends the process quietly, after what was asked is answered', async () => {
  const child = await start();
  child.write(message({ type: 'write', msg_id: 2, key: 1, value: 2 }));
  child.process.stdin.end();
  const { status, lines } = { ...(await child.ended), lines: child.lines };
  assert.equal(status, 0);
  assert.equal(JSON.parse(lines[1] ?? '').body.type, 'write_ok');
});

test('a reader that goes away ends the process quietly', async () => {
  const child = await start();
  child.process.stdout.destroy();
  child.write(message({ type: 'read', msg_id: 2, key: 1 }));
  const { status, stderr } = await child.ended;
  assert.equal(status, 0);
  assert.doesNotMatch(stderr, /EPIPE|Error/);
});

test('whatever comes in, it neither ends nor prints anything but messages', async () => {
  const child = await start();
  child.write(`${'x'.repeat(100)}\n\n[1\n{}\nnull\n{"src":"c1"}\n`);
  child.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
  child.write(`${'['.repeat(200_000)}\n`);
  child.write(message({ type: 'write', msg_id: 5, key: 'k', value: 'x'.repeat(16_000_000) }));
  child.write(message({ type: 'appendRequest', term: -1 }, 'n0'));
  child.write(message({ type: 'magic', msg_id: 6 }));
  child.write(message({ type: 'init', msg_id: 7, node_id: 'n5', node_ids: ['n5'] }));
  child.write(message({ type: 'write', msg_id: 8, key: 'k', value: 'fine' }));
  child.process.stdin.end();
  await child.ended;
  const replies = child.lines.slice(1).map((line) => JSON.parse(line).body);
  const codes = new Map(replies.map((body) => [body.in_reply_to, body.code ?? body.type]));
  assert.deepEqual(
    codes,
    new Map<number, unknown>([
      [5, 12],
      [6, 10],
      [7, 22],
      [8, 'write_ok'],
    ]),
  );
  const logged = child.stderr.split('\n').filter((line) => line.includes('malformed line'));
  assert.equal(logged.length, 9, child.stderr);
  for (const line of logged) assert.ok(line.length < 400, 'only the beginning is logged');
});

test('metrics and health are served at the base port plus the position', async () => {
  const child = await start(['--metrics-port', '0']);
  await child.until(({ stderr }) => stderr.includes('/metrics'));
  const url = /http:\S+/.exec(child.stderr)?.[0] ?? '';
  child.write(message({ type: 'write', msg_id: 2, key: 1, value: 2 }));
  child.write('garbage\n');
  await child.until(({ lines, stderr }) => lines.length > 1 && stderr.includes('garbage'));
  const text = await (await fetch(url)).text();
  const families = text.match(/^# TYPE/gm) ?? [];
  assert.ok(families.length >= 20, `${families.length} families`);
  for (const sample of [
    'raft_is_leader 1',
    'raft_commit_index 3',
    'kv_duplicate_requests_total 0',
    'kv_keys 1',
    'kv_requests_total{op="write",code="ok"} 1',
    'kv_requests_inflight 0',
    'maelstrom_malformed_lines_total 1',
    'maelstrom_messages_received_total{type="write"} 1',
    'raft_elections_won_total 1',
  ]) {
    assert.ok(text.includes(`\n${sample}\n`), sample);
  }
  const ready = await fetch(new URL('/readyz?verbose', url));
  assert.equal(ready.status, 200);
  assert.match(await ready.text(), /\[\+\]leader ok/);
  assert.equal((await fetch(new URL('/livez', url))).status, 200);
});

test('/status tells what the live page shows, and the page is at /', async () => {
  const child = await start(['--metrics-port', '0']);
  await child.until(
    ({ stderr }) => stderr.includes('live page') && stderr.includes('leader in term'),
  );
  const [url = '', page = ''] = child.stderr.match(/http:\S+/g) ?? [];
  const status = (await (await fetch(new URL('/status', url))).json()) as LiveStatus;
  assert.deepEqual(
    [status.node, status.role, status.leader, status.haltReason],
    ['n0', 'leader', 'n0', null],
  );
  assert.deepEqual(status.members, [
    { node: 'n0', part: 'voter', port: Number(new URL(url).port) },
  ]);
  const [first, ...later] = status.roleChanges;
  assert.ok(first !== undefined);
  assert.deepEqual([first.role, first.term, first.reason], ['follower', 0, 'started']);
  assert.equal(later.at(-1)?.reason, 'electionWon');
  assert.ok(status.startedMs <= first.atMs && first.atMs <= status.nowMs);
  assert.match(status.explanation[0] ?? '', /^n0 is leader in term 1/);
  assert.deepEqual(
    status.checks.map(({ probe, name, ok }) => [probe, name, ok].join(' ')),
    ['livez running true', 'readyz running true', 'readyz leader true', 'readyz caught-up true'],
  );
  const html = await (await fetch(page)).text();
  assert.match(html, /^<!doctype html>/);
});

test('a node writes where Prometheus finds it, and takes that back when it ends', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-targets-'));
  const file = join(directory, 'raftwright-n0.json');
  const child = await start(['--metrics-port', '0'], { RAFTWRIGHT_METRICS_TARGETS: directory });
  await child.until(({ stderr }) => stderr.includes('live page'));
  const { host } = new URL(/http:\S+/.exec(child.stderr)?.[0] ?? '');
  const [group] = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual([group.targets, group.labels.node], [[host], 'n0']);
  child.process.stdin.end();
  await child.ended;
  assert.equal(existsSync(file), false);
  rmSync(directory, { recursive: true });
});

test('targets that cannot be written are no reason to fail', async () => {
  const child = await start(['--metrics-port', '0', '--metrics-targets', '/dev/null/targets']);
  await child.until(({ stderr }) => stderr.includes('no target for Prometheus'));
  child.write(message({ type: 'write', msg_id: 2, key: 1, value: 2 }));
  await child.until(({ lines }) => lines.length > 1);
});

test('a metrics port that is taken is no reason to fail', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => squatter.once('listening', resolve));
  const address = squatter.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const child = await start([], { RAFTWRIGHT_METRICS_PORT: String(port) });
  await child.until(({ stderr }) => stderr.includes('/metrics'));
  squatter.close();
  assert.match(child.stderr, new RegExp(`cannot listen on 127.0.0.1:${port}`));
  const url = /http:\S+/.exec(child.stderr.split('using port')[1] ?? '')?.[0] ?? '';
  assert.equal((await fetch(url)).status, 200);
});

test('a cluster without a quorum answers within the deadline, and says that it is not ready', async () => {
  const child = new Child(bin, ['--metrics-port', '0', '--request-timeout', '150']);
  children.push(child);
  child.write(message({ type: 'init', msg_id: 1, node_id: 'n0', node_ids: ['n0', 'n1', 'n2'] }));
  child.write(message({ type: 'write', msg_id: 2, key: 1, value: 1 }));
  await child.until(
    ({ stdout, stderr }) => stdout.includes('error') && stderr.includes('/metrics'),
  );
  const reply = child.lines.map((line) => JSON.parse(line).body).find((body) => body.code);
  assert.deepEqual([reply.code, reply.in_reply_to], [11, 2]);
  const url = /http:\S+/.exec(child.stderr)?.[0] ?? '';
  assert.equal((await fetch(new URL('/readyz', url))).status, 503);
});

test('flags: help, version, and clear errors', async () => {
  assert.match((await run(bin, ['--help'])).stdout, /--metrics-port/);
  assert.match((await run(bin, ['--version'])).stdout, /^lin-kv of raftwright \d/);
  for (const [args, error] of [
    [['--nonsense'], /Unknown option '--nonsense'/],
    [['--request-timeout', 'soon'], /--request-timeout must be a number/],
    [['--metrics-targets', 'targets'], /--metrics-targets needs --metrics-port/],
    [['--metrics-port', '1', '--metrics-targets', ''], /--metrics-targets must name a directory/],
    [['--metrics-port', '70000'], /--metrics-port must be a number from 0 to 65535: 70000/],
  ] as const) {
    const ended = await run(bin, args);
    assert.equal(ended.status, 254);
    assert.match(ended.stderr, error);
    assert.equal(ended.stdout, '');
  }
});

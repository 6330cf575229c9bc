/** `bin/raft-node` as a process: its machines, their directories, and what can be seen of them. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, type TestContext, test } from 'node:test';
import { workloads } from '../../src/maelstrom/workloads/index.ts';
import { Child, repositoryFile, run } from '../process.ts';

const bin = repositoryFile('bin/raft-node');
const names = workloads.map(({ name }) => name);
const children: Child[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.process.kill('SIGKILL');
});

interface Body {
  readonly type: string;
  readonly [field: string]: unknown;
}

function send(child: Child, body: Body, src = 'c1'): void {
  child.write(`${JSON.stringify({ src, dest: 'n0', body })}\n`);
}

/** Starts a node, and gives what it answers to `init`. */
async function start(
  args: readonly string[],
  nodeIds: readonly string[] = ['n0'],
): Promise<{ readonly child: Child; readonly answer: Body }> {
  const child = new Child(bin, args, {});
  children.push(child);
  const init = { type: 'init', msg_id: 1, node_id: 'n0', node_ids: nodeIds };
  send(child, init, 'c0');
  await child.until(({ lines }) => lines.length > 0);
  return { child, answer: bodyOf(child.lines[0]) };
}

function bodyOf(line: string | undefined): Body {
  return JSON.parse(line ?? '').body;
}

/** What a node alone answers to one question after the other. */
async function ask(child: Child, ...bodies: readonly Body[]): Promise<Body[]> {
  const answers: Body[] = [];
  for (const body of bodies) {
    const before = child.lines.length;
    send(child, { msg_id: 100 + before, ...body });
    await child.until(({ lines }) => lines.length > before);
    const { in_reply_to: _, ...answer } = bodyOf(child.lines.at(-1));
    answers.push(answer as Body);
  }
  return answers;
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await child.ended;
}

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'raftwright-node-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('the machine is named on the command line; a wrong or missing name is told the right ones', async () => {
  const all = [...names].sort().join(', ');
  for (const [args, error] of [
    [[], `raft-node: --machine is missing: one of ${all}\n`],
    [['--machine', 'redis'], `raft-node: --machine must be one of ${all}; not "redis"\n`],
    [['--machine', ''], `raft-node: --machine must be one of ${all}; not ""\n`],
    [['--machine', 'kafka', '--nonsense'], /Unknown option '--nonsense'/],
  ] as const) {
    const { status, stdout, stderr } = await run(bin, args);
    assert.deepEqual([status, stdout], [254, '']);
    if (typeof error === 'string') assert.equal(stderr, error);
    else assert.match(stderr, error);
  }
});

test('help lists the machines and all flags; lin-kv has the same flags, but for the machine', async () => {
  const { stdout: help } = await run(bin, ['--help']);
  for (const name of names) assert.match(help, new RegExp(`[ ,]${name}[,\n]`));
  for (const line of help.split('\n')) assert.ok(line.length <= 104, line);
  const { stdout: linKvHelp } = await run(repositoryFile('bin/lin-kv'), ['--help']);
  const flagsOf = (text: string) => text.match(/^ +--[a-z-]+/gm) ?? [];
  assert.deepEqual(flagsOf(help).slice(1), flagsOf(linKvHelp));
  assert.match((await run(bin, ['--version'])).stdout, /^raft-node of raftwright \d/);
  const wrong = await run(repositoryFile('bin/lin-kv'), ['--machine', 'kafka']);
  assert.equal(wrong.status, 254);
  assert.match(wrong.stderr, /--machine is a flag of raft-node/);
});

for (const { name, requests } of workloads) {
  test(`${name}: a node of it is ready, has a page, and counts requests by its own names`, async () => {
    const { child } = await start(['--machine', name, '--metrics-port', '0']);
    await child.until(
      ({ stderr }) => stderr.includes('live page') && stderr.includes('leader in term'),
    );
    const [metrics = '', page = ''] = child.stderr.match(/http:\S+/g) ?? [];
    const text = await (await fetch(metrics)).text();
    for (const type of Object.keys(requests)) {
      for (const code of ['ok', '0', '11', '12']) {
        const sample = `kv_requests_total{op="${type}",code="${code}"} 0`;
        assert.ok(text.includes(`\n${sample}\n`), sample);
      }
      const messages = `maelstrom_messages_received_total{type="${type}"} 0`;
      assert.ok(text.includes(`\n${messages}\n`), messages);
    }
    assert.equal(text.includes('\nkv_keys '), name === 'lin-kv');
    assert.equal((await fetch(new URL('/readyz', metrics))).status, 200);
    assert.match(await (await fetch(page)).text(), /^<!doctype html>/);
    const status = (await (await fetch(new URL('/status', metrics))).json()) as { role: string };
    assert.equal(status.role, 'leader');
  });
}

test('a node that was killed finds its logs again, and goes on where it was', async (t) => {
  const args = ['--machine', 'kafka', '--data-dir', directory(t)];
  const { child: first } = await start(args);
  const sendOne = { type: 'send', key: 'a', msg: { x: 1 } };
  const answers = await ask(first, sendOne, sendOne, { type: 'commit_offsets', offsets: { a: 1 } });
  assert.deepEqual(answers.at(-1), { type: 'commit_offsets_ok' });
  await kill(first);
  const { child: second } = await start(args);
  assert.deepEqual(
    await ask(
      second,
      sendOne,
      { type: 'poll', offsets: { a: 1 } },
      { type: 'list_committed_offsets', keys: ['a'] },
    ),
    [
      { type: 'send_ok', offset: 2 },
      {
        type: 'poll_ok',
        msgs: {
          a: [
            [1, { x: 1 }],
            [2, { x: 1 }],
          ],
        },
      },
      { type: 'list_committed_offsets_ok', offsets: { a: 1 } },
    ],
  );
});

test('with --snapshot-entries a node that was killed begins with a snapshot, and lacks nothing', async (t) => {
  const dataDir = directory(t);
  const args = ['--machine', 'g-set', '--data-dir', dataDir, '--snapshot-entries', '20'];
  const elements = Array.from({ length: 50 }, (_, element) => element);
  const { child: first } = await start(args);
  await ask(first, ...elements.map((element) => ({ type: 'add', element })));
  await kill(first);
  const { child: second } = await start(args);
  assert.deepEqual(await ask(second, { type: 'read' }), [{ type: 'read_ok', value: elements }]);
  const snapshots = readdirSync(join(dataDir, 'n0')).filter((name) => name.endsWith('.snapshot'));
  assert.equal(snapshots.length, 1);
  for (const wrong of ['0', '-1', 'x', '1.5']) {
    const { status, stderr } = await run(bin, ['--machine', 'g-set', '--snapshot-entries', wrong]);
    assert.equal(status, 254, wrong);
    assert.match(stderr, /--snapshot-entries/);
  }
});

test('a directory of one machine is refused by every other, and is not changed', async (t) => {
  const dataDir = directory(t);
  const nodeOf = (machine: string) => start(['--machine', machine, '--data-dir', dataDir]);
  const { child: counter } = await nodeOf('pn-counter');
  await ask(counter, { type: 'add', delta: 7 });
  await kill(counter);
  // The same machine, but another promise; another machine; and the one that goes without saying.
  for (const other of ['g-counter', 'kafka', 'lin-kv']) {
    const { child, answer } = await nodeOf(other);
    assert.deepEqual([answer.type, answer['code']], ['error', 13], other);
    const own = other === 'lin-kv' ? 'n0' : `n0, machine ${other}`;
    assert.ok(
      String(answer['text']).includes(
        `it is the directory of node n0 of the cluster n0, machine pn-counter, and this is node n0 ` +
          `of the cluster ${own}. Nothing was changed. Give each node, and each machine, a ` +
          'directory of its own.',
      ),
      String(answer['text']),
    );
    await kill(child);
  }
  const { child: again } = await nodeOf('pn-counter');
  assert.deepEqual(await ask(again, { type: 'read' }), [{ type: 'read_ok', value: 7 }]);
});

test('a directory of lin-kv is called as it always was, and refused by others', async (t) => {
  const dataDir = directory(t);
  const linKv = new Child(repositoryFile('bin/lin-kv'), ['--data-dir', dataDir], {});
  children.push(linKv);
  send(linKv, { type: 'init', msg_id: 1, node_id: 'n0', node_ids: ['n0'] }, 'c0');
  await linKv.until(({ lines }) => lines.length > 0);
  await ask(linKv, { type: 'write', key: 1, value: 2 });
  await kill(linKv);
  const { answer } = await start(['--machine', 'g-set', '--data-dir', dataDir]);
  assert.match(
    String(answer['text']),
    /cluster n0, and this is node n0 of the cluster n0, machine g-set/,
  );
  const { child } = await start(['--machine', 'lin-kv', '--data-dir', dataDir]);
  assert.deepEqual(await ask(child, { type: 'read', key: 1 }), [{ type: 'read_ok', value: 2 }]);
});

test('raftwright wal shows the log of any machine', async (t) => {
  const dataDir = directory(t);
  const { child } = await start(['--machine', 'txn-list-append', '--data-dir', dataDir]);
  await ask(child, { type: 'txn', txn: [['append', 'k', 5]] });
  await kill(child);
  const wal = (...args: readonly string[]): string => {
    const all = [repositoryFile('bin/raftwright'), 'wal', ...args];
    const { status, stdout } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    assert.equal(status, 0, stdout);
    return stdout;
  };
  const shown = wal('inspect', join(dataDir, 'n0'), '--records');
  assert.match(shown, /n0 of the cluster n0, machine txn-list-append/);
  assert.match(shown, /"kind":"command"/);
  wal('verify', join(dataDir, 'n0'));
});

test('a node of any machine writes a trace that can be read', async (t) => {
  const path = directory(t);
  const { child } = await start(['--machine', 'broadcast', '--trace', join(path, 't.jsonl')]);
  await ask(child, { type: 'broadcast', message: 'hello' });
  child.process.stdin.end();
  await child.ended;
  const { status, stdout, stderr } = await run(repositoryFile('bin/raftwright'), [
    'trace',
    'check',
    join(path, 't.n0.jsonl'),
  ]);
  assert.equal(status, 0, stdout + stderr);
});

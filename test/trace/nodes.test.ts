/** Nodes that write down what they do, as processes: under the bench, killed, and on their own. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseNodeFlags } from '../../src/cli/node-flags.ts';
import { traceFile } from '../../src/cli/node-trace.ts';
import { checkTrace } from '../../src/testbed/trace-check.ts';
import {
  mergeTraces,
  readPlacedTrace,
  readTrace,
  type Trace,
  type TraceEvent,
  tracesAt,
} from '../../src/trace/index.ts';
import { Child, run } from '../process.ts';
import { bench, linKv, nodeProgram, raftwright, resultsOf, store } from '../testbed/benching.ts';

function count({ events }: Trace, isMeant: (event: TraceEvent) => boolean): number {
  let found = 0;
  for (const event of events) if (isMeant(event)) found++;
  return found;
}

const nodes = ['n0', 'n1', 'n2'];

test('nodes that are killed and cut off leave traces that merge, and that keep every rule', async () => {
  const data = mkdtempSync(join(store, 'data-'));
  const whole = join(data, 'whole.jsonl');
  const ended = await bench(
    linKv,
    [
      ...['--node-count', '3', '--time-limit', '5', '--rate', '150', '--seed', '2'],
      ...['--nemesis', 'kill,partition', '--nemesis-interval', '0.7', '--trace', whole],
    ],
    ['--data-dir', data],
  );
  assert.equal(ended.status, 0, ended.stdout);
  const directory = resultsOf(ended);
  const files = tracesAt(directory);
  assert.deepEqual(
    files.map((path) => path.slice(directory.length + 1)),
    ['trace.jsonl', ...nodes.map((node) => `trace/${node}.jsonl`)],
  );

  const judgement = checkTrace(mergeTraces(files.map(readPlacedTrace)));
  assert.equal(judgement.breach, null, JSON.stringify(judgement.breach));
  assert.ok(judgement.hasInvariants);
  assert.ok(judgement.starts > 3, 'some nodes have started again');
  assert.ok(judgement.committed > 50);
  assert.deepEqual(
    checkTrace(readPlacedTrace(whole)),
    judgement,
    'the bench merges in the same way',
  );
  const checked = await run(raftwright, ['trace', 'check', directory]);
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);

  const merged = readTrace(whole);
  assert.deepEqual([merged.header.source, merged.header.level], ['bench', 'full']);
  const { statistics } = JSON.parse(readFileSync(join(directory, 'results.json'), 'utf8'));
  assert.equal(
    count(merged, ({ kind }) => kind === 'invoke'),
    statistics.all.invoked,
  );
  assert.equal(
    count(merged, ({ kind }) => kind === 'lose'),
    statistics.messages.lost,
  );
  const isKill = (event: TraceEvent): boolean =>
    event.kind === 'fault' && event.fault === 'kill' && event.phase === 'begin';
  assert.ok(count(merged, isKill) > 0);
  const isEarlyStart = ({ kind, timeMs }: TraceEvent): boolean => kind === 'start' && timeMs < 0;
  assert.equal(count(merged, isEarlyStart), 3, 'nodes have begun before clients have');
});

test('without --trace a run has the roles of its nodes, and which they had when they were killed', async () => {
  const data = mkdtempSync(join(store, 'data-'));
  const flags = ['--node-count', '3', '--time-limit', '3', '--rate', '100', '--seed', '4'];
  const kills = ['--nemesis', 'kill', '--nemesis-interval', '0.5'];
  const ended = await bench(linKv, [...flags, ...kills], ['--data-dir', data]);
  assert.equal(ended.status, 0, ended.stdout);
  const directory = resultsOf(ended);
  const logged = /(follower|preCandidate|candidate|leader) in term (\d+), .* \((\w+)\)$/;
  for (const node of nodes) {
    const trace = readTrace(join(directory, 'trace', `${node}.jsonl`));
    assert.equal(trace.header.level, 'roles');
    const told: string[] = [];
    for (const event of trace.events) {
      assert.ok(event.kind === 'start' || event.kind === 'role', event.kind);
      if (event.kind === 'role') told.push(`${event.role} ${event.term} ${event.reason}`);
    }
    // Each change was said on stderr when it was in the trace, or right before.
    const log = readFileSync(join(directory, 'node-logs', `${node}.log`), 'utf8');
    const said = log.split('\n').flatMap((line) => {
      const [, role, term, reason] = logged.exec(line) ?? [];
      return role === undefined ? [] : [`${role} ${term} ${reason}`];
    });
    assert.ok(said.length > 0);
    assert.deepEqual(told, said);
  }
});

test('nodes that forget what they have promised are caught by what they wrote down', async () => {
  const flags = ['--node-count', '3', '--time-limit', '4', '--rate', '100', '--seed', '4'];
  const kills = ['--nemesis', 'kill', '--nemesis-interval', '0.5'];
  const whole = join(store, 'forgetful.jsonl');
  // Without a directory they keep everything in memory.
  const ended = await bench(linKv, [...flags, ...kills, '--trace', whole]);
  const { breach } = checkTrace(readPlacedTrace(whole));
  assert.match(breach?.rule ?? '', /^a node remembers its/, ended.stdout);
  const checked = await run(raftwright, ['trace', 'check', whole]);
  assert.equal(checked.status, 1);
  assert.match(checked.stdout, /forgetful\.jsonl:\d+: at .*: a node remembers its .*\(n\d\)/);
});

test('a run of nodes that write nothing has the trace of the bench', async () => {
  const flags = ['--node-count', '3', '--time-limit', '1', '--rate', '50', '--seed', '1'];
  const whole = join(store, 'bench-only.jsonl');
  const ended = await bench(nodeProgram('own-map'), [...flags, '--trace', whole]);
  const { header } = readTrace(whole);
  assert.equal(header.level, 'roles');
  const checked = await run(raftwright, ['trace', 'check', resultsOf(ended)]);
  assert.equal(checked.status, 254);
  assert.match(checked.stderr, /no node has written down what it did/);
});

/** A node on its own, which is asked for a write and then killed. */
async function liveOnce(
  path: string,
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<Child> {
  const args = ['--trace', path, '--request-timeout', '5000', ...flags];
  return await askAndKill(new Child(linKv, args, env));
}

async function askAndKill(child: Child): Promise<Child> {
  const ask = (body: object): void =>
    child.write(`${JSON.stringify({ src: 'c1', dest: 'n1', body })}\n`);
  ask({ type: 'init', msg_id: 1, node_id: 'n1', node_ids: ['n1'] });
  await child.until(({ stdout }) => stdout.includes('init_ok'));
  ask({ type: 'write', msg_id: 2, key: 1, value: 2 });
  await child.until(({ stdout }) => stdout.includes('write_ok'));
  child.process.kill('SIGKILL');
  await child.ended;
  return child;
}

const startsIn = (path: string): number => count(readTrace(path), ({ kind }) => kind === 'start');

test('a node that starts again in its run goes on in its file; in another run it begins anew', async () => {
  const base = mkdtempSync(join(store, 'alone-'));
  const path = join(base, 'trace.jsonl');
  const own = join(base, 'trace.n1.jsonl');
  const data = ['--data-dir', join(base, 'data')];
  await liveOnce(path, { RAFTWRIGHT_RUN: 'one' }, data);
  const first = readFileSync(own, 'utf8');
  assert.equal(startsIn(own), 1);
  assert.equal(checkTrace(readPlacedTrace(own)).breach, null);

  // The kill could have come in the middle of a line.
  writeFileSync(own, `${first}{"timeMs":12,"kind":"st`);
  await liveOnce(path, { RAFTWRIGHT_RUN: 'one' }, data);
  assert.ok(readFileSync(own, 'utf8').startsWith(first), 'what was there stays');
  assert.equal(startsIn(own), 2);
  const judgement = checkTrace(readPlacedTrace(own));
  assert.equal(judgement.breach, null, JSON.stringify(judgement.breach));
  assert.ok(judgement.hasInvariants && judgement.committed >= 3);

  await liveOnce(path, { RAFTWRIGHT_RUN: 'two' }, data);
  assert.equal(startsIn(own), 1);
  assert.equal(readTrace(own).header.about['run'], 'two');
});

test('a node whose trace cannot be written says so, and serves', async () => {
  const base = mkdtempSync(join(store, 'alone-'));
  const other = join(base, 'notes.n1.txt');
  writeFileSync(other, 'my notes\n');
  const { stderr } = await liveOnce(join(base, 'notes.txt'), {});
  assert.match(stderr, /notes\.n1\.txt cannot be written, no trace: .*is there already, and is no/);
  assert.equal(
    readFileSync(other, 'utf8'),
    'my notes\n',
    'nothing is overwritten that is no trace',
  );
  const missing = await liveOnce(join(other, 'below', 'trace.jsonl'), {});
  assert.match(missing.stderr, /no trace: (ENOTDIR|EEXIST)/);
  // Where a recursive mkdir of Node.js never returns.
  const below = await liveOnce('/proc/none/trace.jsonl', {});
  assert.match(below.stderr, /no trace: (ENOENT|EACCES)/);
});

test('a node whose disk is full in the middle of its trace says so, and serves', async () => {
  const base = mkdtempSync(join(store, 'alone-'));
  // No file may be longer than a few kilobytes.
  const script = `ulimit -f 2; exec '${linKv}' --trace '${join(base, 'trace.jsonl')}'`;
  const { stderr } = await askAndKill(new Child('/bin/sh', ['-c', script]));
  assert.match(stderr, /trace\.n1\.jsonl cannot be written, no trace: EFBIG/);
  const trace = readTrace(join(base, 'trace.n1.jsonl'));
  assert.equal(
    count(trace, ({ kind }) => kind === 'start'),
    1,
    'what is there can be read',
  );
});

test('a directory in place of a file has a file for each node; the level is chosen', async () => {
  const base = mkdtempSync(join(store, 'alone-'));
  await liveOnce(`${join(base, 'traces')}/`, { RAFTWRIGHT_TRACE_LEVEL: 'roles' });
  const trace = readTrace(join(base, 'traces', 'n1.jsonl'));
  assert.equal(trace.header.level, 'roles');
  assert.equal(
    count(trace, (event) => event.kind === 'role' && event.role === 'leader'),
    1,
  );
  const wrong = await run(linKv, ['--trace', 'x', '--trace-level', 'half']);
  assert.equal(wrong.status, 254);
  assert.match(wrong.stderr, /--trace-level must be one of full, roles: half/);
});

test('a node that nobody asks for a trace has none, and none is worked for', () => {
  const wishOf = (args: readonly string[], env: Record<string, string>): unknown => {
    const flags = parseNodeFlags('lin-kv', args, env);
    return typeof flags === 'string' ? flags : flags.trace;
  };
  // Without a wish nobody watches the steps of the core.
  assert.equal(wishOf([], {}), null);
  assert.equal(wishOf(['--trace-level', 'roles'], { RAFTWRIGHT_TRACE: '' }), null);
  const env = { RAFTWRIGHT_TRACE: 'there/', RAFTWRIGHT_TRACE_LEVEL: 'roles' };
  assert.deepEqual(wishOf([], env), { path: 'there/', level: 'roles' });
  const flags = ['--trace', 'here.jsonl', '--trace-level', 'full'];
  assert.deepEqual(wishOf(flags, env), { path: 'here.jsonl', level: 'full' }, 'flags go first');
});

test('the name of a node’s file stays in its directory, whatever the node is called', () => {
  assert.equal(traceFile('a/trace.jsonl', 'n1'), 'a/trace.n1.jsonl');
  assert.equal(traceFile('a.b/trace', 'n1'), 'a.b/trace.n1');
  assert.equal(traceFile('a/', 'n1'), 'a/n1.jsonl');
  assert.equal(traceFile('a/', '../n1'), 'a/..%2Fn1.jsonl');
  assert.equal(traceFile('a/', '..'), 'a/%2E%2E.jsonl');
});

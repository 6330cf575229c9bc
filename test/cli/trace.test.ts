/** `raftwright trace`, and --trace of the commands that write one. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTrace } from '../../src/trace/index.ts';
import { repositoryFile } from '../process.ts';

const directory = mkdtempSync(join(tmpdir(), 'raftwright-trace-command-'));
after(() => rmSync(directory, { recursive: true }));

function run(...args: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), ...args],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return { status, out: stdout, err: stderr };
}

const file = (name: string): string => join(directory, name);

const simulated = file('simulated.jsonl');
const made = run('simulate', '--seed', '5', '--set', 'faultyMs=600', '--trace', simulated);

test('a simulation writes a trace, and is what it is without', () => {
  assert.equal(made.status, 0, made.err);
  const plain = run('simulate', '--seed', '5', '--set', 'faultyMs=600');
  const hashOf = (out: string): string | undefined => /^trace hash \w+$/m.exec(out)?.[0];
  assert.equal(hashOf(made.out), hashOf(plain.out));
  const { about, source } = readTrace(simulated).header;
  assert.equal(source, 'simulation');
  assert.equal(about['command'], 'raftwright simulate --seed 5 --set faultyMs=600');
});

test('--trace is for one run, and for a file that can be written', () => {
  assert.match(run('simulate', '--seeds', '2', '--trace', file('x')).err, /--trace is for one run/);
  const none = run('simulate', '--seed', '1', '--trace', join(directory, 'none', 'x'));
  assert.equal(none.status, 254);
  assert.match(none.err, /the trace cannot be written: ENOENT/);
});

test('check: every core does the same again, and every rule holds', () => {
  const { status, out } = run('trace', 'check', simulated);
  assert.equal(status, 0, out);
  assert.match(out, /^\d+ starts, \d+ steps, \d+ drains; \d+ leaders?, \d+ entries committed$/m);
  assert.match(out, /^VALID: /m);
});

test('check: a trace that was changed is told, with the line', () => {
  const changed = file('changed.jsonl');
  const lines = readFileSync(simulated, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes('"commitIndex":1,"appliedIndex":0}'));
  lines[at] = (lines[at] ?? '').replace(
    /"commitIndex":1,"appliedIndex":0\}\}$/,
    '"commitIndex":2,"appliedIndex":0}}',
  );
  writeFileSync(changed, lines.join('\n'));
  const { status, out } = run('trace', 'check', changed);
  assert.equal(status, 1, out);
  assert.ok(out.includes(`${changed}:${at + 1}: at `), out);
  assert.match(out, /has commitIndex 1, and had 2 in the trace/);
  assert.match(out, /^DIFFERENT: /m);
});

test('explain: what a node waits for at a moment', () => {
  const { status, out } = run('trace', 'explain', simulated, '--node', 'n1', '--at', '400');
  assert.equal(status, 0, out);
  assert.match(out, /^n1 at 400\.000 ms, its last event .*:\d+ at \d+\.\d+ ms:\nn1 is \w+ in term/);
  const index = run('trace', 'explain', simulated, '--node', 'n1', '--index', '9000');
  assert.match(index.out, /index 9000 is not in the log/);
  const before = run('trace', 'explain', simulated, '--node', 'n1', '--at=-1');
  assert.equal(before.out, 'n1 is not there at -1.000 ms: it has not started yet\n');
  const nobody = run('trace', 'explain', simulated, '--node', 'n9');
  assert.equal(nobody.status, 254);
  assert.match(nobody.err, /no node n9 in this trace; it has n1/);
  assert.match(run('trace', 'explain', simulated).err, /explain takes one --node/);
});

test('show: a line for what is worth one, and filters', () => {
  const all = run('trace', 'show', simulated).out.split('\n');
  assert.ok(all.length > 100);
  assert.ok(all.some((line) => / {2}n\d becomes leader in term \d+ \(electionWon\)$/.test(line)));
  assert.ok(all.some((line) => /c\d+ asks n\d: (read|write|cas) /.test(line)));
  assert.ok(
    all.every((line) => !line.includes(' tick')),
    'ticks are left out',
  );
  const some = run('trace', 'show', simulated, '--from', '100', '--to', '200')
    .out.trimEnd()
    .split('\n');
  for (const line of some) assert.ok(Number(line.trim().split(' ')[0]) <= 200, line);
  const crash = run('trace', 'show', simulated, '--kind', 'lose', '--kind', 'start').out;
  assert.match(crash, /n1 starts: term=0 vote=nobody last=0@0/);
  const own = run('trace', 'show', simulated, '--node', 'n2', '--kind', 'step').out.trimEnd();
  assert.ok(own.split('\n').every((line) => /^ *[\d.]+ {2}n2 /.test(line)));
  const every = run('trace', 'show', simulated, '--all').out;
  assert.match(every, /n1 tick \| follower 0 last=0@0 disk=0 commit=0/);
});

test('merge: one trace stays as it is', () => {
  const merged = file('merged.jsonl');
  assert.equal(run('trace', 'merge', simulated, '--output', merged).status, 0);
  assert.equal(readFileSync(merged, 'utf8'), readFileSync(simulated, 'utf8'));
  assert.equal(run('trace', 'merge', simulated).out, readFileSync(simulated, 'utf8'));
});

test('shiviz: a log that begins with its expression', () => {
  const log = file('log.txt');
  assert.equal(run('trace', 'shiviz', simulated, '--output', log, '--to', '300').status, 0);
  const [pattern = '', empty, ...rest] = readFileSync(log, 'utf8').split('\n');
  assert.equal(empty, '');
  const found = [...rest.join('\n').matchAll(new RegExp(pattern, 'g'))];
  assert.ok(found.length > 20);
  assert.match(found[0]?.groups?.['event'] ?? '', /^0\.000 ms n1 starts/);
});

test('scenario: a script writes a trace; one that forges is not judged by rules', () => {
  const path = file('scenario.jsonl');
  const play = (script: string): { readonly status: number | null; readonly out: string } => {
    const played = run('scenario', repositoryFile(`test/scenarios/${script}.txt`), '--trace', path);
    assert.equal(played.status, 0, played.err);
    return run('trace', 'check', path);
  };
  const fair = play('elections/leader-is-replaced-when-it-crashes');
  assert.equal(fair.status, 0);
  assert.match(fair.out, /^VALID: /m);
  const forged = play('durability/term-survives-a-restart');
  assert.equal(forged.status, 0, forged.out);
  assert.match(forged.out, /^The same again\. The script makes what no cluster comes to/m);
});

test('wrong flags and files that are no traces are refused', () => {
  const refusals: readonly (readonly [args: readonly string[], fault: RegExp])[] = [
    [['trace'], /^Usage: raftwright trace COMMAND/],
    [['trace', 'tell', simulated], /--trace must be one of|trace must be one of show, merge/],
    [['trace', 'show'], /trace show takes files/],
    [['trace', 'check', simulated, '--node', 'n1'], /trace check has no --node/],
    [['trace', 'show', simulated, '--kind', 'later'], /--kind must be one of start, step/],
    [['trace', 'show', repositoryFile('package.json')], /package\.json:1: no trace/],
    [['trace', 'check', file('missing')], /missing cannot be read: ENOENT/],
    [['trace', 'merge', simulated, simulated], /each of a whole run: simulation and simulation/],
    [['trace', 'merge', simulated, '--output', directory], /--output cannot be written: EISDIR/],
    ...(existsSync('/dev/full')
      ? [[['trace', 'merge', simulated, '--output', '/dev/full'], /written: ENOSPC/] as const]
      : []),
  ];
  for (const [args, fault] of refusals) {
    const { status, err } = run(...args);
    assert.equal(status, 254, args.join(' '));
    assert.match(err, fault);
  }
  assert.match(run('trace', '--help').out, /^Usage: raftwright trace COMMAND FILE/);
});

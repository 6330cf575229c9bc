/** `raftwright simulate`: what it prints, and how it ends. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';

function run(...args: readonly string[]): { readonly status: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), 'simulate', ...args],
    { encoding: 'utf8' },
  );
  return { status, out: stdout + stderr };
}

const short = ['--set', 'faultyMs=300'];

test('a seed without a broken rule ends with 0, and has the same trace hash each time', () => {
  const first = run('--seed', '5', ...short);
  assert.equal(first.status, 0);
  assert.match(first.out, /^VALID: every rule held/m);
  const hashOf = (out: string): string | undefined => /^trace hash ([0-9a-f]{16})$/m.exec(out)?.[1];
  assert.ok(hashOf(first.out) !== undefined);
  assert.equal(hashOf(run('--seed', '5', ...short).out), hashOf(first.out));
  assert.notEqual(hashOf(run('--seed', '6', ...short).out), hashOf(first.out));
});

test('--json says all in one line, the same in one thread and in two', () => {
  const read = (jobs: string) => {
    const { status, out } = run('--seeds', '4', '--jobs', jobs, '--json', ...short);
    assert.equal(status, 0);
    const { verdict, seeds, failures, traceHash, counts } = JSON.parse(out);
    return { verdict, seeds, failures, traceHash, counts };
  };
  const one = read('1');
  assert.deepEqual([one.verdict, one.seeds, one.failures], ['valid', 4, []]);
  assert.deepEqual(read('2'), one);
});

test('what makes no sense is an error of usage', () => {
  const cases: [args: string[], message: RegExp][] = [
    [['--seeds', '9..1'], /--seeds must be a number from 9/],
    [['--seeds', 'many'], /--seeds must be like 1\.\.1000/],
    [['--seed', '1', '--seeds', '2'], /either --seed or --seeds/],
    [['--seed', '4294967296'], /--seed must be a number from 0 to 4294967295/],
    [['--nodes', '0'], /--nodes must be a number from 1 to 15/],
    [['--set', 'faults.loss=2'], /faults.loss=2: must be a number from 0 to 1/],
    [['--set', 'faults.weather=1'], /no "faults.weather"/],
    [['--net', 'fishing'], /--net must be one of invariants/],
    [['--jobs', '0'], /--jobs must be/],
    [['--nonsense'], /--nonsense/],
  ];
  for (const [args, message] of cases) {
    const { status, out } = run(...args);
    assert.equal(status, 254, args.join(' '));
    assert.match(out, message);
    assert.doesNotMatch(out, /\n {4}at /, 'no stack');
  }
});

test('whoever has seen enough may stop reading', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${repositoryFile('bin/raftwright')}" simulate --help | head -1`],
    { encoding: 'utf8' },
  );
  assert.deepEqual([status, stderr], [0, '']);
});

/** `raftwright explore`: what it prints, and how it ends. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';

function run(...args: readonly string[]): { readonly status: number | null; readonly out: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile('bin/raftwright'), 'explore', ...args],
    { encoding: 'utf8' },
  );
  return { status, out: stdout + stderr };
}

test('a world without a broken rule ends with 0, and --json says so in one line', () => {
  const { status, out } = run('alone', '--json');
  assert.equal(status, 0);
  const { verdict, world, states, rule } = JSON.parse(out);
  assert.deepEqual({ verdict, world, rule }, { verdict: 'complete', world: 'alone', rule: null });
  assert.ok(states > 1000);
});

test('a visit that is ended early is no verdict: 2', () => {
  const { status, out } = run('alone', '--max-states', '100');
  assert.equal(status, 2);
  assert.match(out, /stopped by --max-states/);
});

test('--list names the worlds; an unknown one is an error of usage', () => {
  assert.match(run('--list').out, /^figure-8 +Figure 8 of the paper/m);
  const { status, out } = run('figure-9');
  assert.equal(status, 254);
  assert.match(out, /no world figure-9/);
});

/** What those think of the package who have seen many. Neither asks the network. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { pack, temporaryDirectory } from './packed.ts';

const tarball = pack(temporaryDirectory());

function run(tool: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [repositoryFile(`node_modules/${tool}`), ...args],
    { encoding: 'utf8', cwd: repositoryFile('') },
  );
  assert.equal(status, 0, stdout + stderr);
}

test('publint finds nothing', () => {
  run('publint/src/cli.js', 'run', tarball.path, '--strict');
});

test('Are the types wrong? finds nothing, for whoever imports', () => {
  const profile = ['--profile', 'esm-only', '--no-emoji', '--no-color'];
  run('@arethetypeswrong/cli/dist/index.js', tarball.path, ...profile);
});

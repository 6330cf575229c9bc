/** The promise in docs/stability.md is about what there is. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exitStatus } from '../../src/cli/exit-status.ts';
import { repositoryFile } from '../process.ts';

const read = (path: string): string => readFileSync(repositoryFile(path), 'utf8');
const promise = read('docs/stability.md');
const manifest: {
  readonly exports: { readonly [path: string]: unknown };
  readonly engines: { readonly node: string };
} = JSON.parse(read('package.json'));

test('docs/stability.md says of each entry how stable it is, and of no other', () => {
  const promised = [...promise.matchAll(/^\| `(raftwright[\w./]*)` \| (stable|experimental) \|/gm)];
  const entries = Object.keys(manifest.exports).map((path) => path.replace(/^\./, 'raftwright'));
  assert.deepEqual(promised.map(([, entry]) => entry).sort(), entries.sort());
});

test('docs/stability.md names the oldest Node.js that may be used, and every exit status', () => {
  const oldest = manifest.engines.node.replace('>=', '');
  assert.ok(promise.includes(`Node.js ${oldest} or newer`));
  const [, statuses = ''] = /Exit statuses are stable: ([\s\S]*?)\. What/.exec(promise) ?? [];
  for (const status of Object.values(exitStatus)) assert.match(statuses, RegExp(`\\b${status} `));
});

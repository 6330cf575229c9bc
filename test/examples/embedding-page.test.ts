/** The programs of docs/embedding.md are compiled as they stand there, and run. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child, repositoryFile, run } from '../process.ts';
import { freeAddresses } from '../transport/tcp-world.ts';

const page = readFileSync(repositoryFile('docs/embedding.md'), 'utf8');

const blocks = [...page.matchAll(/```ts(?: (\S+))?\n([\s\S]*?)```/g)].map(
  ([, name, text = '']) => ({
    name,
    text,
  }),
);

// Inside of the package, so that its own name leads to it; for each run of this test its own.
const directory = repositoryFile('dist/embedding-page');

test('every program of the page names its file, and no two the same', () => {
  const names = blocks.map(({ name }) => name);
  assert.ok(names.length > 8 && !names.includes(undefined), names.join());
  assert.equal(new Set(names).size, names.length);
});

test('the programs of the page compile under the strictest options', {
  timeout: 120_000,
}, async () => {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const addresses = await freeAddresses('a', 'b', 'c');
  for (const { name = '', text } of blocks) {
    // Ports that are free on this machine.
    const free = text.replaceAll(/127\.0\.0\.1:700([123])/g, (_at, digit: string) => {
      return addresses['abc'[Number(digit) - 1] ?? ''] ?? '';
    });
    writeFileSync(join(directory, name), free);
  }
  const options = { rootDir: '.', outDir: '.', isolatedDeclarations: false, declaration: false };
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { ...options, typeRoots: ['../../node_modules/@types'] },
      include: ['*.ts'],
      exclude: [],
    }),
  );
  const compiler = repositoryFile('node_modules/typescript/bin/tsc');
  const { status, stdout } = await run(process.execPath, [compiler, '-p', directory]);
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

const ended = blocks.map(({ name = '' }) => name).filter((name) => name !== 'node.ts');

for (const name of ended) {
  test(`${name} of the page runs to its end`, { timeout: 60_000 }, async () => {
    const { status, stderr } = await run(process.execPath, [
      join(directory, name.replace('.ts', '.js')),
    ]);
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}

test('node.ts of the page is a cluster: any node counts, and one that was killed comes back', {
  timeout: 60_000,
}, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'raftwright-page-'));
  const program = join(directory, 'node.js');
  // Its directory is below the current one, as the page has it.
  const begin = (id: string): Child =>
    new Child('/bin/sh', ['-c', `cd ${data} && exec ${process.execPath} ${program} ${id}`]);
  const nodes = new Map(['a', 'b', 'c'].map((id) => [id, begin(id)]));
  t.after(() => {
    for (const node of nodes.values()) node.process.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  const say = async (id: string, name: string, expected: string): Promise<void> => {
    nodes.get(id)?.write(`${name}\n`);
    await nodes.get(id)?.until(({ lines }) => lines.includes(expected));
  };
  await say('a', 'anna', 'anna: 1');
  await say('b', 'anna', 'anna: 2');
  nodes.get('c')?.process.kill('SIGKILL');
  await nodes.get('c')?.ended;
  await say('a', 'anna', 'anna: 3');
  nodes.set('c', begin('c'));
  await say('c', 'anna', 'anna: 4');
  for (const node of nodes.values()) node.process.stdin.end();
  const endings = await Promise.all([...nodes.values()].map((node) => node.ended));
  assert.deepEqual(
    endings.map(({ status, stderr }) => [status, stderr]),
    [
      [0, ''],
      [0, ''],
      [0, ''],
    ],
  );
});

/** Each example is run as its reader would run it, and says what examples/README.md shows. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child, repositoryFile } from '../process.ts';

interface Shown {
  readonly name: string;
  readonly command: readonly string[];
  readonly output: string;
}

const readme = readFileSync(repositoryFile('examples/README.md'), 'utf8');

/** What the page shows: a block for each program, with its command and what that prints. */
const shown: readonly Shown[] = [...readme.matchAll(/```\n\$ (.*)\n([^`]*)```/g)].map(
  ([, command = '', output = '']) => ({
    name: /examples\/(?:bin\/)?([a-z-]+)/.exec(command)?.[1] ?? command,
    command: command.split(' '),
    output,
  }),
);

const examples = readdirSync(repositoryFile('examples'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

test('the page shows every example and no other', () => {
  assert.deepEqual(shown.map(({ name }) => name).sort(), [...examples].sort());
});

for (const { name, command, output } of shown) {
  test(`${name} ends with status 0, and prints what its page shows`, {
    timeout: 60_000,
  }, async (t) => {
    const store = mkdtempSync(join(tmpdir(), 'raftwright-examples-'));
    t.after(() => rmSync(store, { recursive: true }));
    const words = command.map((word) =>
      /^(bin|dist|examples)\//.test(word) ? repositoryFile(word) : word,
    );
    if (words[0] === 'node') words[0] = process.execPath;
    const isOfBench = words[1] === 'test';
    const child = new Child('/bin/sh', [
      '-c',
      [...words, ...(isOfBench ? ['--store', store] : [])].join(' '),
    ]);
    child.process.stdin.end();
    const { status, stdout, stderr } = await child.ended;
    assert.match(stdout, patternOf(output), stderr);
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}

/** An ellipsis on the page stands for anything, also for lines. */
function patternOf(output: string): RegExp {
  const parts = output.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`);
}

test('examples import nothing but what the package exports', () => {
  for (const example of examples) {
    const text = readFileSync(repositoryFile(`examples/${example}.ts`), 'utf8');
    for (const [, from = ''] of text.matchAll(/ from '([^']+)'/g)) {
      assert.match(from, /^(node:|raftwright$|raftwright\/)/, `${example} imports ${from}`);
    }
  }
});

test('a replicated counter with a machine of its own takes twenty lines', () => {
  const text = readFileSync(repositoryFile('examples/counter.ts'), 'utf8');
  const code = text.split('\n').filter((line) => !/^\s*(\/\/.*|\/?\*.*)?$/.test(line));
  assert.ok(code.length <= 20, `${code.length} lines`);
});

/** Each example is run as its reader would, and says what examples/README.md shows. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFile, run } from '../process.ts';

const readme = readFileSync(repositoryFile('examples/README.md'), 'utf8');

/** What the page shows of each program: the block after its command. */
const shown = new Map(
  [...readme.matchAll(/```\n\$ node dist\/examples\/(\S+)\.js\n([^`]*)```/g)].map(
    ([, name = '', output = '']) => [name, output],
  ),
);

const examples = readdirSync(repositoryFile('examples'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

test('the page shows every example and no other', () => {
  assert.deepEqual([...shown.keys()].sort(), [...examples].sort());
});

for (const example of examples) {
  test(`${example} ends with status 0, and says what its page shows`, {
    timeout: 60_000,
  }, async () => {
    const { status, stdout, stderr } = await run(process.execPath, [
      repositoryFile(`dist/examples/${example}.js`),
    ]);
    assert.equal(stderr, '');
    assert.match(stdout, patternOf(shown.get(example) ?? ''));
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

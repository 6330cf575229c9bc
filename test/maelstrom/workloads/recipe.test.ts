/** The recipe for a new machine in docs/machines.md: it is this program, and it runs. */

import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { workloads } from '../../../src/maelstrom/workloads/index.ts';
import { Child, repositoryFile } from '../../process.ts';

const page = readFileSync(repositoryFile('docs/machines.md'), 'utf8');

test('docs/machines.md has the recipe as it is', () => {
  const text = readFileSync(repositoryFile('test/maelstrom/workloads/recipe.ts'), 'utf8');
  const shown = text.replace('#!/usr/bin/env node\n', '').replaceAll('../../../src/', '../src/');
  assert.ok(page.includes(`\`\`\`ts\n${shown}\`\`\`\n`), 'the block of code is another');
});

test('docs/machines.md has every workload, and what it is asked', () => {
  for (const { name, requests } of workloads) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${name} |`));
    assert.ok(row !== undefined, name);
    for (const type of Object.keys(requests)) assert.ok(row.includes(`\`${type}\``), type);
  }
});

test('the recipe makes a node that answers', async (t) => {
  const program = fileURLToPath(new URL('recipe.js', import.meta.url));
  chmodSync(program, 0o755);
  const child = new Child(program, [], {});
  t.after(() => child.process.kill('SIGKILL'));
  const ask = async (body: object): Promise<object> => {
    const before = child.lines.length;
    child.write(
      `${JSON.stringify({ src: 'c1', dest: 'n1', body: { msg_id: before, ...body } })}\n`,
    );
    await child.until(({ lines }) => lines.length > before);
    const { in_reply_to: _, ...answer } = JSON.parse(child.lines.at(-1) ?? '').body;
    return answer;
  };
  await ask({ type: 'init', node_id: 'n1', node_ids: ['n1'] });
  assert.deepEqual(await ask({ type: 'tell', number: 7 }), { type: 'tell_ok', max: 7 });
  assert.deepEqual(await ask({ type: 'tell', number: 5 }), { type: 'tell_ok', max: 7 });
  assert.deepEqual(await ask({ type: 'read' }), { type: 'read_ok', max: 7 });
  const refused = { type: 'error', code: 12, text: 'tell has no number' };
  assert.deepEqual(await ask({ type: 'tell' }), refused);
});

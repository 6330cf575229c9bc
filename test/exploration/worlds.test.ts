/** Every state of the small worlds keeps the rules, and there are as many as the guide says. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { explore, type World, worlds } from '../../src/testbed/exploration/index.ts';
import { repositoryFile } from '../process.ts';

const guide = repositoryFile('docs/exploration.md');
const isUpdate = process.env['UPDATE'] === '1';
const largest = isUpdate ? Number.POSITIVE_INFINITY : 100_000;

interface Counts {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly cuts: number;
}

function rowOf({ name, aim }: World, { states, transitions, depth, cuts }: Counts): string {
  return `| ${name} | ${states} | ${transitions} | ${depth} | ${cuts} | ${aim} |`;
}

const rows = /^\| ([a-z0-9-]+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (.*) \|$/gm;

function documented(): ReadonlyMap<string, { readonly row: string; readonly states: number }> {
  const found = readFileSync(guide, 'utf8').matchAll(rows);
  return new Map([...found].map((it) => [it[1] ?? '', { row: it[0], states: Number(it[2]) }]));
}

test('every world is in the guide, with its aim', { skip: isUpdate }, () => {
  const table = documented();
  assert.deepEqual(
    [...table.keys()],
    worlds.map(({ name }) => name),
  );
  for (const { name, aim } of worlds) assert.ok(table.get(name)?.row.endsWith(`| ${aim} |`), name);
});

const newRows: string[] = [];

for (const world of worlds) {
  const expected = documented().get(world.name);
  // A fault of the core can make a world far larger than it is.
  const most = isUpdate ? Number.POSITIVE_INFINITY : 2 * (expected?.states ?? largest);
  const isLarge = (expected?.states ?? 0) > largest;
  test(`no state of ${world.name} breaks a rule: ${world.aim}`, { skip: isLarge }, () => {
    const { verdict, figures } = explore(world, { maxStates: most });
    const tale = verdict.kind === 'violation' ? [...verdict.tale.steps, verdict.tale.end] : [];
    assert.equal(verdict.kind, 'complete', tale.join('\n'));
    if (isUpdate) newRows.push(rowOf(world, figures));
    else assert.equal(rowOf(world, figures), expected?.row);
  });
}

test('the table in the guide is written anew', { skip: !isUpdate }, () => {
  const text = readFileSync(guide, 'utf8')
    .replaceAll(rows, '')
    .replace(/\n{3,}/g, '\n\n');
  const ruler = '| --- | ---: | ---: | ---: | ---: | --- |\n';
  assert.ok(text.includes(ruler), 'the table has a head');
  writeFileSync(guide, text.replace(ruler, `${ruler}${newRows.join('\n')}\n`));
});

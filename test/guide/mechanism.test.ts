/** What makes the guide's blocks, and what checks its chapters, notices what is wrong. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exhibits } from '../museum/exhibits/index.ts';
import { blocksOf } from './blocks.ts';
import type { Chapter } from './chapter.ts';
import { runnerWith } from './defect.ts';
import { definitionOf, findDefinition } from './definition.ts';
import { diffOf, exhibitOf } from './exhibits.ts';
import { faultsOfForm } from './form.ts';
import { takePart } from './part.ts';
import { brokenReferences } from './references.ts';
import { renew } from './renew.ts';
import { fold } from './wrap.ts';

/** A chapter of one block; what it should be is what `make guide` makes of it. */
async function made(comment: string, ...lines: readonly string[]): Promise<readonly string[]> {
  const text = [comment, '```text', ...lines, '```', ''].join('\n');
  const renewed = await renew({ path: 'docs/guide/x.md', text });
  return renewed.split('\n').slice(2, -2);
}

test('a script that is written in a chapter gets its trace, in place of an old one', async () => {
  const lines = await made('<!-- play -->', 'cluster n1', 'elect n1', '  what it was', 'logs');
  assert.deepEqual(lines.slice(0, 3), [
    'cluster n1',
    'elect n1',
    '  n1 is leader of term 1, commit 1',
  ]);
  assert.equal(lines[3], 'logs');
  assert.deepEqual(await made('<!-- play -->', ...lines), lines);
});

test('a script goes on where another block has left it', async () => {
  const text =
    '<!-- play -->\n```text\ncluster n1\n```\n<!-- play: on -->\n```text\nelect n1\n```\n';
  const renewed = await renew({ path: 'docs/guide/x.md', text });
  assert.match(renewed, /on -->\n```text\nelect n1\n {2}n1 is leader of term 1, commit 1\n```\n$/);
});

test('an expectation that does not hold is a fault, unless a bug is shown', async () => {
  const script = ['cluster n1 n2 n3', 'elect n1 by n2', 'expect n1 follower'];
  await assert.rejects(made('<!-- play -->', ...script), /x\.md:1: .*\n.*expect n1 follower/);
  assert.match(
    (await made('<!-- play with exhibit 1 -->', ...script)).join('\n'),
    /FAILS: n1: leader/,
  );
});

test('a bug shows, and the run ends where it has made the cluster unsafe', async () => {
  const comment = '<!-- scenario: guided/figure-8-d.txt with exhibit 1 from "elect n5" -->';
  assert.deepEqual(await made(comment), [
    'elect n5 by n2 n3 n4',
    '  UNSAFE: n2 commits 2@3:noop where 2@2 is committed',
  ]);
});

test('a bug that no scenario can show is refused', async () => {
  const exhibit = exhibits.find(({ file }) => file === 'storage/file-store.ts');
  assert.ok(exhibit !== undefined);
  await assert.rejects(runnerWith(exhibit), /no scenario runs src\/storage\/file-store\.ts/);
});

test('commands are run at the root of the repository, and see what those before them wrote', async () => {
  const lines = await made('<!-- commands -->', '$ ls Makefile > out.txt', '$ cat out.txt', 'old');
  assert.deepEqual(lines, ['$ ls Makefile > out.txt', '$ cat out.txt', 'Makefile']);
});

test('nets are compared by what they caught of the well-known defects', async () => {
  const lines = await made('<!-- compare -->', 'crashes, and no other', '  1 2 3');
  assert.deepEqual(lines, ['crashes, and no other', '  44']);
  const [, late = ''] = await made('<!-- compare -->', 'exploration, and not simulation or worlds');
  assert.ok(late.split(' ').includes('28'), late);
  assert.deepEqual(await made('<!-- compare -->', 'crashes, and not crashes'), [
    'crashes, and not crashes',
    '  none',
  ]);
  await assert.rejects(made('<!-- compare -->', 'luck, and no other'), /no net "luck"/);
  await assert.rejects(made('<!-- compare -->', 'rules alone'), /"rules alone" is neither/);
});

test('what is no instruction is refused, with its place', async () => {
  assert.throws(() => blocksOf('a.md', 'x\n<!-- note to myself -->'), /a\.md:2/);
  assert.throws(() => blocksOf('a.md', '<!-- play -->\n\n```text\n```'), /a block of code/);
  await assert.rejects(made('<!-- show: it -->'), /no kind of block "show"/);
  await assert.rejects(made('<!-- exhibit: 9999 -->'), /no exhibit 9999/);
  await assert.rejects(made('<!-- code: src/raft/log.ts nothing -->'), /nothing of the name/);
});

test('a part begins with the one line that begins so, and has what is indented below its end', () => {
  const lines = ['a', '  1', 'b', '  2', '    3', 'c', 'b'];
  assert.deepEqual(takePart(lines, { from: 'a', to: 'b' }), ['a', '  1', 'b', '  2', '    3']);
  assert.deepEqual(takePart(lines, { from: '2', to: null }), ['  2', '    3', 'c', 'b']);
  assert.throws(() => takePart(lines, { from: 'b', to: null }), /2 lines begin/);
  assert.throws(() => takePart(lines, { from: 'c', to: 'a' }), /no line begins with "a"/);
});

test('a definition is found whole: functions, types, constants, methods', () => {
  const one = [
    '/** Why. */',
    'export function f(',
    '  a: A,',
    '}: B): void {',
    '  g();',
    '}',
    'h();',
  ];
  assert.deepEqual(findDefinition(one, 'f'), one.slice(0, 6));
  const two = [
    'type T =',
    '  | A',
    '  | B;',
    '',
    'const n = 1;',
    'class C {',
    '  m() {',
    '  }',
    '}',
  ];
  assert.deepEqual(findDefinition(two, 'T'), two.slice(0, 3));
  assert.deepEqual(findDefinition(two, 'n'), ['const n = 1;']);
  assert.deepEqual(findDefinition(two, 'm'), ['  m() {', '  }']);
  assert.equal(definitionOf('src/raft/raft.ts', 'Raft').at(-1), '}');
});

test('an exhibit is shown as whole lines, with what it leaves as it was', () => {
  assert.deepEqual(diffOf(exhibitOf(31)), [
    '@@ src/raft/log.ts, isUpToDate @@',
    '- return otherTerm !== ownTerm ? otherTerm > ownTerm : otherIndex >= lastIndex(log);',
    '+ return otherIndex >= lastIndex(log);',
  ]);
  for (const exhibit of exhibits) assert.ok(diffOf(exhibit).length > 1, exhibit.title);
});

test('long lines of traces are folded', () => {
  const words = 'word '.repeat(20).trimEnd();
  assert.deepEqual(fold(words), [words]);
  assert.deepEqual(fold(`  ${words} end of it`), [
    `  ${words.slice(0, 94)}`,
    '      word end of it',
  ]);
});

const sound = `# 1. Title

> Why?

See [the log](x.md#files).

## Files

- [src/raft/log.ts](../../src/raft/log.ts): \`isUpToDate\`

## Exercises

### One

<details>

[Exhibit 1](../museum.md).

</details>

### Two

<details>

[Exhibit 2](../museum.md).

</details>

## Next

[Contents](README.md)
`;
const pages = (text: string): readonly Chapter[] => [
  { path: 'docs/guide/README.md', text: '1. [Title](01-x.md)' },
  { path: 'docs/guide/01-x.md', text },
];
const formOf = (text: string): readonly string[] => {
  const guide = pages(text);
  return guide.flatMap((chapter) => faultsOfForm(chapter, guide));
};

test('a chapter has its form, or it is said what is missing', () => {
  assert.deepEqual(formOf(sound), []);
  const without = (part: string): string => formOf(sound.replace(part, 'x')).join('\n');
  assert.deepEqual(formOf(sound.replace('See [the log](x.md#files).', '')), []);
  assert.match(without('# 1. Title'), /the title/);
  assert.match(without('> Why?'), /below the title/);
  assert.match(without('## Files'), /the last sections/);
  assert.match(without('### Two'), /1 exercises/);
  assert.match(without('[Exhibit 2](../museum.md)'), /"Two" names no exhibit/);
  assert.match(without('hibit 1]'), /"One" names no exhibit/);
  assert.match(formOf(sound.replace('Exhibit 1', 'Exhibit 999')).join(), /no exhibit 999/);
  assert.match(without('[Contents](README.md)'), /does not lead to README/);
  assert.match(formOf(sound.replace('Title', 'Other')).join(), /of the list is not "1. Other"/);
  assert.match(formOf(`${sound}${'long '.repeat(21)}`).join(), /has 105 characters/);
});

test('what a chapter refers to is there, or it is said what is not', () => {
  const faults = (text: string): string =>
    brokenReferences({ path: 'docs/guide/README.md', text }).join('\n');
  assert.equal(
    faults('[a](../rules.md#state-figure-2) `src/raft/log.ts` dist/test/guide/play.js'),
    '',
  );
  assert.equal(faults('[a](../theatre/index.html#scenario=guided%2Felection.txt)'), '');
  assert.match(faults('[a](nothing.md)'), /nothing\.md, which is not there/);
  assert.match(faults('[a](../rules.md#nothing)'), /no heading is so/);
  assert.match(faults('[a](../theatre/index.html#scenario=nothing.txt)'), /no scenario of/);
  assert.match(faults('see `src/raft/nothing.ts`'), /src\/raft\/nothing\.ts is named/);
  assert.match(faults('dist/test/nothing.js'), /test\/nothing\.js is named/);
  const files = '## Files\n\n- [log](../../src/raft/log.ts): `isUpToDate`,\n  `nothing`\n';
  assert.match(faults(files), /does not define nothing/);
});

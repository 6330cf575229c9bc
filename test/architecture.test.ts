/** The house rules that can be seen in the source: who may import whom, and what stands where. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { version } from '../src/cli/version.ts';
import { repositoryFile } from './process.ts';

interface Import {
  readonly from: string;
  /** A file below src, or a bare specifier. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

const sources = readdirSync(repositoryFile('src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(repositoryFile(join('src', file)), 'utf8') }));

const imports: Import[] = sources.flatMap(({ file, text }) =>
  [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm),
  ].map(([, type, from, bare]) => {
    const to = from ?? bare ?? '';
    return {
      from: file,
      to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to,
      isTypeOnly: type !== undefined,
    };
  }),
);

const folderOf = (file: string): string => file.split('/')[0] ?? '';

/** What each folder may import, apart from itself. Types only, where it says so. */
const mayImport: {
  readonly [folder: string]: {
    readonly values: readonly string[];
    readonly types?: readonly string[];
  };
} = {
  raft: { values: [] },
  machine: { values: [] },
  checker: { values: [] },
  specification: { values: [] },
  metrics: { values: ['node:'] },
  trace: { values: ['raft', 'node:'] },
  pages: { values: ['trace', 'node:'], types: ['checker', 'raft'] },
  storage: { values: ['node:'], types: ['raft'] },
  replica: { values: ['raft'], types: ['storage', 'machine'] },
  transport: { values: ['raft', 'node:'], types: ['replica'] },
  embedding: {
    values: ['transport', 'replica', 'raft', 'machine', 'storage', 'instruments', 'node:'],
    types: ['metrics'],
  },
  instruments: { values: ['replica', 'raft', 'metrics'] },
  maelstrom: { values: ['replica', 'raft', 'machine', 'metrics', 'instruments', 'node:'] },
  testbed: {
    values: [
      'raft',
      'machine',
      'checker',
      'specification',
      'storage',
      'replica',
      'maelstrom',
      'metrics',
      'trace',
      'pages',
      'node:',
    ],
  },
  theatre: { values: ['raft', 'testbed', 'pages'] },
  cli: {
    values: [
      'testbed',
      'trace',
      'pages',
      'checker',
      'specification',
      'maelstrom',
      'metrics',
      'instruments',
      'storage',
      'replica',
      'machine',
      'node:',
    ],
  },
};

test('every import follows the rules of the house', () => {
  assert.ok(imports.length > 100, 'the imports were found');
  for (const { from, to, isTypeOnly } of imports) {
    const folder = folderOf(from);
    const rule = mayImport[folder];
    assert.ok(rule !== undefined, `src/${folder} has no rule`);
    const target = to.startsWith('node:') ? 'node:' : folderOf(to);
    const isAllowed =
      target === folder ||
      rule.values.includes(target) ||
      (isTypeOnly && (rule.types ?? []).includes(target));
    assert.ok(isAllowed, `src/${from} must not import ${to}${isTypeOnly ? ' (types)' : ''}`);
  }
});

test('no file imports itself by a detour', () => {
  const graph = new Map<string, string[]>();
  for (const { from, to } of imports) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(
      !path.includes(file),
      `a circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`,
    );
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test('the core and the machines are pure: no clock, no chance, no I/O', () => {
  const impure =
    /\b(Date|setTimeout|setInterval|setImmediate|performance|fetch|console)\b|\bprocess\.(std|env|exit|hrtime|argv|nextTick|on)|Math\.random|crypto/;
  for (const { file, text } of sources) {
    if (!['raft', 'machine', 'checker', 'specification'].includes(folderOf(file))) continue;
    const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g, '');
    assert.doesNotMatch(code, impure, `src/${file}`);
  }
});

test('time and chance come in at one place each', () => {
  // A page in a browser has the browser's.
  const isForBrowsers = /^(pages\/browser|theatre)\//;
  const where = (pattern: RegExp) =>
    sources
      .filter(({ file, text }) => !isForBrowsers.test(file) && pattern.test(text))
      .map(({ file }) => file);
  assert.deepEqual(where(/\bsetTimeout\(|\bsetInterval\(/), ['replica/clock.ts']);
  assert.deepEqual(where(/Date\.now\(/), []);
  assert.deepEqual(where(/Math\.random\(/), []);
});

test('a file is one idea: none is longer than 400 lines', () => {
  for (const { file, text } of sources) {
    const lines = text.split('\n').length;
    assert.ok(lines <= 400, `src/${file} has ${lines} lines`);
  }
});

test('there is no dependency at run time, and one version', () => {
  const manifest = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8'));
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies']) {
    assert.equal(manifest[kind], undefined, kind);
  }
  assert.equal(version, manifest.version);
});

test('links between the documents lead somewhere', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'maelstrom/README.md',
    'monitoring/README.md',
    'examples/README.md',
  ].concat(readdirSync(repositoryFile('docs')).map((name) => `docs/${name}`));
  for (const document of documents.filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(repositoryFile(document), 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)) {
      const target = relative('.', join(dirname(document), link));
      assert.ok(
        readdirSync(repositoryFile(dirname(target))).includes(target.split('/').at(-1) ?? ''),
        `${document} links to ${link}`,
      );
    }
  }
});

/** What is in the tarball: all that is needed at run time or to compile, and not much else. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { pack, temporaryDirectory } from './packed.ts';

interface Manifest {
  readonly bin: { readonly [name: string]: string };
  readonly exports: {
    readonly [path: string]: string | { readonly types: string; readonly default: string };
  };
}

const manifest: Manifest = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8'));
const tarball = pack(temporaryDirectory());
const packed = new Set(tarball.files.map(({ path }) => path));
const read = (path: string): string => readFileSync(repositoryFile(path), 'utf8');

/** A file, and all that it imports, or starts as a worker, in turn. Every one of them is packed. */
function reached(from: readonly string[], isTypes: boolean): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (path: string, importer: string): void => {
    if (found.has(path)) return;
    assert.ok(packed.has(path), `${importer} needs ${path}, which is not packed`);
    found.add(path);
    const links = /(?:from |import |import\(|new URL\()['"](\.[^'"]*[^'"/])['"]/g;
    for (const [, link = ''] of read(path).matchAll(links)) {
      const target = normalize(join(dirname(path), link));
      visit(isTypes ? target.replace(/\.ts$/, '.d.ts') : target, path);
    }
  };
  for (const path of from) visit(normalize(path), 'package.json');
  return found;
}

/** Not in the manifest: it is run where it lies. */
const presets = 'maelstrom/run';
const entries = Object.values(manifest.exports).filter((target) => typeof target !== 'string');
const programs = reached(
  [...Object.values(manifest.bin), presets, ...entries.map((entry) => entry.default)],
  false,
);
const types = reached(
  entries.map((entry) => entry.types),
  true,
);

test('every program that is packed is used by a command or an entry', () => {
  /** Scripts of pages are read by name: src/pages/page.ts. */
  const isPageScript = (path: string): boolean => /^dist\/src\/pages\/browser\/\w+\.js$/.test(path);
  /** What has types alone compiles to a comment. */
  const isEmpty = (path: string): boolean =>
    read(path)
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      .trim() === 'export {};';
  for (const path of packed) {
    if (!path.endsWith('.js') || programs.has(path) || isPageScript(path)) continue;
    // What types alone are taken from.
    if (types.has(path.replace(/\.js$/, '.d.ts'))) continue;
    assert.ok(isEmpty(path), `nobody uses ${path}`);
  }
});

test('types are packed of no folder that no entry mentions', () => {
  const folders = new Set([...types].map((path) => dirname(path)));
  for (const path of packed) {
    if (path.endsWith('.d.ts')) assert.ok(folders.has(dirname(path)), `nobody mentions ${path}`);
  }
});

test('every command is packed, and so is every page of docs that commands and the README name', () => {
  for (const path of [...Object.values(manifest.bin), presets])
    assert.ok(packed.has(normalize(path)), path);
  const named = [...programs]
    .filter((path) => path.startsWith('dist/src/cli/'))
    .flatMap((path) => [...read(path).matchAll(/\bdocs\/[\w/-]+\.md/g)].map(([page]) => page));
  const linked = [...read('README.md').matchAll(/\]\((docs\/[^)#]+\.md)/g)].map(
    ([, page = '']) => page,
  );
  assert.ok(named.length > 0 && linked.length > 0);
  for (const page of [...named, ...linked]) {
    if (page !== 'docs/theatre/README.md') assert.ok(packed.has(page), `${page} is not packed`);
  }
});

test('nothing else is packed', () => {
  const rules = [
    /^(README\.md|LICENSE|CHANGELOG\.md|package\.json)$/,
    /^bin\/[\w-]+$/,
    /^maelstrom\/(run|README\.md)$/,
    /^examples\/([\w-]+\.ts|README\.md)$/,
    /^docs\/(?!theatre\/)[\w/-]+\.md$/,
    /^dist\/src\/(?!theatre\/)[\w/-]+\.(js|d\.ts)$/,
  ];
  for (const path of packed)
    assert.ok(
      rules.some((rule) => rule.test(path)),
      path,
    );
});

test('the tarball is below 1.25 MB, and below 5 MB when it is unpacked', () => {
  assert.ok(tarball.size < 1.25e6, `${tarball.size} bytes`);
  const unpacked = tarball.files.reduce((sum, { size }) => sum + size, 0);
  assert.ok(unpacked < 5e6, `${unpacked} bytes`);
});

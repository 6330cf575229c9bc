/** A project that has installed the tarball, and nothing else, from no network. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryFile } from '../process.ts';
import { installInto, pack, temporaryDirectory } from './packed.ts';

const directory = temporaryDirectory();
installInto(directory, pack(directory));
for (const name of ['pure.ts', 'program.ts']) {
  copyFileSync(repositoryFile(`test/package/consumer/${name}`), join(directory, name));
}

const { exports }: { readonly exports: { readonly [path: string]: unknown } } = JSON.parse(
  readFileSync(repositoryFile('package.json'), 'utf8'),
);
const entries = Object.keys(exports)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => path.replace(/^\./, 'raftwright'));

/** What can be compiled without the types of Node.js. */
const pureEntries = ['raft', 'machine', 'replica', 'checker'].map((name) => `raftwright/${name}`);

/** The compiler of this project, and one of the generation before it, where that is installed. */
const compiler = 'node_modules/typescript/bin/tsc';
const olderCompiler = 'test/api-reference/node_modules/typescript/bin/tsc';

function runNode(...args: readonly string[]): string {
  const ended = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  assert.equal(ended.status, 0, `${args.join(' ')}\n${ended.stdout}${ended.stderr}`);
  return ended.stdout;
}

interface Project {
  readonly name: string;
  readonly files: readonly string[];
  readonly types: readonly string[];
  readonly module: 'nodenext' | 'bundler';
}

/** Compiles as strictly as one can: the package's own declarations are checked, too. */
function compile({ name, files, types, module }: Project): void {
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    rewriteRelativeImportExtensions: true,
    declaration: true,
    target: 'es2023',
    lib: ['es2023'],
    types,
    outDir: `built-${name}`,
    module: module === 'nodenext' ? 'nodenext' : 'esnext',
    moduleResolution: module,
  };
  const project = join(directory, `tsconfig.${name}.json`);
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  runNode(repositoryFile(compiler), '-p', project);
  if (module === 'bundler' || !existsSync(repositoryFile(olderCompiler))) return;
  runNode(repositoryFile(olderCompiler), '-p', project);
}

for (const module of ['nodenext', 'bundler'] as const) {
  test(`what is pure compiles without the types of Node.js (${module})`, () => {
    const files = pureEntries.map((entry) => {
      const file = `all-of-${entry.replace('/', '-')}.ts`;
      writeFileSync(join(directory, file), `export * from '${entry}';\n`);
      return file;
    });
    compile({ name: `pure-${module}`, files: ['pure.ts', ...files], types: [], module });
  });

  test(`a program compiles against every entry (${module})`, () => {
    const text = entries.map((entry, at) => `export * as entry${at} from '${entry}';\n`).join('');
    writeFileSync(join(directory, 'all.ts'), text);
    const files = ['program.ts', 'all.ts'];
    compile({ name: `program-${module}`, files, types: ['node'], module });
  });
}

test('what the reference shows compiles', () => {
  const pages = readdirSync(repositoryFile('docs/api'));
  const examples = pages.flatMap((page) => {
    const text = readFileSync(repositoryFile(`docs/api/${page}`), 'utf8');
    return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)]
      .map(([, code = '']) => code)
      .filter((code) => code.includes("from 'raftwright"));
  });
  assert.ok(examples.length >= entries.length, 'each page has an example');
  const files = examples.map((code, at) => {
    writeFileSync(join(directory, `example-${at}.ts`), code);
    return `example-${at}.ts`;
  });
  compile({ name: 'examples', files, types: ['node'], module: 'nodenext' });
});

test('the program runs', () => {
  assert.equal(runNode('built-program-nodenext/program.js'), 'all is well\n');
});

test('each entry is found, and exports what it says', async () => {
  for (const entry of entries) {
    const script = `process.stdout.write(JSON.stringify(Object.entries(await import('${entry}'))
      .map(([name, value]) => [name, typeof value])))`;
    const found: [string, string][] = JSON.parse(runNode('--input-type=module', '-e', script));
    assert.ok(found.length > 0, `${entry} exports nothing that exists at run time`);
    for (const [name, type] of found) assert.notEqual(type, 'undefined', `${entry}: ${name}`);
  }
});

test('there is no way past the entries', () => {
  for (const path of [
    'dist/src/raft/raft.js',
    'dist/src/raft/index.js',
    'raft/raft.js',
    'bin/lin-kv',
  ]) {
    const script = `import('raftwright/${path}').catch((error) => process.stdout.write(error.code))`;
    const code = runNode('--input-type=module', '-e', script);
    assert.equal(code, 'ERR_PACKAGE_PATH_NOT_EXPORTED', path);
  }
});

test('the commands run from where they are installed: a bench of a second', () => {
  const bin = (name: string): string => join('node_modules', '.bin', name);
  mkdirSync(join(directory, 'run'), { recursive: true });
  assert.match(runNode(bin('raftwright'), '--version'), /^raftwright \d+\.\d+\.\d+$/m);
  for (const name of ['lin-kv', 'raft-node'])
    assert.match(runNode(bin(name), '--help'), /--data-dir/);
  const flags = ['--node-count', '1', '--concurrency', '2', '--time-limit', '1', '--rate', '50'];
  const said = runNode(bin('raftwright'), 'test', '-w', 'lin-kv', '--bin', bin('lin-kv'), ...flags);
  assert.match(said, /VALID: the history is linearizable/);
});

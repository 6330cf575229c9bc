/**
 * The reference in docs/api, and the doc comments that it is made of. `make api` writes it anew, and
 * installs what this needs: a TypeScript that programs can ask, and TypeDoc.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { after, test } from 'node:test';
import { repositoryFile } from '../process.ts';

const tools = repositoryFile('test/api-reference');
const isInstalled = existsSync(join(tools, 'node_modules/typedoc'));
const options = { skip: isInstalled ? false : 'not installed; `make api-tools` does it' };
const pages = repositoryFile('docs/api');

function run(script: string, ...args: readonly string[]): string {
  const ended = spawnSync(process.execPath, [join(tools, script), ...args], {
    cwd: tools,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(ended.status, 0, ended.stdout + ended.stderr);
  return ended.stdout;
}

const typedoc = 'node_modules/typedoc/bin/typedoc';
const config = ['--options', 'typedoc.config.mjs', '--treatWarningsAsErrors', '--logLevel', 'Warn'];

const contentsOf = (directory: string): Map<string, string> =>
  new Map(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  );

test('exported types are whole, and exported things say what they are for', options, () => {
  const { findings }: { readonly findings: readonly string[] } = JSON.parse(run('surface.mjs'));
  assert.deepEqual(findings, [], findings.join('\n'));
});

test('docs/api says what the doc comments say; `make api` writes it anew', options, () => {
  if (process.env['UPDATE'] === '1') {
    run(typedoc, ...config, '--out', pages);
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-api-'));
  after(() => rmSync(directory, { recursive: true }));
  run(typedoc, ...config, '--out', directory);
  const written = contentsOf(directory);
  const kept = contentsOf(pages);
  assert.deepEqual([...kept.keys()], [...written.keys()], 'run `make api`');
  for (const [name, text] of written) {
    assert.ok(kept.get(name) === text, `docs/api/${name} is stale; run \`make api\``);
  }
});

/** The anchors that a page has: its headings as GitHub names them, and those that it sets itself. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set([...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id));
  const counts = new Map<string, number>();
  for (const [, heading = ''] of page.matchAll(/^#+ (.*)$/gm)) {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-');
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    anchors.add(count === 0 ? name : `${name}-${count}`);
  }
  return anchors;
}

test('links of the reference lead somewhere', () => {
  const kept = contentsOf(pages);
  const anchors = new Map([...kept].map(([name, text]) => [name, anchorsOf(text)]));
  for (const [name, text] of kept) {
    for (const [, page = '', anchor] of text.matchAll(/\]\(([\w./-]*)(?:#([^)]*))?\)/g)) {
      const path = normalize(join(dirname(name), page === '' ? name : page));
      assert.ok(existsSync(join(pages, path)), `${name} links to ${page}`);
      if (anchor === undefined) continue;
      assert.ok(anchors.get(path)?.has(anchor), `${name} links to ${path}#${anchor}`);
    }
  }
});

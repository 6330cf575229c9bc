/** Where a node keeps its data: by its name, and in a test run apart from other runs. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { dataDirectory } from '../../src/cli/data-directory.ts';

const byItself = { env: {}, parentPid: process.pid };

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'raftwright-data-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a node that is started by itself finds its data again, whoever starts it', () => {
  const path = dataDirectory('/data', 'n1', byItself);
  assert.equal(path, '/data/n1');
  assert.equal(dataDirectory('/data', 'n1', { env: {}, parentPid: process.ppid }), path);
});

test('a run that names itself keeps its nodes apart from those of other runs', () => {
  const inRun = (run: string): string =>
    dataDirectory('/data', 'n1', { ...byItself, env: { RAFTWRIGHT_RUN: run } });
  assert.equal(inRun('2026-11-21-17'), '/data/2026-11-21-17/n1');
  assert.notEqual(inRun('a'), inRun('b'));
  assert.equal(inRun(''), '/data/n1');
});

test('no name leads out of the directory, and different names to different ones', () => {
  const names = ['n1', '.', '..', '...', '../n1', 'a/b', 'a%2Fb', '/etc', '%2E', 'ž', 'N1'];
  const paths = names.map((name) => dataDirectory('/data', name, byItself));
  assert.equal(new Set(paths).size, names.length);
  for (const path of paths) assert.match(path, /^\/data\/[^/]+$/);
  for (const path of paths) assert.doesNotMatch(path, /\/\.+$/);
});

test('under Maelstrom, a Java virtual machine, each of its processes is a run', {
  skip: existsSync('/proc/self/stat') ? false : 'only /proc tells what a process is',
}, async (t) => {
  const java = join(directory(t), 'java');
  symlinkSync(process.execPath, java);
  const start = async (): Promise<string> => {
    const maelstrom = spawn(java, ['-e', 'setInterval(() => {}, 1000); console.log("up")']);
    t.after(() => maelstrom.kill('SIGKILL'));
    await once(maelstrom.stdout, 'data');
    const parentPid = maelstrom.pid ?? 0;
    const path = dataDirectory('/data', 'n1', { env: {}, parentPid });
    assert.match(path, new RegExp(`^/data/maelstrom-${parentPid}-[0-9]+/n1$`));
    assert.equal(dataDirectory('/data', 'n1', { env: {}, parentPid }), path);
    return path;
  };
  assert.notEqual(await start(), await start());
});

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Target, writeTarget } from '../../src/cli/metrics-targets.ts';

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-targets-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

const n0: Target = { node: 'n0', host: '127.0.0.1', port: 9500, labels: { node: 'n0' } };
const unlogged = (line: string): void => assert.fail(line);

test('a node has a file of its own, which is all there at once and replaced by the next life', (t) => {
  const directory = join(temporary(t), 'not', 'there', 'yet');
  writeTarget(directory, n0, unlogged);
  writeTarget(directory, { ...n0, node: 'n1', port: 9501 }, unlogged);
  writeTarget(directory, { ...n0, port: 40_000 }, unlogged);
  assert.deepEqual(readdirSync(directory).sort(), ['raftwright-n0.json', 'raftwright-n1.json']);
  const text = readFileSync(join(directory, 'raftwright-n0.json'), 'utf8');
  assert.deepEqual(JSON.parse(text), [{ targets: ['127.0.0.1:40000'], labels: { node: 'n0' } }]);
});

test("who ends takes its file away, and nobody else's", (t) => {
  const directory = temporary(t);
  const remove = writeTarget(directory, n0, unlogged);
  remove();
  assert.deepEqual(readdirSync(directory), []);
  const removeOld = writeTarget(directory, n0, unlogged);
  writeTarget(directory, { ...n0, port: 9600 }, unlogged);
  removeOld();
  assert.deepEqual(readdirSync(directory), ['raftwright-n0.json']);
  rmSync(join(directory, 'raftwright-n0.json'));
  removeOld(); // nothing there: no harm
});

test('no name of a node leads out of the directory, and no two share a file', (t) => {
  const directory = temporary(t);
  const names = ['.', '..', '../x', '/etc/x', 'a b', 'a%20b', 'a/b', 'a%2Fb', 'ä\u0000'];
  for (const node of names) writeTarget(directory, { ...n0, node }, unlogged);
  assert.equal(readdirSync(directory).length, names.length);
});

test('a directory that cannot be written is a line in the log', (t) => {
  const directory = temporary(t);
  const file = join(directory, 'file');
  writeFileSync(file, '');
  const logged: string[] = [];
  // Below /proc, where there is one, a recursive mkdir of Node.js never returns.
  for (const impossible of [file, join(file, 'below'), '/proc/none/targets']) {
    const remove = writeTarget(impossible, n0, (line) => logged.push(line));
    remove();
    assert.match(
      logged.pop() ?? '',
      /^metrics: no target for Prometheus in .*(EEXIST|ENOTDIR|ENOENT|EACCES)/,
    );
  }
  assert.deepEqual(logged, []);
});

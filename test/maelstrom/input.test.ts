/** A node on the stdin and stdout of a process of its own. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

const library = new URL('../../src/maelstrom/node.js', import.meta.url);
const program = `
import { MaelstromNode } from '${library}';
const node = new MaelstromNode();
node.handle('echo', ({ echo }) => ({ type: 'echo_ok', echo }));
node.handle('late', async () => ({ type: 'late_ok' }));
await node.run();
`;
const command = ['--input-type=module', '--eval', program];

const line = (body: object): string => `${JSON.stringify({ src: 'c1', dest: 'n1', body })}\n`;
const init = line({ type: 'init', msg_id: 1, node_id: 'n1', node_ids: ['n1'] });

interface Reply {
  readonly type: string;
  readonly in_reply_to: number;
  readonly echo?: string;
}

function repliesIn(output: string): Reply[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map((said) => JSON.parse(said).body);
}

/** Requests of all lengths up to many times what is read at once, and some that are not ASCII. */
function requests(): { readonly lines: string; readonly echoes: readonly string[] } {
  const lengths = [0, 1, 100, 65_000, 65_536, 70_000, 3, 200_000, 1_000_000, 5];
  const echoes = lengths.flatMap((length) => ['x'.repeat(length), `${'é'.repeat(length)}☃`]);
  const lines = echoes.map((echo, at) => line({ type: 'echo', msg_id: 10 + at, echo }));
  return { lines: lines.join(''), echoes };
}

test('a pipe is read to its end, however its lines lie in what is read at once', async () => {
  const { lines, echoes } = requests();
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<Reply> => JSON.parse((await said.next()).value).body;
  child.stdin.write(init);
  assert.equal((await next()).type, 'init_ok');
  child.stdin.write(lines);
  for (const echo of echoes) assert.ok((await next()).echo === echo, 'another text came back');
  // The last line lacks its end.
  child.stdin.end(line({ type: 'late', msg_id: 9 }).trimEnd());
  assert.deepEqual(await next(), { in_reply_to: 9, type: 'late_ok' });
  assert.equal((await ended)[0], 0);
});

test('whoever reads slowly still gets every answer, after the input has ended', async () => {
  const child = spawn(process.execPath, command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const echo = 'x'.repeat(1_000_000);
  const asked = [1, 2, 3].map((at) => line({ type: 'echo', msg_id: 10 + at, echo }));
  child.stdin.end(`${init}${asked.join('')}`);
  // The pipe is full and the node idle by then.
  await once(child.stdout, 'readable');
  await setTimeout(100);
  let output = '';
  for await (const part of child.stdout.setEncoding('utf8')) output += part;
  const expected = ['init_ok', 'echo_ok', 'echo_ok', 'echo_ok'];
  assert.deepEqual(
    repliesIn(output).map(({ type }) => type),
    expected,
  );
});

test('a pipe of a shell is read, and so is a file, and nothing at all', () => {
  const directory = mkdtempSync(join(tmpdir(), 'raftwright-input-'));
  try {
    const file = join(directory, 'lines');
    writeFileSync(file, init);
    const expected = ['init_ok'];
    const node = [process.execPath, ...command];
    const piped = spawnSync('sh', ['-c', 'cat "$0" | "$@"', file, ...node], { encoding: 'utf8' });
    assert.deepEqual(
      repliesIn(piped.stdout).map(({ type }) => type),
      expected,
    );
    const fd = openSync(file, 'r');
    const filed = spawnSync(process.execPath, command, { stdio: [fd, 'pipe', 'inherit'] });
    assert.deepEqual(
      repliesIn(String(filed.stdout)).map(({ type }) => type),
      expected,
    );
    const none = spawnSync(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
    assert.deepEqual([String(none.stdout), none.status], ['', 0]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

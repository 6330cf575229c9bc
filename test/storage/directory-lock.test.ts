/** One process a directory, and a dead one stands in nobody's way. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DirectoryLock } from '../../src/storage/directory-lock.ts';

function lockFile(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'raftwright-lock-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'lock');
}

const isInUse = { name: 'StoreRefusal', problem: 'inUse' };
const lockModule = new URL('../../src/storage/directory-lock.js', import.meta.url).href;
const holdingScript = `
  const { DirectoryLock } = await import(${JSON.stringify(lockModule)});
  const path = process.argv[1];
  const lock = await DirectoryLock.acquire(path, 'here').catch((error) => error);
  console.log(lock instanceof Error ? lock.message : 'holds it');
  if (lock instanceof Error) process.exit(0);
  setInterval(() => {}, 1000);
`;

test('who comes second is told who was first', async (t) => {
  const path = lockFile(t);
  const first = await DirectoryLock.acquire(path, 'here');
  const message = new RegExp(`^here: it is in use by process ${process.pid} \\(this one\\)`);
  await assert.rejects(DirectoryLock.acquire(path, 'here'), { ...isInUse, message });
  await first.release();
  const third = await DirectoryLock.acquire(path, 'here');
  await third.release();
  assert.ok(!existsSync(path), 'nothing is left');
});

test('a process that was killed holds nothing, and one that lives does, stopped or not', async (t) => {
  const path = lockFile(t);
  const child = spawn(process.execPath, ['--input-type=module', '-e', holdingScript, path]);
  t.after(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said), 'holds it\n');
  child.kill('SIGSTOP');
  const message = new RegExp(`in use by process ${child.pid}\\.`);
  await assert.rejects(DirectoryLock.acquire(path, 'here'), { ...isInUse, message });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await DirectoryLock.acquire(path, 'here');
  await lock.release();
});

test("a process that was refused and lives on stands in nobody's way", async (t) => {
  const path = lockFile(t);
  const first = await DirectoryLock.acquire(path, 'here');
  const script = holdingScript.replace('process.exit(0)', 'setInterval(() => {}, 1000)');
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, path]);
  t.after(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  assert.match(String(said), new RegExp(`in use by process ${process.pid}`));
  // What a process leaves that is killed: the file.
  copyFileSync(path, `${path}.copy`);
  await first.release();
  renameSync(`${path}.copy`, path);
  const second = await DirectoryLock.acquire(path, 'here');
  await second.release();
});

test('a claim is found also after one that was cut off', async (t) => {
  const path = lockFile(t);
  appendFileSync(path, '12');
  const lock = await DirectoryLock.acquire(path, 'here');
  await assert.rejects(DirectoryLock.acquire(path, 'here'), isInUse);
  await lock.release();
});

test('a process id that is used again is not the process that had the directory', async (t) => {
  const path = lockFile(t);
  appendFileSync(
    path,
    `${process.ppid} 0badb007-1 1\n${process.pid} 0badb007-1 1\n1 - 1\nrubbish\n`,
  );
  const lock = await DirectoryLock.acquire(path, 'here');
  assert.equal(readFileSync(path, 'latin1').trim().split(/\n+/).length, 5);
  await lock.release();
});

test('of many that come at once exactly one gets in', async (t) => {
  const path = lockFile(t);
  for (let round = 0; round < 20; round++) {
    const claims = await Promise.allSettled(
      Array.from({ length: 8 }, () => DirectoryLock.acquire(path, 'here')),
    );
    const locks = claims.flatMap((claim) => (claim.status === 'fulfilled' ? [claim.value] : []));
    assert.equal(locks.length, 1);
    await locks[0]?.release();
  }
});

test('a directory is taken by one of several processes, each of which says so or who has it', async (t) => {
  const path = lockFile(t);
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', holdingScript, path]),
  );
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const said = await Promise.all(
    children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])),
  );
  const winner = children[said.indexOf('holds it\n')];
  assert.equal(said.filter((text) => text === 'holds it\n').length, 1, said.join(''));
  for (const text of said) assert.match(text, new RegExp(`holds it|process ${winner?.pid}\\.`));
});

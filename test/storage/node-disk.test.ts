/** The real disk, with system calls that do less than they were asked for, or fail. */

import assert from 'node:assert/strict';
import fs, { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DiskFile } from '../../src/storage/disk.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';

/** More writes than it takes until quick ones are waited for; see quick-syncs.ts. */
const manyWrites = 20;

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'raftwright-disk-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A file on a disk on which all is quick, so that both ways to write are taken. */
async function quickFile(
  t: TestContext,
): Promise<{ readonly file: DiskFile; readonly path: string }> {
  t.mock.method(performance, 'now', () => 0);
  const path = directory(t);
  const file = await nodeDisk(path).open('a file');
  t.after(() => file.close());
  return { file, path: join(path, 'a file') };
}

function persist(file: DiskFile, data: string, position: number): Promise<Error | null> {
  return new Promise((resolve) => file.persist(Buffer.from(data), position, resolve));
}

test('a write that is cut short is gone on with', async (t) => {
  const { file, path } = await quickFile(t);
  const { write, writeSync } = fs;
  type Done = (failure: Error | null, count: number) => void;
  const asynchronous = t.mock.method(fs, 'write', ((
    ...[fd, data, from, bytes, position, done]: [number, Buffer, number, number, number, Done]
  ) => write(fd, data, from, Math.min(bytes, 3), position, done)) as never);
  const synchronous = t.mock.method(fs, 'writeSync', ((
    ...[fd, data, from, bytes, position]: [number, Buffer, number, number, number]
  ) => writeSync(fd, data, from, Math.min(bytes, 3), position)) as never);
  for (let at = 0; at < manyWrites; at++)
    assert.equal(await persist(file, 'abcdefgh', 8 * at), null);
  assert.equal(readFileSync(path, 'latin1'), 'abcdefgh'.repeat(manyWrites));
  assert.ok(asynchronous.mock.callCount() > 0 && synchronous.mock.callCount() > 0);
});

test('a disk that takes nothing more is no disk to wait for', async (t) => {
  const { file } = await quickFile(t);
  type Done = (failure: Error | null, count: number) => void;
  t.mock.method(fs, 'write', ((...request: readonly unknown[]) =>
    (request.at(-1) as Done)(null, 0)) as never);
  assert.match(String(await persist(file, 'abc', 0)), /takes nothing more/);
});

test('each write is synced, whether it is waited for or not', async (t) => {
  const { file } = await quickFile(t);
  const asynchronous = t.mock.method(fs, 'fdatasync');
  const synchronous = t.mock.method(fs, 'fdatasyncSync');
  for (let at = 0; at < manyWrites; at++) assert.equal(await persist(file, 'a', at), null);
  const [later, now] = [asynchronous.mock.callCount(), synchronous.mock.callCount()];
  assert.ok(later > 0 && now > 0, `${later} and ${now}`);
  assert.equal(later + now, manyWrites);
});

test('a sync that fails is not tried again', async (t) => {
  const { file } = await quickFile(t);
  const failure = new Error('EIO: i/o error');
  type Done = (failure: Error | null) => void;
  const fails = t.mock.method(fs, 'fdatasync', ((_fd: number, done: Done) => {
    if (fails.mock.callCount() === 0) done(failure);
    else done(null);
  }) as never);
  assert.equal(await persist(file, 'abc', 0), failure);
  assert.equal(fails.mock.callCount(), 1);
});

/** Which directories are synced from now on. */
function watchDirectories(t: TestContext): string[] {
  const synced: string[] = [];
  const { open } = fs.promises;
  t.mock.method(fs.promises, 'open', async (...request: Parameters<typeof open>) => {
    const handle = await open(...request);
    if ((await handle.stat()).isDirectory()) {
      t.mock.method(handle, 'sync', async () => void synced.push(String(request[0])));
    }
    return handle;
  });
  return synced;
}

test('the names of directories that had to be made are synced, each where it stands', async (t) => {
  const path = join(directory(t), 'one', 'two', 'three');
  const synced = watchDirectories(t);
  const disk = nodeDisk(path);
  await disk.acquire();
  t.after(() => disk.release());
  const two = dirname(path);
  assert.deepEqual(synced, [two, dirname(two), dirname(dirname(two))]);
});

test('where no directory can be made, that is said, and at once', async (t) => {
  if (!existsSync('/proc/self')) return t.skip('there is no /proc');
  // There mkdir says ENOENT though the parent exists; what looks for a missing parent never ends.
  await assert.rejects(nodeDisk('/proc/none/such').acquire(), /ENOENT.*mkdir '\/proc\/none'/);
});

test('names are synced in the directory that has them', async (t) => {
  const path = directory(t);
  const synced = watchDirectories(t);
  await nodeDisk(path).syncNames();
  assert.deepEqual(synced, [path]);
});

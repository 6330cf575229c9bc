/** The file store on a real directory. What crashes do to it: file-store-crashes.test.ts. */

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { asLogIndex, asNodeId, asTerm } from '../../src/raft/index.ts';
import { command } from '../../src/storage/conformance/samples.ts';
import { FileStore, type FileStoreOptions } from '../../src/storage/file-store.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';
import { persist, textFormat } from './text-commands.ts';

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'raftwright-store-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function storeIn(path: string, options: Partial<FileStoreOptions<string>> = {}): FileStore<string> {
  return new FileStore({
    disk: nodeDisk(path),
    node: 'n1',
    format: textFormat,
    segmentBytes: 4096,
    ...options,
  });
}

test('what was written is there in the next life, over many segments', async (t) => {
  const path = directory(t);
  const first = storeIn(path);
  await first.load();
  const entries = Array.from({ length: 500 }, (_, at) => command(at + 1, 1, `command ${at}`));
  for (const each of entries) assert.equal(await persist(first, { entries: [each] }), null);
  await first.close();
  const second = storeIn(path);
  assert.deepEqual((await second.load()).entries, entries);
  await second.close();
});

test('a store knows what its log takes on the disk', async (t) => {
  const path = directory(t);
  const onDisk = () => {
    const sizes = segmentsIn(path).map((name) => statSync(join(path, name)).size);
    return { segments: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  };
  const first = storeIn(path);
  assert.equal(first.logUsage, null);
  await first.load();
  // One write is larger than a segment.
  await persist(first, { entries: [command(1, 1, 'x'.repeat(10_000))] });
  for (let index = 2; segmentsIn(path).length < 6; index++) {
    await persist(first, { entries: [command(index, 1, 'x'.repeat(1000))] });
  }
  await until(() => assert.deepEqual(first.logUsage, onDisk()));
  const membership = { voters: [asNodeId('n1')], outgoing: [], learners: [] };
  const at = { index: asLogIndex(0), membership };
  const meta = { index: asLogIndex(5), term: asTerm(1), membership: at };
  await new Promise((resolve) => first.saveSnapshot(meta, new Uint8Array(3), resolve));
  const before = segmentsIn(path).length;
  first.compact(asLogIndex(5));
  await until(() => assert.ok(segmentsIn(path).length < before));
  await until(() => assert.deepEqual(first.logUsage, onDisk()));
  await first.close();
  const second = storeIn(path);
  await second.load();
  await until(() => assert.deepEqual(second.logUsage, onDisk()));
  await second.close();
});

/** Lets what is under way beside the writes come to its end. */
async function until(check: () => void): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    try {
      return check();
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  check();
}

test('the oldest segment is missed, even when the later ones have no entry', async (t) => {
  const path = directory(t);
  const first = storeIn(path);
  await first.load();
  await persist(first, { entries: [command(1, 1, 'the only one')] });
  for (let term = 2; segmentsIn(path).length < 3; term++) {
    const hardState = { currentTerm: asTerm(term), votedFor: asNodeId('n2') };
    await persist(first, { hardState });
  }
  await first.close();
  rmSync(join(path, '0000000001.wal'));
  await assert.rejects(storeIn(path).load(), /entries 1 to 1 are missing/);
});

test('a prefix that was truncated away whole is not missed', async (t) => {
  const path = directory(t);
  const first = storeIn(path);
  await first.load();
  await persist(first, { entries: [command(1, 1, 'an only one')] });
  await persist(first, { truncateFrom: asLogIndex(1) });
  for (let term = 2; segmentsIn(path).length < 3; term++) {
    await persist(first, { hardState: { currentTerm: asTerm(term), votedFor: null } });
  }
  await first.close();
  rmSync(join(path, '0000000001.wal'));
  const second = storeIn(path);
  assert.deepEqual((await second.load()).entries, []);
  await second.close();
});

test('a store that is closed while a snapshot comes in keeps no file of it open', {
  skip: !existsSync('/proc/self/fd'),
}, async (t) => {
  const path = directory(t);
  const store = storeIn(path);
  await store.load();
  const membership = { voters: [asNodeId('n1')], outgoing: [], learners: [] };
  const snapshot = {
    index: asLogIndex(9),
    term: asTerm(1),
    membership: { index: asLogIndex(0), membership },
  };
  const snapshotChunk = { snapshot, offset: 0, data: Buffer.from('a part'), isLast: false };
  assert.equal(await persist(store, { snapshotChunk }), null);
  await store.close();
  assert.deepEqual(
    readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(path)),
    [],
  );
});

test('a store that is closed while a snapshot is saved has it in the next life', async (t) => {
  const path = directory(t);
  const first = storeIn(path);
  await first.load();
  assert.equal(
    await persist(first, { entries: [command(1, 1, 'one'), command(2, 1, 'two')] }),
    null,
  );
  const membership = { voters: [asNodeId('n1')], outgoing: [], learners: [] };
  const meta = {
    index: asLogIndex(2),
    term: asTerm(1),
    membership: { index: asLogIndex(0), membership },
  };
  const reports: (Error | null)[] = [];
  first.saveSnapshot(meta, Buffer.alloc(3_000_000, 7), (failure) => reports.push(failure));
  await first.close();
  assert.deepEqual(reports, [null]);
  const second = storeIn(path);
  assert.deepEqual((await second.load()).snapshot?.meta, meta);
  await second.close();
});

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

function segmentsIn(path: string): readonly string[] {
  return readdirSync(path).filter((name) => name.endsWith('.wal'));
}

test('a draft of store.json beside the files of a store is not taken for a new directory', async (t) => {
  const path = directory(t);
  const first = storeIn(path);
  await first.load();
  for (let index = 1; index <= 100; index++) {
    assert.equal(await persist(first, { entries: [command(index)] }), null);
  }
  await first.close();
  renameSync(join(path, 'store.json'), join(path, 'store.json.tmp'));
  const before = segmentsIn(path);
  assert.ok(before.length > 2);
  await assert.rejects(storeIn(path).load(), { name: 'StoreRefusal', problem: 'missing' });
  assert.deepEqual(segmentsIn(path), before);
});

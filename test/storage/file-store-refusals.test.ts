/** What a file store refuses to go on with, although it could read something. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { command } from '../../src/storage/conformance/samples.ts';
import { crc32c } from '../../src/storage/crc32c.ts';
import { FileStore, type FileStoreOptions } from '../../src/storage/file-store.ts';
import { mountDisk } from '../../src/testbed/simulation/mounted-disk.ts';
import { SimulatedDisk } from '../../src/testbed/simulation/simulated-disk.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { textFormat } from './text-commands.ts';

const faults = { diskMs: 0, diskFailure: 0, syncFailure: 0, lostWrites: 1, looseSectors: 0 };

function newDisk(): SimulatedDisk {
  return new SimulatedDisk({ clock: new VirtualClock(), random: createRandom(1), faults });
}

function storeOn(
  disk: SimulatedDisk,
  options: Partial<FileStoreOptions<string>> = {},
): FileStore<string> {
  return new FileStore({
    disk: mountDisk(disk),
    node: 'n1',
    cluster: 'n1,n2,n3',
    format: textFormat,
    segmentBytes: 4096,
    createId: () => 'simulated',
    ...options,
  });
}

/** A disk on which commands were written, one after the other. */
async function diskWith(...texts: readonly string[]): Promise<SimulatedDisk> {
  const disk = newDisk();
  const store = storeOn(disk);
  await store.load();
  for (const [at, content] of texts.entries()) {
    const nothing = { hardState: null, snapshotChunk: null, truncateFrom: null };
    const entries = [command(at + 1, 1, content)];
    const failure = await new Promise((done) => store.write({ ...nothing, entries }, done));
    assert.equal(failure, null);
  }
  await store.close();
  return disk;
}

function contentOf(disk: SimulatedDisk, name: string): Buffer {
  const file = disk.files.get(name);
  assert.ok(file !== undefined, name);
  return Buffer.from(file.read(0, file.length));
}

function overwrite(disk: SimulatedDisk, name: string, content: Uint8Array): void {
  const file = disk.files.get(name);
  assert.ok(file !== undefined, name);
  file.write(content, 0);
  file.sync(file.writes);
}

test('rot that looks like a torn write is damage when more was written after it', async () => {
  // A sector of zeros is what a write leaves that has not reached it.
  const disk = await diskWith('\0'.repeat(1100), 'the next');
  const at = contentOf(disk, '0000000001.wal').indexOf(Buffer.alloc(1100));
  disk.files.get('0000000001.wal')?.flip(8 * (at + 3));
  await assert.rejects(storeOn(disk).load(), {
    problem: 'damaged',
    message: /a record cannot be read, and was durable when record \d+ was written/,
  });
});

test('a segment of another time does not follow', async () => {
  const texts = Array.from({ length: 30 }, (_, at) => `command ${at} ${'x'.repeat(250)}`);
  const disk = await diskWith(...texts);
  const [first = '', ...others] = texts;
  const other = await diskWith(first.replaceAll('x', 'y'), ...others);
  // As if it came from a backup. Its records have the same numbers, and say the same.
  overwrite(disk, '0000000002.wal', contentOf(other, '0000000002.wal'));
  await assert.rejects(storeOn(disk).load(), {
    problem: 'damaged',
    message: /record \d+ does not follow record \d+/,
  });
});

test('the directory of another node, or of another cluster, is refused', async () => {
  const disk = await diskWith('a command');
  await assert.rejects(storeOn(disk, { node: 'n2' }).load(), { problem: 'otherNode' });
  await assert.rejects(storeOn(disk, { cluster: 'n1' }).load(), { problem: 'otherNode' });
  assert.equal((await storeOn(disk).load()).entries.length, 1);
});

test('a directory that a newer version has written is refused', async () => {
  const disk = await diskWith('a command');
  const identity = JSON.parse(contentOf(disk, 'store.json').toString());
  const { store, node, cluster } = identity;
  const checksum = crc32c(Buffer.from(JSON.stringify([2, store, node, cluster])));
  const newer = { ...identity, format: 2, checksum: checksum.toString(16).padStart(8, '0') };
  overwrite(disk, 'store.json', Buffer.from(JSON.stringify(newer, null, 2)));
  await assert.rejects(storeOn(disk).load(), { problem: 'newerFormat' });
});

test('a store that has lost the file that says what it is, is not created anew', async () => {
  const disk = await diskWith('a command');
  disk.changeNames(['store.json', null]);
  await assert.rejects(storeOn(disk).load(), { problem: 'missing', message: /store\.json/ });
});

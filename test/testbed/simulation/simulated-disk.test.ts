/** A simulated disk: what a crash may take, and what it may not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, nextFraction, nextInteger } from '../../../src/raft/index.ts';
import type { Disk, DiskFile } from '../../../src/storage/disk.ts';
import { mountDisk } from '../../../src/testbed/simulation/mounted-disk.ts';
import {
  SimulatedDisk,
  type SimulatedDiskFaults,
} from '../../../src/testbed/simulation/simulated-disk.ts';
import {
  allSurvives,
  nothingSurvives,
  type Survival,
} from '../../../src/testbed/simulation/survival.ts';
import { settled, VirtualClock } from '../../../src/testbed/virtual-clock.ts';

const sound: SimulatedDiskFaults = {
  diskMs: 0,
  diskFailure: 0,
  syncFailure: 0,
  lostWrites: 0,
  looseSectors: 0,
};

function create(faults: Partial<SimulatedDiskFaults> = {}, seed = 1) {
  const clock = new VirtualClock();
  const random = createRandom(seed);
  const disk = new SimulatedDisk({ clock, random, faults: { ...sound, ...faults } });
  return { clock, disk };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a file holds, or null when there is none. */
async function textOf(disk: SimulatedDisk, name: string): Promise<string | null> {
  const mounted = mountDisk(disk);
  if (!(await mounted.list()).includes(name)) return null;
  return new TextDecoder().decode(await mounted.read(name)).replaceAll('\0', '.');
}

/** A file that is there, with its name, and what was written to it synced. */
async function durableFile(disk: Disk, name: string, text: string): Promise<DiskFile> {
  const file = await disk.open(name);
  await disk.syncNames();
  await file.write(bytes(text), 0);
  await file.sync();
  return file;
}

const firstBytes = (count: number): Survival => ({ ...nothingSurvives, bytes: () => count });

test('what is synced survives, and what is only written does not', async () => {
  const { disk } = create();
  const file = await durableFile(mountDisk(disk), 'log', 'abc');
  await file.write(bytes('XYdef'), 1);
  assert.equal(await textOf(disk, 'log'), 'aXYdef', 'a reader sees what was written');
  disk.crash(nothingSurvives);
  assert.equal(await textOf(disk, 'log'), 'abc');
});

test('what is persisted is durable when that is said, and before it may be', async () => {
  const { disk, clock } = create({ diskMs: 10 });
  const mounted = mountDisk(disk);
  const opened = mounted.open('log');
  const named = mounted.syncNames();
  await clock.advance(20);
  await named;
  const said: unknown[] = [];
  const file = await opened;
  file.persist(bytes('abc'), 0, (failure) => said.push(failure));
  assert.deepEqual(said, []);
  await clock.advance(20);
  assert.deepEqual(said, [null]);
  disk.crash(nothingSurvives);
  assert.equal(await textOf(disk, 'log'), 'abc');
});

test('of a write that a crash interrupts, a beginning may survive that ends at any byte', async () => {
  for (let count = 0; count <= 5; count++) {
    const { disk } = create();
    const file = await durableFile(mountDisk(disk), 'log', '.....');
    await file.write(bytes('ab'), 0);
    await file.write(bytes('cde'), 2);
    disk.crash(firstBytes(count));
    assert.equal(await textOf(disk, 'log'), 'abcde'.slice(0, count).padEnd(5, '.'));
  }
});

test('or any of the sectors, each as it was at some time', async () => {
  const { disk } = create();
  const file = await durableFile(mountDisk(disk), 'log', '.'.repeat(1536));
  await file.write(bytes('a'.repeat(1536)), 0);
  await file.write(bytes('b'.repeat(1024)), 512);
  const kept = [1, 0, 2];
  disk.crash({ ...nothingSurvives, bytes: () => null, sector: () => kept.shift() ?? 0 });
  const text = await textOf(disk, 'log');
  assert.equal(text, 'a'.repeat(512) + '.'.repeat(512) + 'b'.repeat(512));
});

test('a new name is durable when names are synced; a file without one is gone', async () => {
  const { disk } = create();
  const file = await mountDisk(disk).open('log');
  await file.write(bytes('abc'), 0);
  await file.sync();
  disk.crash(nothingSurvives);
  assert.equal(await textOf(disk, 'log'), null);
});

test('a removed file comes back unless names were synced', async () => {
  for (const isSynced of [false, true]) {
    const { disk } = create();
    const mounted = mountDisk(disk);
    await durableFile(mounted, 'log', 'abc');
    await mounted.remove('log');
    if (isSynced) await mounted.syncNames();
    assert.equal(await textOf(disk, 'log'), null);
    disk.crash(nothingSurvives);
    assert.equal(await textOf(disk, 'log'), isSynced ? null : 'abc');
  }
});

test('a crash comes before a rename or after it, and names change in their order', async () => {
  const left: unknown[] = [];
  for (const names of [0, 1, 2]) {
    const { disk } = create();
    const mounted = mountDisk(disk);
    await durableFile(mounted, 'new', 'new');
    await durableFile(mounted, 'current', 'old');
    await mounted.rename('new', 'current');
    await mounted.remove('current');
    disk.crash({ ...nothingSurvives, names: () => names });
    left.push([await textOf(disk, 'new'), await textOf(disk, 'current')]);
  }
  assert.deepEqual(left, [
    ['new', 'old'],
    [null, 'new'],
    [null, null],
  ]);
});

test('after a crash nobody hears of what was under way, and nothing more is written', async () => {
  const { disk, clock } = create({ diskMs: 10 });
  const mounted = mountDisk(disk);
  const opening = mounted.open('log');
  const naming = mounted.syncNames();
  await clock.advance(20);
  await naming;
  const file = await opening;
  const said: string[] = [];
  file.persist(bytes('abc'), 0, () => said.push('persisted'));
  void file.sync().then(() => said.push('synced'));
  disk.crash(nothingSurvives);
  file.persist(bytes('def'), 0, () => said.push('persisted after the crash'));
  void file.write(bytes('def'), 0).then(() => said.push('written after the crash'));
  void mounted.remove('log').then(() => said.push('removed after the crash'));
  await clock.advance(100);
  await settled();
  assert.deepEqual(said, []);
  assert.equal(await textOf(disk, 'log'), '');
});

test('a process has the disk alone, until it gives it up or crashes', async () => {
  const { disk } = create();
  const first = mountDisk(disk);
  await first.acquire();
  await assert.rejects(mountDisk(disk).acquire(), /used by another process/);
  await first.release();
  await mountDisk(disk).acquire();
  disk.crash(nothingSurvives);
  await mountDisk(disk).acquire();
});

test('a full disk takes what fits, or nothing, and says so; what is there may be overwritten', async () => {
  const texts = new Set<string | null>();
  for (let seed = 1; seed <= 40; seed++) {
    const { disk } = create({}, seed);
    disk.capacityBytes = 6;
    const file = await durableFile(mountDisk(disk), 'log', 'abcd');
    await assert.rejects(file.write(bytes('efgh'), 4), /ENOSPC/);
    assert.ok(disk.hasFailed);
    texts.add(await textOf(disk, 'log'));
    await file.write(bytes('ABCD'), 0);
  }
  assert.deepEqual([...texts].sort(), ['abcd', 'abcde', 'abcdef']);
});

test('a write that fails may have been carried out in part', async () => {
  const texts = new Set<string | null>();
  for (let seed = 1; seed <= 40; seed++) {
    const { disk } = create({}, seed);
    const file = await durableFile(mountDisk(disk), 'log', '...');
    disk.faults = { ...sound, diskFailure: 1 };
    await assert.rejects(file.write(bytes('abc'), 0), /EIO/);
    disk.crash(allSurvives);
    texts.add(await textOf(disk, 'log'));
  }
  assert.deepEqual([...texts].sort(), ['...', 'a..', 'ab.']);
});

test('after a sync that failed, one that succeeds says nothing of what the first was for', async () => {
  const texts = new Set<string | null>();
  for (let seed = 1; seed <= 60; seed++) {
    const { disk } = create({}, seed);
    const file = await durableFile(mountDisk(disk), 'log', '.....');
    disk.faults = { ...sound, syncFailure: 1 };
    await file.write(bytes('abc'), 0);
    await assert.rejects(file.sync(), /EIO/);
    disk.faults = sound;
    await file.write(bytes('de'), 3);
    await file.sync();
    assert.equal(await textOf(disk, 'log'), 'abcde', 'readers do not see what is lost');
    disk.crash(allSurvives);
    texts.add(await textOf(disk, 'log'));
  }
  assert.deepEqual([...texts].sort(), ['...de', 'a..de', 'ab.de', 'abcde']);
});

test('neither does one of names', async () => {
  const found = new Set<boolean>();
  for (let seed = 1; seed <= 40; seed++) {
    const { disk } = create({}, seed);
    const mounted = mountDisk(disk);
    await mounted.open('log');
    disk.faults = { ...sound, syncFailure: 1 };
    await assert.rejects(mounted.syncNames(), /EIO/);
    disk.faults = sound;
    await mounted.syncNames();
    disk.crash(allSurvives);
    found.add((await textOf(disk, 'log')) !== null);
  }
  assert.equal(found.size, 2);
});

test('rot turns one bit round, where it is let', async () => {
  const { disk } = create();
  const mounted = mountDisk(disk);
  await durableFile(mounted, 'log', 'abcd');
  await durableFile(mounted, 'snapshot', 'abcd');
  assert.equal(
    disk.rot((name) => name === 'snapshot'),
    'snapshot',
  );
  assert.equal(await textOf(disk, 'log'), 'abcd');
  const before = bytes('abcd');
  const after = await mounted.read('snapshot');
  const bits = [...after].map((byte, at) => (byte ^ (before[at] ?? 0)).toString(2));
  assert.equal(bits.join('').replaceAll('0', ''), '1');
  assert.equal(
    disk.rot(() => false),
    null,
  );
});

test('whatever is persisted is there after any crash', async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = createRandom(seed);
    const { disk, clock } = create({ diskMs: seed % 2, looseSectors: 0.5, lostWrites: 0.3 }, seed);
    const mounted = mountDisk(disk);
    const opening = mounted.open('log');
    const naming = mounted.syncNames();
    await clock.advance(4);
    await naming;
    const file = await opening;
    const known = new Uint8Array(3000);
    let uncertain = [0, 0];
    for (let left = nextInteger(random, 1, 8); left > 0; left--) {
      const data = new Uint8Array(nextInteger(random, 1, 1200)).fill(nextInteger(random, 1, 256));
      const position = nextInteger(random, 0, known.length - data.length);
      uncertain = [position, position + data.length];
      file.persist(data, position, () => {
        known.set(data, position);
        uncertain = [0, 0];
      });
      if (left === 1 && nextFraction(random) < 0.7) break;
      await clock.advance(4);
    }
    disk.crash();
    const found = new Uint8Array(known.length);
    found.set(await mountDisk(disk).read('log'));
    const [from = 0, to = 0] = uncertain;
    assert.deepEqual(found.subarray(0, from), known.subarray(0, from), `seed ${seed}`);
    assert.deepEqual(found.subarray(to), known.subarray(to), `seed ${seed}`);
  }
});

test('a copy has the same, and goes its own way', async () => {
  const { disk } = create();
  const mounted = mountDisk(disk);
  const file = await durableFile(mounted, 'log', 'abc');
  await file.write(bytes('def'), 3);
  await mounted.rename('log', 'wal');
  const copy = disk.copy();
  await file.sync();
  await mounted.syncNames();
  copy.crash(nothingSurvives);
  disk.crash(nothingSurvives);
  assert.equal(await textOf(copy, 'log'), 'abc');
  assert.equal(await textOf(disk, 'wal'), 'abcdef');
});

test('when only the process ends, the system still has what was not synced', async () => {
  const { disk } = create();
  const mounted = mountDisk(disk);
  const file = await durableFile(mounted, 'log', 'abc');
  await mounted.acquire();
  await file.write(bytes('def'), 3);
  await mounted.rename('log', 'wal');
  disk.kill();
  const next = mountDisk(disk);
  await next.acquire();
  assert.equal(await textOf(disk, 'wal'), 'abcdef');
  disk.crash(nothingSurvives);
  assert.equal(await textOf(disk, 'log'), 'abc');
});

test('what it could not write is still read then, and not tried again', async () => {
  const { disk } = create({ lostWrites: 1 });
  const file = await durableFile(mountDisk(disk), 'log', 'abc');
  disk.faults = { ...sound, syncFailure: 1, lostWrites: 1 };
  await file.write(bytes('def'), 3);
  await assert.rejects(file.sync(), /EIO/);
  disk.faults = sound;
  disk.kill();
  assert.equal(await textOf(disk, 'log'), 'abcdef');
  await (await mountDisk(disk).open('log')).sync();
  disk.crash(allSurvives);
  assert.equal(await textOf(disk, 'log'), 'abc');
});

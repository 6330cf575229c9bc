/** A file store may crash at any byte, and holds what it has acknowledged; or it says that it cannot. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../../src/storage/disk.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import {
  crashAtEveryByte,
  type DamageOutcome,
  damage,
  lastDisk,
  type OpenStore,
  recordScript,
} from './crash-harness.ts';
import { crashScript } from './crash-script.ts';

const format = {
  encode: (text: string): Uint8Array => new TextEncoder().encode(text),
  decode: (bytes: Uint8Array): string => new TextDecoder().decode(bytes),
};

const open: OpenStore = (disk) =>
  new FileStore<string>({
    disk,
    node: 'n1',
    format,
    segmentBytes: 4096,
    createId: () => 'simulated',
  });

/** All of what takes minutes. */
const isThorough = process.env['THOROUGH'] === '1';

test('whatever byte a crash comes at, what was acknowledged is there', async () => {
  const points = await recordScript(open, crashScript);
  const sampling = isThorough
    ? { goesOnEvery: 1, crashesAgainEvery: 7 }
    : { goesOnEvery: 5, crashesAgainEvery: 997 };
  const crashes = await crashAtEveryByte(open, points, sampling);
  assert.ok(crashes > 10_000, `${crashes} crashes`);
});

test('whatever bit of whatever file turns round, nothing is lost unnoticed', async () => {
  const points = await recordScript(open, crashScript);
  const outcomes = new Map<DamageOutcome, number>();
  for (const [name, { length }] of lastDisk(points).files) {
    for (let bit = 0; bit < 8 * length; bit += isThorough ? 1 : 11) {
      const outcome = await damage(open, points, (disk) => disk.files.get(name)?.flip(bit));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const isHonest = outcome === 'refused' || outcome === 'unharmed';
      assert.ok(isHonest, `bit ${bit % 8} of byte ${bit >> 3} of ${name}: ${outcome}`);
    }
  }
  assert.ok((outcomes.get('refused') ?? 0) > 500, 'what is damaged is refused');
});

test('however much of whatever file is cut off, nothing wrong is read', async () => {
  const points = await recordScript(open, crashScript);
  for (const [name, { length }] of lastDisk(points).files) {
    for (let end = 0; end < length; end += isThorough ? 1 : 7) {
      const outcome = await damage(open, points, (disk) => disk.files.get(name)?.cut(end));
      assert.notEqual(outcome, 'wrong', `${name} ends at byte ${end}`);
    }
  }
});

/** Disks that say that something is durable and do nothing for it. */
const lies: { readonly [what: string]: (disk: Disk) => Partial<Disk> } = {
  'does not sync names': () => ({ syncNames: async () => {} }),
  'does not sync what it persists': (disk) => ({
    open: async (name) => {
      const file = await disk.open(name);
      return {
        persist: (data, position, done) =>
          void file.write(data, position).then(() => done(null), done),
        write: (...what) => file.write(...what),
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
  }),
  'does not sync files': (disk) => ({
    open: async (name) => {
      const file = await disk.open(name);
      return {
        persist: (...what) => file.persist(...what),
        write: (...what) => file.write(...what),
        sync: async () => {},
        close: () => file.close(),
      };
    },
  }),
};

for (const [what, lie] of Object.entries(lies)) {
  test(`a disk that ${what} is found out`, async () => {
    const deceived: OpenStore = (disk) => {
      const honest: Disk = {
        path: disk.path,
        acquire: () => disk.acquire(),
        release: () => disk.release(),
        list: () => disk.list(),
        read: (...where) => disk.read(...where),
        open: (name) => disk.open(name),
        rename: (...names) => disk.rename(...names),
        remove: (name) => disk.remove(name),
        syncNames: () => disk.syncNames(),
      };
      return open({ ...honest, ...lie(disk) });
    };
    const points = await recordScript(deceived, crashScript);
    const sampling = { goesOnEvery: 5, crashesAgainEvery: 997 };
    await assert.rejects(crashAtEveryByte(deceived, points, sampling), /a crash before/);
  });
}

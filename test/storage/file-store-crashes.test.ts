/** A file store may crash at any byte, and holds what it has acknowledged; or it says that it cannot. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../../src/storage/disk.ts';
import { crashAtEveryByte, type OpenStore, recordScript } from './crash-harness.ts';
import { crashScript } from './crash-script.ts';
import { fileStoreTrials, openFileStore } from './file-store-trials.ts';

for (const { rule, run } of fileStoreTrials) test(rule, run);

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
      return openFileStore({ ...honest, ...lie(disk) });
    };
    const points = await recordScript(deceived, crashScript);
    const sampling = { goesOnEvery: 5, crashesAgainEvery: 997 };
    await assert.rejects(crashAtEveryByte(deceived, points, sampling), /a crash before/);
  });
}

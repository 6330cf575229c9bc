/** A store on files keeps the rules for stores, on a real file system. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileStore } from '../../src/storage/file-store.ts';
import {
  type FailingStoreHarness,
  failingStoreConformance,
  storeConformance,
} from '../../src/storage/index.ts';
import { nodeDisk } from '../../src/storage/node-disk.ts';
import { type KillableDisk, killableDisk } from './killable-disk.ts';
import { textFormat } from './text-commands.ts';

function fileHarness(segmentBytes: number): FailingStoreHarness {
  let path: string | null = null;
  let killable: KillableDisk | null = null;
  let store: FileStore<string> | null = null;
  return {
    async open() {
      path ??= await mkdtemp(join(tmpdir(), 'raftwright-store-'));
      killable = killableDisk(nodeDisk(path));
      store = new FileStore({ disk: killable.disk, node: 'n1', format: textFormat, segmentBytes });
      return store;
    },
    async close() {
      await store?.close();
      store = null;
    },
    async crash() {
      await killable?.kill();
      store = null;
    },
    async destroy() {
      await killable?.kill();
      if (path !== null) await rm(path, { recursive: true });
    },
    fail() {
      if (killable !== null) killable.isFailing = true;
    },
    recover() {
      if (killable !== null) killable.isFailing = false;
    },
  };
}

for (const { rule, run } of storeConformance) {
  test(`in segments of 64 KiB: ${rule}`, () => run(fileHarness(64 * 1024)));
  test(`in segments of 600 bytes: ${rule}`, () => run(fileHarness(600)));
}

for (const { rule, run } of failingStoreConformance) {
  test(`on a disk that fails: ${rule}`, () => run(fileHarness(64 * 1024)));
}

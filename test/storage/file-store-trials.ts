/** What is done to the file store, and to its files, to see whether it is what it says. */

import assert from 'node:assert/strict';
import { FileStore } from '../../src/storage/file-store.ts';
import {
  crashAtEveryByte,
  type DamageOutcome,
  damage,
  killAtEveryPoint,
  lastDisk,
  type OpenStore,
  recordScript,
} from './crash-harness.ts';
import { crashScript } from './crash-script.ts';
import { textFormat } from './text-commands.ts';

export const openFileStore: OpenStore = (disk) =>
  new FileStore<string>({
    disk,
    node: 'n1',
    format: textFormat,
    segmentBytes: 4096,
    createId: () => 'simulated',
  });

/** All of what takes minutes. */
const isThorough = process.env['THOROUGH'] === '1';

export interface FileStoreTrial {
  readonly name: string;
  readonly rule: string;
  /** Rejects when the rule is broken, with an Error that says where. */
  run(): Promise<void>;
}

export const fileStoreTrials: readonly FileStoreTrial[] = [
  {
    name: 'crash',
    rule: 'whatever byte a crash comes at, what was acknowledged is there',
    async run() {
      const points = await recordScript(openFileStore, crashScript);
      const sampling = isThorough
        ? { goesOnEvery: 1, crashesAgainEvery: 7 }
        : { goesOnEvery: 5, crashesAgainEvery: 997 };
      const crashes = await crashAtEveryByte(openFileStore, points, sampling);
      assert.ok(crashes > 10_000, `${crashes} crashes`);
    },
  },
  {
    name: 'kill',
    rule: 'what the next process reads when one was killed, a power cut does not take',
    async run() {
      const kills = await killAtEveryPoint(
        openFileStore,
        await recordScript(openFileStore, crashScript),
      );
      assert.ok(kills > 150, `${kills} kills`);
    },
  },
  {
    name: 'rot',
    rule: 'whatever bit of whatever file turns round, nothing is lost unnoticed',
    async run() {
      const points = await recordScript(openFileStore, crashScript);
      const outcomes = new Map<DamageOutcome, number>();
      for (const [name, { length }] of lastDisk(points).files) {
        for (let bit = 0; bit < 8 * length; bit += isThorough ? 1 : 11) {
          const outcome = await damage(openFileStore, points, (disk) =>
            disk.files.get(name)?.flip(bit),
          );
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
          const isHonest = outcome === 'refused' || outcome === 'unharmed';
          assert.ok(isHonest, `bit ${bit % 8} of byte ${bit >> 3} of ${name}: ${outcome}`);
        }
      }
      assert.ok((outcomes.get('refused') ?? 0) > 500, 'what is damaged is refused');
    },
  },
  {
    name: 'cut',
    rule: 'however much of whatever file is cut off, nothing wrong is read',
    async run() {
      const points = await recordScript(openFileStore, crashScript);
      for (const [name, { length }] of lastDisk(points).files) {
        for (let end = 0; end < length; end += isThorough ? 1 : 7) {
          const outcome = await damage(openFileStore, points, (disk) =>
            disk.files.get(name)?.cut(end),
          );
          assert.notEqual(outcome, 'wrong', `${name} ends at byte ${end}`);
        }
      }
    },
  },
];

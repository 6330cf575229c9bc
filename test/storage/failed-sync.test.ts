/**
 * A sync that has failed may have lost what it was for, though whoever reads the file still sees it,
 * and the next sync succeeds. (Rebello and others, "Can Applications Recover from fsync Failures?",
 * 2020) So the next process must not rest on it either, unless it has written it again.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { command, hardState } from '../../src/storage/conformance/samples.ts';
import { FileStore } from '../../src/storage/file-store.ts';
import { mountDisk } from '../../src/testbed/simulation/mounted-disk.ts';
import { SimulatedDisk } from '../../src/testbed/simulation/simulated-disk.ts';
import { nothingSurvives } from '../../src/testbed/simulation/survival.ts';
import { settled, VirtualClock } from '../../src/testbed/virtual-clock.ts';
import { persist, textFormat } from './text-commands.ts';

const sound = { diskMs: 0, diskFailure: 0, syncFailure: 0, lostWrites: 1, looseSectors: 0 };

function storeOn(disk: SimulatedDisk): FileStore<string> {
  disk.giveUp();
  return new FileStore({
    disk: mountDisk(disk),
    node: 'n1',
    format: textFormat,
    segmentBytes: 600,
    createId: () => 'simulated',
  });
}

// A segment ends in some of these, so that the sync that fails is that of its end, or of the next.
for (let before = 1; before <= 8; before++) {
  test(`after a failed sync, what the next process reads is made durable: ${before}`, async () => {
    const random = createRandom(before);
    const disk = new SimulatedDisk({ clock: new VirtualClock(), random, faults: sound });
    const first = storeOn(disk);
    await first.load();
    for (let index = 1; index <= before; index++) {
      assert.equal(await persist(first, { entries: [command(index, 1, 'x'.repeat(40))] }), null);
    }
    // The next segment is ready: file systems that cannot make a name durable stop altogether.
    await settled();
    disk.faults = { ...sound, syncFailure: 1 };
    const lost = { hardState: hardState(7, 'n2'), entries: [command(before + 1, 7)] };
    assert.ok((await persist(first, lost)) instanceof Error);
    disk.faults = sound;

    // The process ends; the system, and what it has in its memory, does not.
    const second = storeOn(disk);
    const { hardState: found, entries } = await second.load();
    const last = entries.at(-1)?.index ?? 0;
    assert.equal(await persist(second, { entries: [command(last + 1, 8)] }), null);

    disk.crash(nothingSurvives);
    const state = await storeOn(disk).load();
    assert.deepEqual(state.hardState, found);
    assert.deepEqual(state.entries, [...entries, command(last + 1, 8)]);
  });
}

/** Rules of a node's own snapshots, of reading them, and of what they make superfluous. */

import { type StoreRule, storeRule } from './rule.ts';
import { bytes, chunk, command, commands, hardState, metaAt, text, truncate } from './samples.ts';
import { assertThat, type Trial } from './trial.ts';

const all = Number.POSITIVE_INFINITY;

/** The store holds entries of this length after the snapshot, without a gap. */
async function assertBeyond(trial: Trial, length: number): Promise<void> {
  const { snapshot, entries } = await trial.reopen();
  const beyond = entries.filter(({ index }) => index > (snapshot?.meta.index ?? 0));
  assertThat(beyond.length === length, () => `expected ${length} entries beyond the snapshot`);
}

export const ownSnapshotRules: readonly StoreRule[] = [
  storeRule('a saved snapshot comes back, and so do the entries after it', async (trial) => {
    await trial.write({ hardState: hardState(1), entries: commands(1, 10) });
    await trial.save(metaAt(4), text('up to the fourth'));
    await assertBeyond(trial, 6);
    await trial.write({ ...truncate(8), entries: commands(8, 12, 2) });
    await trial.save(metaAt(9, 2), text('up to the ninth'));
    await assertBeyond(trial, 3);
    await trial.save(metaAt(12, 2), text('all'));
    await trial.reopen('close');
    await trial.write({ entries: [command(13, 3)] });
    await assertBeyond(trial, 1);
  }),

  storeRule('a saved snapshot never takes the place of a newer one', async (trial) => {
    await trial.write({ entries: commands(1, 10) });
    await trial.save(metaAt(8), text('newer'));
    await trial.save(metaAt(5), text('older'));
    await trial.assertRead([8, 0, all], text('newer'));
    await trial.reopen();
    const newer = trial.queueSave(metaAt(10), bytes(300_000));
    const older = trial.queueSave(metaAt(9), text('older, and done sooner'));
    await Promise.all([newer, older]);
    await trial.reopen();
    await trial.assertRead([10, 0, all], bytes(300_000));
  }),

  storeRule('a received snapshot is not replaced by one that was being saved', async (trial) => {
    await trial.write({ entries: commands(1, 10) });
    const saved = trial.queueSave(metaAt(8), bytes(300_000));
    const received = trial.queue(chunk(metaAt(12), 0, text('received'), true));
    await Promise.all([saved, received]);
    await trial.assertRead([12, 0, all], text('received'));
    await trial.reopen();
    await trial.assertRead([12, 0, all], text('received'));
  }),

  storeRule(
    'saving goes on beside writes, and beside a snapshot that is received',
    async (trial) => {
      await trial.write({ entries: commands(1, 10) });
      await trial.write(chunk(metaAt(20), 0, text('received '), false));
      const saved = trial.queueSave(metaAt(8), text('saved'));
      const writes = commands(11, 40).map((entry) => trial.queue({ entries: [entry] }));
      await Promise.all([saved, ...writes]);
      await trial.assertRead([8, 0, all], text('saved'));
      await trial.write(chunk(metaAt(50), 0, text('in two '), false));
      await trial.save(metaAt(9), text('saved again'));
      await trial.write(chunk(metaAt(50), 7, text('parts'), true));
      await trial.reopen();
      await trial.assertRead([50, 0, all], text('in two parts'));
    },
  ),

  storeRule(
    'a snapshot that was being saved in a crash is there or not, as a whole',
    async (trial) => {
      for (let round = 1; round <= 10; round++) {
        const last = trial.reported.lastIndex;
        await trial.write({ entries: commands(last + 1, last + 3) });
        trial.queueSave(metaAt(last + 2), bytes(100 * round, round));
        trial.queue({ entries: commands(last + 4, last + 5) });
        await Promise.resolve();
        await trial.reopen();
      }
    },
  ),

  storeRule('a snapshot is read in parts, and the last is known as such', async (trial) => {
    await trial.write({ entries: commands(1, 5) });
    await trial.save(metaAt(5), text('abcde'));
    for (const ending of ['crash', 'close'] as const) {
      await trial.assertRead([5, 0, 2], text('ab'), false);
      await trial.assertRead([5, 2, 2], text('cd'), false);
      await trial.assertRead([5, 4, 2], text('e'));
      await trial.assertRead([5, 3, 2], text('de'));
      await trial.assertRead([5, 0, 4], text('abcd'), false);
      await trial.assertRead([5, 0, 5], text('abcde'));
      await trial.assertRead([5, 0, 6], text('abcde'));
      await trial.assertRead([5, 1, all], text('bcde'));
      await trial.assertRead([5, 5, 1], text(''));
      await trial.assertRead([5, 9, 1], text(''));
      await trial.reopen(ending);
    }
  }),

  storeRule('only the newest complete snapshot can be read', async (trial) => {
    await trial.assertRead([0, 0, all], null);
    await trial.assertRead([1, 0, all], null);
    await trial.write({ entries: commands(1, 9) });
    await trial.save(metaAt(5), text('first'));
    await trial.assertRead([4, 0, all], null);
    await trial.assertRead([6, 0, all], null);
    await trial.save(metaAt(8), text('second'));
    await trial.assertRead([5, 0, all], null);
    await trial.assertRead([8, 0, all], text('second'));
    await trial.write(chunk(metaAt(12), 0, text('third'), true));
    await trial.assertRead([8, 0, all], null);
    await trial.assertRead([12, 0, all], text('third'));
  }),

  storeRule('a read sees nothing that was handed in after it', async (trial) => {
    const content = bytes(200_000);
    await trial.write({ entries: commands(1, 9) });
    await trial.save(metaAt(5), content);
    const early = [trial.read(5), trial.read(5, 100_000, 50_000), trial.read(8)];
    const saved = trial.queueSave(metaAt(8), text('newer'));
    const [whole, part, none] = await Promise.all(early);
    await saved;
    assertThat(whole?.data.length === 200_000, () => 'the snapshot was gone before it was read');
    assertThat(part?.data[0] === content[100_000], () => 'a part was gone before it was read');
    assertThat(none === null, () => 'a snapshot was read that was not handed in yet');
    const before = trial.read(8);
    await trial.write(chunk(metaAt(12), 0, text('received'), true));
    assertThat((await before) !== null, () => 'the snapshot was gone before it was read');
  }),

  storeRule('many reads at once all get what they asked for', async (trial) => {
    const content = bytes(10_000);
    await trial.write(chunk(metaAt(5), 0, content, true));
    const reads = Array.from({ length: 100 }, (_, at) =>
      trial.assertRead([5, at * 100, 100], content.subarray(at * 100, at * 100 + 100), at === 99),
    );
    await Promise.all(reads);
  }),

  storeRule('compacting keeps the entries beyond', async (trial) => {
    await trial.write({ entries: commands(1, 20) });
    await trial.save(metaAt(10), text('up to the tenth'));
    trial.compact(4);
    await assertBeyond(trial, 10);
    trial.compact(10);
    await assertBeyond(trial, 10);
    // What is gone is gone: less is nothing to do.
    trial.compact(3);
    await assertBeyond(trial, 10);
    await trial.save(metaAt(20), text('all'));
    trial.compact(20);
    await assertBeyond(trial, 0);
    await trial.write({ entries: commands(21, 22) });
    await assertBeyond(trial, 2);
  }),

  storeRule('after compacting, entries are appended and truncated as before', async (trial) => {
    await trial.write({ entries: commands(1, 20) });
    await trial.save(metaAt(10), text('up to the tenth'));
    trial.compact(8);
    await trial.write({ ...truncate(15), entries: commands(15, 17, 2) });
    await assertBeyond(trial, 7);
    const writes = [trial.queue({ entries: commands(18, 30, 2) })];
    trial.compact(10);
    writes.push(trial.queue({ ...truncate(12), entries: commands(12, 13, 3) }));
    await Promise.all(writes);
    await assertBeyond(trial, 3);
    await trial.write(truncate(11));
    await assertBeyond(trial, 0);
    await trial.write({ entries: [command(11, 4)] });
    await trial.write(chunk(metaAt(30), 0, text('received'), true));
    trial.compact(30);
    await trial.write({ entries: commands(31, 33, 4) });
    await assertBeyond(trial, 3);
  }),

  storeRule('a long log that is saved and compacted all along keeps its end', async (trial) => {
    for (let end = 50; end <= 1000; end += 50) {
      const writes = commands(end - 49, end).map((entry) => trial.queue({ entries: [entry] }));
      await Promise.all(writes);
      await trial.save(metaAt(end - 10), bytes(1000, end));
      trial.compact(end - 20);
    }
    await assertBeyond(trial, 10);
  }),
];

/** Rules of snapshots that are received, in parts, from another node. */

import { type StoreRule, storeRule } from './rule.ts';
import {
  bytes,
  chunk,
  command,
  commands,
  greatest,
  hardState,
  membership,
  metaAt,
  noop,
  oddNames,
  text,
  truncate,
} from './samples.ts';
import { assertThat, type Trial } from './trial.ts';

const all = Number.POSITIVE_INFINITY;

async function receive(trial: Trial, index: number, content: Uint8Array, size = all) {
  const snapshot = metaAt(index);
  let offset = 0;
  for (;;) {
    const data = content.subarray(offset, offset + size);
    const isLast = offset + size >= content.length;
    await trial.write(chunk(snapshot, offset, data, isLast));
    if (isLast) return;
    offset += data.length;
  }
}

export const receivedSnapshotRules: readonly StoreRule[] = [
  storeRule('a received snapshot takes the place of all entries', async (trial) => {
    await trial.write({ entries: commands(1, 9) });
    await receive(trial, 5, text('up to the fifth'));
    await trial.reopen();
    // The entries 6 to 9 were those of another log.
    await trial.write({ entries: [command(6, 2)] });
    await trial.reopen();
    await receive(trial, 20, text('far beyond the log'), 4);
    await trial.reopen();
    await trial.write({ entries: commands(21, 23, 3) });
    await trial.reopen('close');
  }),

  storeRule('a received snapshot takes the place of older ones', async (trial) => {
    await receive(trial, 5, text('the first, and the longer one of both'), 10);
    await receive(trial, 6, text('the second'), 3);
    await trial.reopen();
    await trial.assertRead([6, 0, all], text('the second'));
    await trial.assertRead([5, 0, all], null);
  }),

  storeRule('nothing is seen of a snapshot before its last part', async (trial) => {
    await trial.write({ hardState: hardState(1), entries: commands(1, 3) });
    const snapshot = metaAt(9);
    await trial.write(chunk(snapshot, 0, text('hello '), false));
    await trial.write(chunk(snapshot, 6, text('wor'), false));
    await trial.assertRead([9, 0, all], null);
    await trial.reopen();
    await trial.assertRead([9, 0, all], null);
    await trial.write({ entries: [command(4)] });
    await trial.reopen();
  }),

  storeRule('offset 0 begins anew: the parts of an abandoned snapshot are gone', async (trial) => {
    await trial.write(chunk(metaAt(7), 0, text('of another snapshot, '), false));
    await trial.write(chunk(metaAt(7), 21, text('and more of it'), false));
    await trial.write(chunk(metaAt(9), 0, text('a first try, '), false));
    await trial.write(chunk(metaAt(9), 0, text('hello '), false));
    await trial.write(chunk(metaAt(9), 6, text('world'), true));
    await trial.reopen();
    await trial.write(chunk(metaAt(10), 0, text('before the crash'), false));
    await trial.reopen();
    await trial.write(chunk(metaAt(10), 0, text('after '), false));
    await trial.write(chunk(metaAt(10), 6, text('it'), true));
    await trial.reopen();
  }),

  storeRule(
    'parts of a snapshot and entries share writes, in the order of the parts',
    async (trial) => {
      await trial.write({ entries: commands(1, 6) });
      await trial.write({
        hardState: hardState(2, 'n2'),
        ...chunk(metaAt(9, 2), 0, text('hello '), false),
        ...truncate(5),
        entries: commands(5, 7, 2),
      });
      await trial.reopen();
      await trial.write(chunk(metaAt(9, 2), 0, text('good '), false));
      await trial.write({
        hardState: hardState(3, 'n3'),
        ...chunk(metaAt(9, 2), 5, text('bye'), true),
        entries: commands(10, 12, 3),
      });
      await trial.reopen();
    },
  ),

  storeRule('snapshots and entries that wait together keep their places', async (trial) => {
    const writes: Promise<void>[] = [];
    for (let round = 0; round < 10; round++) {
      const end = 10 * round + 10;
      writes.push(trial.queue({ entries: commands(end - 9, end + 2) }));
      writes.push(trial.queue(chunk(metaAt(end), 0, text(`${round} `), false)));
      writes.push(trial.queue(chunk(metaAt(end), 2, text('is over'), true)));
    }
    await Promise.all(writes);
    await trial.reopen();
  }),

  storeRule(
    'a received snapshot that waited in a crash is there or not, as a whole',
    async (trial) => {
      for (let round = 1; round <= 10; round++) {
        const last = trial.reported.lastIndex;
        const end = last + 5;
        trial.queue({ hardState: hardState(round), entries: commands(last + 1, last + 3) });
        trial.queue(chunk(metaAt(end), 0, text(`the first part of ${round}, `), false));
        trial.queue({
          ...chunk(metaAt(end), `the first part of ${round}, `.length, text('the last'), true),
          entries: commands(end + 1, end + 2),
        });
        await Promise.resolve();
        await trial.reopen();
        await receive(trial, trial.reported.lastIndex + 1, text(`all of ${round}`));
      }
    },
  ),

  storeRule('indices up to 2 ** 53 - 1 come back', async (trial) => {
    for (const exponent of [16, 31, 32, 33, 48, 52]) {
      await receive(trial, 2 ** exponent - 2, text(`${exponent}`));
      await trial.write({ entries: commands(2 ** exponent - 1, 2 ** exponent + 1) });
      await trial.reopen();
      await trial.write({ ...truncate(2 ** exponent), entries: [noop(2 ** exponent)] });
      await trial.reopen();
    }
    await trial.write(chunk(metaAt(greatest - 3, greatest), 0, text('late'), true));
    await trial.write({ entries: commands(greatest - 2, greatest, greatest) });
    await trial.reopen();
  }),

  storeRule('a snapshot comes back with its membership', async (trial) => {
    const joint = membership(['n1', 'n2', 'n3'], ['n1', 'n4'], oddNames);
    const meta = metaAt(9, 4, joint);
    const later = { ...meta, membership: { ...meta.membership, index: meta.index } };
    await trial.write(chunk(later, 0, text('received'), true));
    await trial.reopen();
    await trial.write({ entries: commands(10, 19, 5) });
    const early = metaAt(15, 5, membership([], [], []));
    await trial.save(early, text('saved'));
    await trial.reopen();
  }),

  storeRule('an empty snapshot is a snapshot', async (trial) => {
    const empty = new Uint8Array(0);
    await trial.write(chunk(metaAt(3), 0, empty, true));
    await trial.assertRead([3, 0, 10], empty);
    await trial.reopen();
    await trial.assertRead([3, 0, all], empty);
    await trial.write(chunk(metaAt(5), 0, text('all in the first part'), false));
    await trial.write(chunk(metaAt(5), 21, empty, true));
    await trial.reopen();
    await trial.write({ entries: [command(6)] });
    await trial.save(metaAt(6), empty);
    await trial.reopen();
    await trial.assertRead([6, 0, all], empty);
  }),

  storeRule('a snapshot of several megabytes comes back', async (trial) => {
    const content = bytes(5 * 2 ** 20 + 1);
    await receive(trial, 3, content, 2 ** 20);
    await trial.reopen();
    await trial.assertRead([3, 2 ** 21, 2 ** 21], content.subarray(2 ** 21, 2 ** 22), false);
    await trial.write({ entries: [command(4)] });
    const saved = bytes(5 * 2 ** 20 - 1, 2);
    await trial.save(metaAt(4), saved);
    await trial.reopen();
    await trial.assertRead([4, 0, all], saved);
    await receive(trial, 5, content.subarray(0, 2000), 7);
    await trial.reopen();
  }),

  storeRule('bytes may be a view of a part of a larger buffer', async (trial) => {
    const whole = bytes(1000);
    const before = whole.slice();
    await trial.write(chunk(metaAt(3), 0, whole.subarray(10, 20), false));
    await trial.write(chunk(metaAt(3), 10, Buffer.from(whole.buffer, 100, 30), true));
    await trial.reopen();
    await trial.write({ entries: [command(4)] });
    await trial.save(metaAt(4), whole.subarray(500, 900));
    await trial.reopen();
    assertThat(Buffer.compare(whole, before) === 0, () => 'the bytes handed in were changed');
  }),
];

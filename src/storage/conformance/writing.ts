/** Rules of writes: term and vote, entries, truncations, and their order. */

import { type StoreRule, storeRule } from './rule.ts';
import {
  command,
  commands,
  greatest,
  hardState,
  membership,
  membershipEntry,
  noop,
  oddNames,
  truncate,
} from './samples.ts';
import { assertThat, type Ending } from './trial.ts';

const endings: readonly Ending[] = ['crash', 'close'];

export const writingRules: readonly StoreRule[] = [
  storeRule('an empty store loads the initial state, also the second time', async (trial) => {
    for (const ending of endings) await trial.reopen(ending);
  }),

  storeRule('the last term and vote that were written come back', async (trial) => {
    await trial.write({ hardState: hardState(1) });
    await trial.reopen();
    await trial.write({ hardState: hardState(1, 'n1') });
    await trial.write({ hardState: hardState(2, 'n2') });
    await trial.reopen();
    await trial.write({ hardState: hardState(3) });
    for (const ending of endings) await trial.reopen(ending);
  }),

  storeRule('a vote for a node with an odd name comes back', async (trial) => {
    for (const [position, name] of oddNames.entries()) {
      await trial.write({ hardState: hardState(position + 1, name) });
      await trial.reopen();
    }
  }),

  storeRule('what a write does not name stays as it is', async (trial) => {
    await trial.write({ hardState: hardState(2, 'n2'), entries: commands(1, 3) });
    await trial.write({ entries: [command(4)] });
    await trial.write({ hardState: hardState(3, 'n3') });
    await trial.reopen();
  }),

  storeRule('entries of all kinds come back as they were', async (trial) => {
    await trial.write({
      entries: [
        noop(1),
        command(2, 1, 'set x'),
        membershipEntry(3, membership(['n1'])),
        membershipEntry(4, membership(['n1', 'n2', 'n3'], ['n1', 'n4'], ['n5', 'n6']), 2),
        membershipEntry(5, membership(oddNames, [...oddNames].reverse(), ['another']), 2),
        membershipEntry(6, membership([]), 3),
        command(7, 4, 'weighs more than it is long', 70_000),
        command(8, 4, 'weighs nothing', 0),
      ],
    });
    for (const ending of endings) await trial.reopen(ending);
  }),

  storeRule('commands come back as they were: empty, large, in any script', async (trial) => {
    const texts = ['', '\u0000', '{"json":[1]}\n', 'žluťoučký kůň 馬 🐎', 'x'.repeat(65_537)];
    await trial.write({ entries: texts.map((content, at) => command(at + 1, 1, content)) });
    await trial.reopen();
    // Larger than any buffer that a store may have set aside.
    await trial.write({ entries: [command(6, 2, '0123456789abcdef'.repeat(2 ** 17)), noop(7, 2)] });
    await trial.write({ entries: [command(8, 2, 'small again')] });
    await trial.reopen();
  }),

  storeRule('terms up to 2 ** 53 - 1 come back', async (trial) => {
    for (const exponent of [8, 16, 31, 32, 33, 48, 52]) {
      const term = 2 ** exponent - 1;
      const index = trial.reported.lastIndex + 1;
      await trial.write({
        hardState: hardState(term + 1, 'n1'),
        entries: [command(index, term), noop(index + 1, term + 1)],
      });
    }
    await trial.reopen();
    const last = trial.reported.lastIndex + 1;
    await trial.write({ hardState: hardState(greatest), entries: [command(last, greatest)] });
    await trial.reopen();
  }),

  storeRule('a write is there after a crash as soon as it is reported', async (trial) => {
    for (let index = 1; index <= 12; index++) {
      await trial.write({ hardState: hardState(index), entries: [command(index, index)] });
      await trial.reopen();
    }
  }),

  storeRule('loading changes nothing', async (trial) => {
    await trial.write({ hardState: hardState(1, 'n1'), entries: commands(1, 5) });
    for (const ending of [...endings, ...endings]) await trial.reopen(ending);
  }),

  storeRule('writes that wait together are reported once each, in their order', async (trial) => {
    const reports: number[] = [];
    const writes = Array.from({ length: 300 }, async (_, position) => {
      const index = position + 1;
      // Every seventh is a barrier: there is nothing in it.
      const isBarrier = index % 7 === 0;
      const at = index - Math.floor(index / 7);
      await trial.queue(isBarrier ? {} : { hardState: hardState(at), entries: [command(at, at)] });
      reports.push(index);
    });
    await Promise.all(writes);
    assertThat(reports.length === 300 && reports.every((report, at) => report === at + 1), () =>
      ['expected the reports 1 to 300 in this order, found', ...reports].join(' '),
    );
    await trial.reopen();
  }),

  storeRule('a write from within a report comes after those that wait', async (trial) => {
    const nested: Promise<void>[] = [];
    const waiting = Array.from({ length: 20 }, (_, at) =>
      trial.queue({ hardState: hardState(at + 1), entries: [] }, () => {
        nested.push(trial.queue({ hardState: hardState(at + 1, 'from within') }));
      }),
    );
    await Promise.all(waiting);
    await Promise.all(nested);
    await trial.reopen();
  }),

  storeRule('a write with nothing in it waits for those before it', async (trial) => {
    await trial.write({});
    const before = trial.queue({ entries: commands(1, 200) });
    await trial.write({});
    await trial.reopen();
    await before;
  }),

  storeRule('what waited in a crash is lost from some part of some write on', async (trial) => {
    await trial.write({ entries: commands(1, 2) });
    for (let round = 1; round <= 10; round++) {
      const from = trial.reported.lastIndex - 1;
      for (let at = 0; at < 20; at++) {
        const term = round * 20 + at;
        const entries = commands(from + at * 3, from + at * 3 + 2, term);
        const cut = at === 0 ? truncate(from) : {};
        trial.queue({ hardState: hardState(term, `n${at}`), ...cut, entries });
      }
      await Promise.resolve();
      await trial.reopen();
      await trial.write({ entries: [command(trial.reported.lastIndex + 1, round * 20 + 19)] });
    }
  }),

  storeRule('a truncated entry does not come back', async (trial) => {
    await trial.write({ entries: commands(1, 4) });
    await trial.write({ entries: commands(5, 8) });
    await trial.write({ entries: [command(9)] });
    // In the middle of an earlier write, and nothing is put in its place.
    await trial.write(truncate(7));
    await trial.reopen();
    // Across several writes, and less is put in their place.
    await trial.write({ ...truncate(2), entries: [command(2, 2)] });
    await trial.reopen();
    await trial.write({ entries: [command(3, 2)] });
    await trial.reopen();
    await trial.write(truncate(1));
    for (const ending of endings) await trial.reopen(ending);
    await trial.write({ hardState: hardState(3), entries: [noop(1, 3)] });
    await trial.reopen();
  }),

  storeRule(
    'entries are truncated before others are appended, at the same index',
    async (trial) => {
      await trial.write({ entries: commands(1, 3) });
      await trial.write({ ...truncate(3), entries: commands(3, 5, 2) });
      await trial.write({ ...truncate(4), entries: commands(4, 4, 3) });
      await trial.write({ ...truncate(1), entries: commands(1, 6, 4) });
      await trial.reopen();
    },
  ),

  storeRule('truncations that wait together with appends keep their places', async (trial) => {
    const writes = [trial.queue({ entries: commands(1, 30) })];
    for (let term = 2; term <= 15; term++) {
      const from = 31 - 2 * term;
      writes.push(trial.queue({ ...truncate(from), entries: commands(from, from + 3, term) }));
      writes.push(trial.queue({ entries: [command(from + 4, term)] }));
    }
    await Promise.all(writes);
    await trial.reopen();
  }),

  storeRule('what is handed in is not changed', async (trial) => {
    const handedIn = {
      hardState: hardState(2, 'n2'),
      ...truncate(2),
      entries: [command(2, 2), membershipEntry(3, membership(['n1'], ['n2'], ['n3']), 2)],
    };
    await trial.write({ entries: commands(1, 3) });
    const before = structuredClone(handedIn);
    await trial.write(handedIn);
    await trial.reopen();
    assertThat(
      JSON.stringify(handedIn) === JSON.stringify(before),
      () => `expected ${JSON.stringify(before)}, found ${JSON.stringify(handedIn)}`,
    );
  }),
];

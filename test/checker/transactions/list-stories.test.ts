/** Anomalies of transactions on lists, each as a story: who did what, when, and what is found. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkListAppend } from '../../../src/checker/transactions/check.ts';
import { listHistory } from './histories.ts';
import { type Story, testStories } from './story.ts';

const stories: readonly Story[] = [
  {
    shows: 'one after the other, everything is seen',
    history: ['0-1 append x 1, r x [1]', '2-3 r x [1], append x 2', '4-5 r x [1 2]'],
    finds: [],
  },
  {
    shows: 'at the same time, either may come first',
    history: ['0-5 append x 1', '1-4 r x []', '2-6 append x 2', '7-8 r x [2 1]'],
    finds: [],
  },
  {
    shows: 'a key that nobody appended to is empty',
    history: ['0-1 r x []', '2-3 r x [], append x 1'],
    finds: [],
  },
  {
    shows: 'a stale read: it misses an append that was acknowledged before it began',
    history: ['0-1 append x 1', '2-3 r x []'],
    finds: ['G-single-realtime'],
    says: [
      'T1 ─rw→ T2   T2 appended 1 to key x, which T1 did not see',
      'T2 ─rt→ T1   T2 ended before T1 began',
    ],
  },
  {
    shows: 'the same when others saw the append',
    history: ['0-1 append x 1', '2-3 r x [1]', '4-5 r x []'],
    finds: ['G-single-realtime'],
    says: [
      'T1 ─rw→ T2   T2 appended 1 to key x, which T1 did not see',
      'T2 ─rt→ T1   T2 ended before T1 began',
    ],
  },
  {
    shows: 'a stale read is serializable',
    history: ['0-1 append x 1', '2-3 r x []'],
    models: ['serializable'],
    finds: [],
  },
  {
    shows: 'staleness through others: what was seen goes back, though nobody knows of the append',
    history: ['0-9 info: append x 1', '1-2 r x [1]', '3-4 r x []'],
    finds: ['G-single-realtime'],
  },
  {
    shows: 'internal: a transaction does not see its own append',
    history: ['0-1 append x 1, r x []'],
    finds: ['internal'],
    says: ['T1 read [] of key x, which by what it did itself before ends in [1].'],
  },
  {
    shows: 'internal: two reads in a transaction differ',
    history: ['0-1 append x 1', '2-9 r x [], r x [1]'],
    finds: ['internal', 'G-single', 'G-single-realtime'],
    says: ['T1 read [1] of key x, which by what it did itself before is [].'],
  },
  {
    shows: 'internal: the end of the list is not what the transaction appended last',
    history: ['0-9 append x 2, r x [2 1]', '1-8 append x 1'],
    finds: ['internal', 'G1c'],
  },
  {
    shows: 'future read: a transaction sees what it appends only afterwards',
    history: ['0-1 r x [1], append x 1'],
    finds: ['future-read'],
  },
  {
    shows: 'garbage read: an element that nobody appended',
    history: ['0-1 append x 1', '2-3 r x [1 7]'],
    finds: ['garbage-read'],
    says: ['T1 read [1 7] of key x; nobody appended 7 to it.'],
  },
  {
    shows: 'duplicate elements: an append that was carried out twice',
    history: ['0-1 append x 1', '2-3 r x [1 1]'],
    finds: ['duplicate-elements'],
    says: ['T1 read [1 1] of key x, with 1 more than once.'],
  },
  {
    shows: 'incompatible orders: two reads cannot both be right',
    history: ['0-9 append x 1', '0-9 append x 2', '1-2 r x [1 2]', '3-4 r x [2 1]'],
    finds: ['incompatible-order'],
    says: ['T1 read [2 1] of key x, and T2 read [1 2]: neither is the beginning of the other.'],
  },
  {
    shows: 'G1a: a failed append is seen',
    history: ['0-1 fail: append x 1', '2-3 r x [1]'],
    finds: ['G1a'],
    says: ['T1 read [1] of key x, with 1, which T2 appended, and T2 failed.'],
  },
  {
    shows: 'dirty update: somebody appended after what had failed',
    history: ['0-1 fail: append x 1', '2-3 append x 2', '4-5 r x [1 2]'],
    finds: ['G1a', 'dirty-update'],
  },
  {
    shows: 'an append that ended info may have happened',
    history: ['0-9 info: append x 1', '2-3 r x [1]'],
    finds: [],
  },
  {
    shows: 'or may happen later, or never',
    history: ['0-1 info: append x 1', '2-3 r x []', '4-5 append x 2', '6-7 r x [2 1]'],
    finds: [],
  },
  {
    shows: 'but not before it was asked for',
    history: ['0-1 r x [1]', '2-3 info: append x 1'],
    finds: ['G1c-realtime'],
    says: [
      'T1 ─wr→ T2   T1 appended 1 to key x, which T2 saw',
      'T2 ─rt→ T1   T2 ended before T1 began',
    ],
  },
  {
    shows: 'an info of which half was seen happened as a whole',
    history: ['0-9 info: append x 1, append y 1', '1-2 r x [1], r y []'],
    finds: ['G-single'],
    says: [
      'T1 ─rw→ T2   T2 appended 1 to key y, which T1 did not see',
      'T2 ─wr→ T1   T2 appended 1 to key x, which T1 saw',
    ],
  },
  {
    shows: 'G1b: a transaction is seen in its middle',
    history: ['0-9 append x 1, append x 2', '1-2 r x [1]', '10-11 r x [1 2]'],
    finds: ['G1b', 'G-single'],
    says: ['T1 read [1] of key x, which ends with 1, after which T2 appended more to the key.'],
  },
  {
    shows: 'G0: two transactions write over each other',
    history: [
      '0-9 append x 1, append y 1',
      '0-9 append x 2, append y 2',
      '10-11 r x [1 2], r y [2 1]',
    ],
    finds: ['G0'],
    says: [
      'T1 ─ww→ T2   T1 appended 1 to key x, and T2 appended 2 after it',
      'T2 ─ww→ T1   T2 appended 2 to key y, and T1 appended 1 after it',
    ],
  },
  {
    shows: 'G0: an append comes between two of another transaction',
    history: ['0-9 append x 1, append x 3', '0-9 append x 2', '10-11 r x [1 2 3]'],
    finds: ['G0'],
  },
  {
    shows: 'G0 in real time: appends are in the wrong order',
    history: ['0-1 append x 1', '2-3 append x 2', '4-5 r x [2 1]'],
    finds: ['G0-realtime'],
    says: [
      'T1 ─ww→ T2   T1 appended 2 to key x, and T2 appended 1 after it',
      'T2 ─rt→ T1   T2 ended before T1 began',
    ],
  },
  {
    shows: 'G1c: two transactions see each other',
    history: ['0-9 append x 1, r y [1]', '0-9 append y 1, r x [1]'],
    finds: ['G1c'],
    says: [
      'T1 ─wr→ T2   T1 appended 1 to key x, which T2 saw',
      'T2 ─wr→ T1   T2 appended 1 to key y, which T1 saw',
    ],
  },
  {
    shows: 'G-single: half of a transaction is seen',
    history: ['0-9 append x 1, append y 1', '1-8 r x [1], r y []', '10-11 r y [1]'],
    finds: ['G-single'],
    says: [
      'T1 ─rw→ T2   T2 appended 1 to key y, which T1 did not see',
      'T2 ─wr→ T1   T2 appended 1 to key x, which T1 saw',
    ],
  },
  {
    shows: 'lost update: two transactions made the next version out of the same one',
    history: ['0-9 r x [], append x 1', '0-9 r x [], append x 2'],
    finds: ['lost-update', 'G2-item'],
    says: [
      'each of 2 transactions read [] of key x and then appended to it; whoever appended second should have seen what the first did.',
    ],
  },
  {
    shows: 'G2-item: write skew',
    history: ['0-9 r x [], append y 1', '0-9 r y [], append x 1', '10-11 r x [1], r y [1]'],
    finds: ['G2-item'],
    says: [
      'T1 ─rw→ T2   T2 appended 1 to key x, which T1 did not see',
      'T2 ─rw→ T1   T1 appended 1 to key y, which T2 did not see',
    ],
  },
  {
    shows: 'write skew is allowed by snapshot isolation',
    history: ['0-9 r x [], append y 1', '0-9 r y [], append x 1', '10-11 r x [1], r y [1]'],
    models: ['snapshot-isolation'],
    finds: ['G2-item'],
    is: 'valid',
  },
  {
    shows: 'a long fork: two readers see two appends in different orders',
    history: ['0-9 append x 1', '0-9 append y 1', '1-2 r x [1], r y []', '1-2 r x [], r y [1]'],
    finds: ['G-nonadjacent'],
  },
  {
    shows: 'a long fork is not allowed by snapshot isolation',
    history: ['0-9 append x 1', '0-9 append y 1', '1-2 r x [1], r y []', '1-2 r x [], r y [1]'],
    models: ['snapshot-isolation'],
    finds: ['G-nonadjacent'],
  },
  {
    shows: 'G2-item in real time: two reads, each of which missed what came at the same time',
    history: ['0-6 append y 1', '1-9 r y [1], r x []', '2-3 append x 1', '4-8 r y []'],
    finds: ['G2-item-realtime'],
  },
];

testStories(stories, (history, models) => checkListAppend(listHistory(...history), models));

test('an element that is appended twice to a key cannot be judged, and the line is named', () => {
  const history = listHistory('0-1 append x 1', '2-3 append x 1');
  assert.throws(() => checkListAppend(history), /line 3: 1 is written to key x a second time/);
});

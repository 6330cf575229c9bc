/** Anomalies of transactions on registers, each as a story. */

import { checkRwRegister } from '../../../src/checker/transactions/check.ts';
import { registerHistory } from './histories.ts';
import { type Story, testStories } from './story.ts';

const stories: readonly Story[] = [
  {
    shows: 'one after the other',
    history: ['0-1 r x nil, w x 1', '2-3 r x 1, w x 2, r x 2', '4-5 r x 2'],
    finds: [],
  },
  {
    shows: 'writes at the same time come in either order',
    history: ['0-9 w x 1', '0-9 w x 2', '10-11 r x 1'],
    finds: [],
  },
  {
    shows: 'a stale read: real time orders the writes',
    history: ['0-1 w x 1', '2-3 w x 2', '4-5 r x 1'],
    finds: ['G-single-realtime'],
    says: [
      'T1 ─rw→ T2   T1 read 1 of key x, so before T2 wrote 2: one of process 0 (line 1), which wrote 1, ended before T2, which wrote 2, began',
      'T2 ─rt→ T1   T2 ended before T1 began',
    ],
  },
  {
    shows: 'which is serializable',
    history: ['0-1 w x 1', '2-3 w x 2', '4-5 r x 1'],
    models: ['serializable'],
    finds: [],
  },
  {
    shows: 'a read of nothing after a write had ended',
    history: ['0-1 w x 1', '2-3 r x nil'],
    finds: ['G-single-realtime'],
  },
  {
    shows: 'writes at the same time, and readers who see them go back and forth',
    history: ['0-9 w x 1', '0-9 w x 2', '10-11 r x 1', '12-13 r x 2', '14-15 r x 1'],
    finds: ['cyclic-versions-realtime'],
    says: [
      '1 → 2   T1, which read 1, ended before T2, which read 2, began',
      '2 → 1   T3, which wrote 2, ended before T1, which read 1, began',
    ],
  },
  {
    shows: 'internal: a transaction does not see its own write',
    history: ['0-1 w x 1', '2-3 w x 2, r x 1'],
    finds: ['internal'],
    says: ['T1 read 1 of key x, which by what it did itself before held 2.'],
  },
  {
    shows: 'future read: a transaction sees what it writes only afterwards',
    history: ['0-1 r x 1, w x 1'],
    finds: ['future-read'],
  },
  {
    shows: 'garbage read: a value that nobody wrote',
    history: ['0-1 r x 7'],
    finds: ['garbage-read'],
  },
  {
    shows: 'G1a: what had failed is read',
    history: ['0-1 fail: w x 1', '2-3 r x 1'],
    finds: ['G1a'],
  },
  {
    shows: 'an info that was read happened, as a whole',
    history: ['0-9 info: w x 1, w y 1', '1-2 r x 1, r y nil'],
    finds: ['G-single'],
  },
  {
    shows: 'an info that nobody read need not have happened',
    history: ['0-1 info: w x 1', '2-3 r x nil'],
    finds: [],
  },
  {
    shows: 'G1b: what a transaction replaced itself is read',
    history: ['0-9 w x 1, w x 2', '1-2 r x 1'],
    finds: ['G1b'],
  },
  {
    shows: 'lost update: both read 1, and each wrote the next',
    history: ['0-1 w x 1', '2-9 r x 1, w x 2', '2-9 r x 1, w x 3'],
    finds: ['lost-update', 'G2-item'],
  },
  {
    shows: 'cyclic versions: each was made out of the other',
    history: ['0-9 r x 2, w x 1', '0-9 r x 1, w x 2'],
    finds: ['cyclic-versions', 'G1c'],
    says: ['1 → 2   T1 read 1 and then wrote 2', '2 → 1   T2 read 2 and then wrote 1'],
  },
  {
    shows: 'G1c: two transactions read from each other',
    history: ['0-9 w x 1, r y 1', '0-9 w y 1, r x 1'],
    finds: ['G1c'],
    says: [
      'T1 ─wr→ T2   T1 wrote 1 to key x, which T2 read',
      'T2 ─wr→ T1   T2 wrote 1 to key y, which T1 read',
    ],
  },
  {
    shows: 'G-single: half of a transaction is seen',
    history: ['0-9 w x 1, w y 1', '1-8 r x 1, r y nil'],
    finds: ['G-single'],
    says: [
      'T1 ─rw→ T2   T1 read nothing of key y, so before T2 wrote 1: every key begins with nothing',
      'T2 ─wr→ T1   T2 wrote 1 to key x, which T1 read',
    ],
  },
  {
    shows:
      'versions in a circle: who was read from shows which value came first, and they disagree',
    history: ['0-9 w 5 2, r 6 1', '0-9 r 6 2, r 5 2', '0-9 w 6 2, w 5 1', '0-9 r 5 1, w 6 1'],
    says: [
      '2 → 1   T2 read from T1, which wrote 2, and itself wrote 1',
      '1 → 2   T4 read from T3, which read 1, and itself read 2',
    ],
    finds: ['cyclic-versions-serial'],
  },
  {
    shows: 'G2-item: write skew',
    history: ['0-9 r x nil, w y 1', '0-9 r y nil, w x 1'],
    finds: ['G2-item'],
  },
  {
    shows: 'write skew is allowed by snapshot isolation',
    history: ['0-9 r x nil, w y 1', '0-9 r y nil, w x 1'],
    models: ['snapshot-isolation'],
    finds: ['G2-item'],
    is: 'valid',
  },
  {
    shows: 'what was read and at once replaced leaves no room: a third write comes after both',
    history: [
      '0-9 r x nil, w x 1',
      '0-9 w x 2',
      '0-9 r x 2',
      '0-9 r x 1, w y 1',
      '0-9 r x 2, r y nil',
    ],
    finds: ['G2-item'],
    says: [
      'T1 ─rw→ T2   T1 read 1 of key x, so before T2 wrote 2: one of process 0 (line 1) made 1 out of the version before, and nothing comes between those',
    ],
  },
];

testStories(stories, (history, models) => checkRwRegister(registerHistory(...history), models));

/** How long the checker takes, and what it cannot decide, beside the search that others do. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '../../src/checker/index.ts';
import type { Simulated } from '../checker/simulated.ts';
import { answerOf, type Benchmark, figure, median, table } from './benchmark.ts';
import type { Answer, Checked, Task } from './checker-child.ts';

/** Histories of the same kind, one for each seed. */
interface Class {
  readonly name: string;
  readonly histories: Omit<Simulated, 'seed'>;
  /** What the right verdict on them is, where that is known: unless given, `unknown` is no error. */
  readonly truth?: Verdict;
}

const count = 20;
const peerCount = 2;
const peerLimitMs = 500;
const unique = { values: 'unique' } as const;
const few = { values: 5 } as const;
const casOnly = { ...few, reads: 0, cas: 0.99 };
const mostlyCas = { ...few, reads: 0.3, cas: 0.68 };
const mostlyReads = { values: 20, reads: 0.9, cas: 0.05 } as const;

const long: readonly Class[] = [
  sound('200 keys, 200 clients', { operations: 100_000, clients: 200, keys: 200, ...few }),
  sound('one key, 5 clients', { operations: 100_000, clients: 5, ...few }),
  sound('one key, 5 clients, own values', { operations: 100_000, clients: 5, ...unique }),
];

const crowded: readonly Class[] = [30, 100].flatMap((clients) => {
  const all = { operations: 2000, clients };
  return [
    sound(`${clients} clients`, { ...all, ...few }),
    sound(`${clients} clients, own values`, { ...all, ...unique }),
    spoilt(`${clients} clients, own values, a stale read`, { ...all, ...unique }, 'stale read'),
    spoilt(`${clients} clients, own values, a double cas`, { ...all, ...unique }, 'double cas'),
    maybe(`${clients} clients, mostly reads of 20 values, a stale read`, {
      ...all,
      ...mostlyReads,
      spoilt: 'stale read',
    }),
    sound(`${clients} clients, mostly cas`, { ...all, ...mostlyCas }),
    maybe(`${clients} clients, cas only, a double cas`, {
      ...all,
      ...casOnly,
      spoilt: 'double cas',
    }),
  ];
});

const indefinite: readonly Class[] = [30, 100].flatMap((clients) => {
  const all = { operations: 1000, clients, info: 0.05 };
  return [
    sound(`${clients} clients`, { ...all, ...few }),
    sound(`${clients} clients, own values`, { ...all, ...unique }),
    spoilt(`${clients} clients, own values, a stale read`, { ...all, ...unique }, 'stale read'),
    maybe(`${clients} clients, mostly reads of 20 values, a stale read`, {
      ...all,
      ...mostlyReads,
      spoilt: 'stale read',
    }),
    sound(`${clients} clients, mostly cas`, { ...all, ...mostlyCas }),
  ];
});

export const checker: Benchmark = {
  name: 'checker',
  title: 'Deciding whether a history is linearizable',
  async measure(print) {
    const sections = [head()];
    for (const [title, classes, runs] of [
      ['100,000 operations', long, 3],
      ['2,000 operations on one key', crowded, count],
      ['1,000 operations on one key, 5 % of them indefinite', indefinite, count],
    ] as const) {
      const rows: (readonly string[])[] = [columns];
      for (const one of classes) {
        const row = await rowOf(one, runs);
        print(row.join('  '));
        rows.push(row);
      }
      sections.push(`### ${title}\n\n${table(rows)}`);
    }
    sections.push(tail);
    return sections.join('\n\n');
  },
};

const tail = `Out of reach is a part of one class: a hundred clients that do nearly nothing but cas of five
values. The successful ones must form a trail through five states in which each keeps its deadline;
some twenty are in flight at a time, and few can stand for another. There the checker gives up after
4,000,000 configurations and says \`unknown\`. Of the three histories on which it does, a search that
leaves nothing out, with sets of small integers, found two right and one wrong; it took 7, 119 and 4 s.`;

const columns = [
  'histories',
  'valid, invalid, unknown',
  'check: median, s',
  'max, s',
  'read: median, s',
  'peak MiB',
  `plain search: decided, within ${figure(peerLimitMs / 1000, 1)} s each`,
];

function head(): string {
  return `Clients of a simulated register do one operation after the other, each of which takes a random
time and happens at a random moment of it; one in twenty takes up to ten times as long as the rest.
Unless it says otherwise, a third each are reads, writes and cas, of 5 values. *Own values*: each
write and cas brings another one, and a cas expects what its client saw last. *Mostly cas*: 68 % cas,
30 % reads. *Cas only*: 99 %, the rest are writes. *Indefinite*: the operation ends with info, and
then a quarter never happens, and half may happen much later. A *stale read* returns what was
overwritten before it was invoked, a *double cas* finds what another cas had just replaced. With
values of their own such histories are not linearizable; with few values most of them still are.
A verdict that is known to be wrong ends the benchmark.

Each row is of ${count} seeds (of 3, the first three rows), in a process of its own, and times are
processor time. The peer is Wing and Gong's search with memoization, as in known checkers
(test/checker/plain-search.ts), on the first ${peerCount} of the same histories.`;
}

async function rowOf({ name, histories, truth }: Class, runs: number): Promise<readonly string[]> {
  const limitMs = peerLimitMs;
  const mine = await answerTo({ by: 'checker', histories, count: runs, limitMs });
  const peers = Math.min(runs, peerCount);
  const peer = await answerTo({ by: 'plain search', histories, count: peers, limitMs });
  for (const [at, { verdict }] of mine.checked.entries()) {
    const other = peer.checked[at]?.verdict ?? 'unknown';
    for (const known of [truth ?? 'unknown', other]) {
      if (verdict === 'unknown' || known === 'unknown' || known === verdict) continue;
      throw new Error(`${name}, history ${at + 1}: ${verdict}, but it is ${known}`);
    }
  }
  const verdicts = (['valid', 'invalid', 'unknown'] as const).map((it) => times(mine.checked, it));
  const decided = peers - times(peer.checked, 'unknown');
  const seconds = mine.checked.map(({ checkMs }) => checkMs / 1000);
  return [
    name,
    verdicts.join(', '),
    figure(median(seconds), 2),
    figure(Math.max(...seconds), 2),
    figure(median(mine.checked.map(({ readMs }) => readMs / 1000)), 2),
    figure(mine.residentMiB),
    `${decided} of ${peers}`,
  ];
}

function times(checked: readonly Checked[], verdict: Verdict): number {
  return checked.filter((it) => it.verdict === verdict).length;
}

function answerTo(task: Task): Promise<Answer> {
  const child = fork(fileURLToPath(new URL('checker-child.js', import.meta.url)));
  child.send(task);
  return answerOf(child, task.by);
}

function sound(name: string, histories: Class['histories']): Class {
  return { name, histories, truth: 'valid' };
}

/** Of values of their own, and so certainly not linearizable. */
function spoilt(name: string, histories: Class['histories'], how: Simulated['spoilt']): Class {
  return { name, histories: { ...histories, ...(how && { spoilt: how }) }, truth: 'invalid' };
}

/** Spoilt, but perhaps linearizable all the same. */
function maybe(name: string, histories: Class['histories']): Class {
  return { name, histories };
}

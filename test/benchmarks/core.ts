/** How many commands a second the core takes through three nodes, when nothing else is there. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { against, answerOf, type Benchmark, figure, median, table } from './benchmark.ts';
import type { Allocations, Rate } from './core-child.ts';

/**
 * Proposals that are stepped before anything is drained, how many commands a second are wanted of
 * one core, and what a library in Rust is said to reach.
 */
const windows = [
  { window: 1, target: 400_000, published: 689_000 },
  { window: 64, target: 1_500_000, published: 316_000 },
  { window: 1024, target: 3_000_000, published: 75_000 },
] as const;

const rounds = 5;

const text = `Three cores in one process, commands of eight bytes, a log in memory. So many proposals as the window
has are stepped into the leader; then all three are drained in turns, writes are reported durable at
once, and messages are stepped into their receivers as they are, until the leader has applied every
one; then comes the next window. Snapshots are taken, and logs cut, as the default settings say.

A second is one of processor time, in which what the garbage collector's threads do is counted, so
that this is what one core does. The bound is a loop that makes the same entries, appends them to
three arrays, and cuts these as the logs are cut: it and the core take turns, each time in a
process of its own, and medians of ${rounds} are shown. It knows no messages and no writes: at a window of
one each command has its own, at larger ones many share them. Beside them, as a hint and not as a
peer, stands what is said of a sans-I/O library in Rust in the same set-up, measured on another
machine. Allocations are those of core and driver on all three nodes, a command, as V8 counts
them. Every step and drain checks the invariants, as in production. At a window of one a command
takes eleven steps and four drains, of some 170 ns each; the checks are a fifth of that.`;

function run<Figures>(what: string, window: number): Promise<Figures> {
  const file = fileURLToPath(new URL('./core-child.js', import.meta.url));
  return answerOf(fork(file, [what, String(window)]), what);
}

async function rowOf(
  window: number,
  target: number,
  published: number,
  print: (line: string) => void,
): Promise<string[]> {
  const cores: Rate[] = [];
  const bounds: Rate[] = [];
  for (let round = 0; round < rounds; round++) {
    bounds.push(await run<Rate>('bound', window));
    cores.push(await run<Rate>('core', window));
  }
  const { objects, bytes } = await run<Allocations>('allocations', window);
  const core = median(cores.map((rate) => rate.perCpuSecond));
  const bound = median(bounds.map((rate) => rate.perCpuSecond));
  const byTheClock = median(cores.map((rate) => rate.perSecond));
  print(`window ${window}: ${figure(core)} commands a second, ${figure(byTheClock)} by the clock`);
  return [
    figure(window),
    against(core >= target, figure(core)),
    figure(target),
    figure(byTheClock),
    figure(bound),
    figure(core / bound, 2),
    figure(published),
    figure(objects, 1),
    figure(bytes),
  ];
}

async function measure(print: (line: string) => void): Promise<string> {
  const rows: string[][] = [
    [
      'window',
      'commands a second',
      'target',
      'by the clock',
      'bound',
      'core ÷ bound',
      'library in Rust',
      'allocations',
      'bytes allocated',
    ],
  ];
  for (const { window, target, published } of windows) {
    rows.push(await rowOf(window, target, published, print));
  }
  return `${text}\n\n${table(rows)}`;
}

export const core: Benchmark = { name: 'core', title: 'The core alone', measure };

/** Checks histories of one class in a process of its own, so that its memory is theirs. */

import { checkHistory, readJsonlHistory, type Verdict } from '../../src/checker/index.ts';
import { plainSearch } from '../checker/plain-search.ts';
import { type Simulated, simulatedHistory } from '../checker/simulated.ts';

export interface Task {
  readonly by: 'checker' | 'plain search';
  readonly histories: Omit<Simulated, 'seed'>;
  /** How many to check: those of the first seeds that give one. */
  readonly count: number;
  /** When the plain search gives up on a history. */
  readonly limitMs: number;
}

export interface Checked {
  readonly verdict: Verdict;
  /** Processor time of this process's threads, those that collect its garbage included. */
  readonly checkMs: number;
  /** The same for reading the history from lines of JSON. */
  readonly readMs: number;
}

export interface Answer {
  readonly checked: readonly Checked[];
  /** At most, since the process began. */
  readonly residentMiB: number;
}

process.once('message', (task: Task) => {
  const checked: Checked[] = [];
  for (let seed = 1; checked.length < task.count; seed += 1) {
    const lines = simulatedHistory({ ...task.histories, seed });
    if (lines !== undefined) checked.push(check(lines, task));
  }
  const answer: Answer = { checked, residentMiB: residentMiB() };
  process.send?.(answer, () => process.disconnect());
});

function check(lines: readonly string[], { by, limitMs }: Task): Checked {
  const [history, readMs] = timed(() => readJsonlHistory(lines));
  const [verdict, checkMs] = timed((): Verdict => {
    if (by === 'checker') return checkHistory(history).verdict;
    const endMs = performance.now() + limitMs;
    const found = history.keys.map((it) =>
      plainSearch(it.operations, () => performance.now() > endMs),
    );
    if (found.includes(false)) return 'invalid';
    return found.includes(undefined) ? 'unknown' : 'valid';
  });
  return { verdict, checkMs, readMs };
}

function timed<Result>(work: () => Result): [Result, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
}

function residentMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}

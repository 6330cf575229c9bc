/** What `make bench` is made of: each benchmark measures one thing and tells it as Markdown. */

import type { ChildProcess } from 'node:child_process';

export interface Benchmark {
  /** What it is called on the command line. */
  readonly name: string;
  /** The heading of its section in docs/benchmarks.md. */
  readonly title: string;
  /**
   * Measures, beside a bound or a peer in the same run, and returns the section's text. Lines for
   * whoever watches go to `print`.
   */
  measure(print: (line: string) => void): Promise<string>;
}

/**
 * What a child process answers, in one message.
 *
 * @throws Error when it ends without
 */
export function answerOf<Answer>(child: ChildProcess, what: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    child.on('message', (answer) => resolve(answer as Answer));
    child.on('error', reject);
    child.on('close', (status) => reject(new Error(`${what} ended with status ${status}`)));
  });
}

/**
 * The value in the middle.
 *
 * @throws Error when there is none: then nothing was measured
 */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = low] = sorted.slice((sorted.length - 1) >> 1, middle + 1);
  return (low + high) / 2;
}

/** A figure that has a target: what misses it stands out, and says so. */
export function against(isMet: boolean, figure: string): string {
  return isMet ? figure : `**${figure}, missed**`;
}

/** A table in Markdown; what is in the first row stands at its head. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const [head = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  const rule = `|${'---|'.repeat(rows[0]?.length ?? 0)}`;
  return [head, rule, ...body].join('\n');
}

/** A number with commas between thousands, and as many digits after the point as are told. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

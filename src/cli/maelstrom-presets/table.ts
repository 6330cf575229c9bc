/** What is printed of runs: some lines after each, and a table in the end. */

import { relative } from 'node:path';
import { isGood, type Outcome } from './outcome.ts';

const maxWarningsShown = 5;

/** After a run. */
export function describeOutcome(outcome: Outcome): string[] {
  const { operations, latencyMs, messagesPerOperation, nodeWarnings, otherWarnings } = outcome;
  const lines = [
    `${outcome.preset}: ${outcome.verdict}${nodeWarnings.length > 0 ? ', but for warnings of nodes' : ''}`,
    ...outcome.reasons.map((reason) => `  ${reason}`),
  ];
  if (operations !== null) {
    const { count, ok, fail, info } = operations;
    lines.push(`  ${count} operations: ${ok} ok (${share(outcome)}), ${fail} fail, ${info} info`);
  }
  if (latencyMs !== null)
    lines.push(`  latency of ok operations, median/p99: ${latency(outcome)} ms`);
  if (messagesPerOperation !== null) {
    lines.push(`  ${messages(outcome)} messages between servers for each operation`);
  }
  if (outcome.partitions.size > 0) {
    const shapes = [...outcome.partitions].map(([shape, times]) => `${times} ${shape}`);
    lines.push(`  partitions: ${shapes.sort().join(', ')}`);
  }
  for (const { text, times } of nodeWarnings.slice(0, maxWarningsShown)) {
    lines.push(`  WARNING of a node, ${times} times: ${text}`);
  }
  if (otherWarnings.length > 0) {
    const times = otherWarnings.reduce((sum, warning) => sum + warning.times, 0);
    lines.push(`  ${times} other warnings, not of nodes, such as: ${otherWarnings[0]?.text ?? ''}`);
  }
  if (outcome.directory !== null) {
    const directory = shown(outcome.directory);
    lines.push(`  ${directory}`);
    if (outcome.workload === 'lin-kv') {
      lines.push(`  judged again: raftwright check ${directory}/${historyName(outcome)}`);
      lines.push(`  as a page:    raftwright report ${directory}`);
    }
  }
  return lines;
}

function historyName({ isBench }: Outcome): string {
  return isBench ? 'history.jsonl' : 'history.edn';
}

const columns: readonly (readonly [title: string, cell: (outcome: Outcome) => string])[] = [
  ['', (outcome) => (isGood(outcome) ? 'good' : outcome.isSkipped ? '-' : 'BAD')],
  ['preset', ({ preset }) => preset],
  ['workload', ({ workload }) => workload],
  ['nodes', ({ nodes }) => nodes],
  ['faults', ({ faults }) => faults],
  ['verdict', ({ verdict }) => verdict],
  ['ok', share],
  ['median/p99 ms', latency],
  ['msgs/op', messages],
  ['node warnings', ({ nodeWarnings }) => String(sum(nodeWarnings.map(({ times }) => times)))],
  ['results', ({ directory }) => (directory === null ? '-' : shown(directory))],
];

export function renderTable(outcomes: readonly Outcome[]): string {
  const rows = [
    columns.map(([title]) => title),
    ...outcomes.map((outcome) => columns.map(([, cell]) => cell(outcome))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Cut, not rounded: what is not everything does not read as 100 %. */
function share({ okShare }: Outcome): string {
  return okShare === null ? '-' : `${(Math.floor(1000 * okShare) / 10).toFixed(1)} %`;
}

function latency({ latencyMs }: Outcome): string {
  return latencyMs === null ? '-' : `${latencyMs.median.toFixed(1)}/${latencyMs.p99.toFixed(1)}`;
}

function messages({ messagesPerOperation }: Outcome): string {
  return messagesPerOperation === null ? '-' : messagesPerOperation.toFixed(1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** As one would type it, where that is shorter. */
function shown(directory: string): string {
  const path = relative(process.cwd(), directory);
  return path.startsWith('..') ? directory : path;
}

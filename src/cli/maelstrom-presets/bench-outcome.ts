/** Reads `results.json` of the bench, for the table: what is not there is left out. */

import type { RunFiles } from '../../testbed/recorded/files.ts';
import { RunFault } from '../../testbed/recorded/run-fault.ts';
import { countByName, noResults, type Results, type Verdict } from './outcome.ts';

interface Fields {
  readonly [name: string]: unknown;
}

const verdicts: { readonly [said: string]: Verdict } = {
  valid: 'valid',
  invalid: 'invalid',
  unknown: 'unknown',
  crashed: 'broke off',
};

export function readBenchOutcome(files: RunFiles): Results {
  let results: Fields;
  let partitions: Results['partitions'];
  try {
    partitions = countByName(shapes(files.text('history.jsonl') ?? ''));
    const text = files.text('results.json');
    if (text === null) return { ...noResults, reasons: ['it has left no results.json'] };
    results = fieldsOf(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RunFault)) throw error;
    return { ...noResults, reasons: [`its results cannot be read: ${error.message}`] };
  }
  const { verdict, reasons } = results;
  const statistics = fieldsOf(results['statistics']);
  const { invoked, ok, fail, info, latencyMs } = fieldsOf(statistics['all']);
  const { median, p99 } = fieldsOf(latencyMs);
  return {
    verdict: verdicts[String(verdict)] ?? 'unknown',
    reasons: Array.isArray(reasons) ? reasons.map(String) : [],
    operations:
      typeof invoked === 'number' && typeof ok === 'number'
        ? { count: invoked, ok, fail: Number(fail ?? 0), info: Number(info ?? 0) }
        : null,
    okShare: numberOrNull(statistics['availability']),
    latencyMs: typeof median === 'number' && typeof p99 === 'number' ? { median, p99 } : null,
    messagesPerOperation: numberOrNull(
      fieldsOf(statistics['messages'])['serverMessagesPerOperation'],
    ),
    partitions,
  };
}

function shapes(history: string): string[] {
  return history.split('\n').flatMap((line) => {
    if (!line.includes('"start-partition"')) return [];
    const { f, value } = fieldsOf(JSON.parse(line));
    const { shape } = fieldsOf(value);
    return f === 'start-partition' && typeof shape === 'string' ? [shape] : [];
  });
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

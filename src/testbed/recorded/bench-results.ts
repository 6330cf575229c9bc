/** Reads `results.json` of the bench. */

import type { BenchFactsSource } from '../pages/bench-facts.ts';
import type { MessageCounts } from '../statistics.ts';
import type { RunFiles } from './files.ts';
import { RunFault } from './run-fault.ts';

export interface BenchResults {
  readonly verdict: 'valid' | 'invalid' | 'unknown' | 'crashed';
  readonly reasons: readonly string[];
  /** What was said of the history alone; null when nothing was. */
  readonly history: 'valid' | 'invalid' | 'unknown' | null;
  readonly strict: boolean;
  /** Null when the run broke off. */
  readonly statistics: { readonly messages: MessageCounts } | null;
  /** Null when there are none that make sense. */
  readonly options: BenchResultsOptions | null;
}

interface BenchResultsOptions extends BenchFactsSource {
  readonly workload: string;
  readonly consistencyModels: readonly string[];
}

const verdicts: readonly unknown[] = ['valid', 'invalid', 'unknown', 'crashed'];

/** Null when there is no such file. */
export function readBenchResults(files: RunFiles): BenchResults | null {
  const text = files.text('results.json');
  if (text === null) return null;
  const path = files.path('results.json');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new RunFault(`${path} is no JSON: ${(error as Error).message}`);
  }
  if (!isObject(json)) throw new RunFault(`${path} is not an object`);
  const { verdict, reasons = [], history, strict, statistics, options } = json;
  if (!verdicts.includes(verdict)) {
    throw new RunFault(`${path}: verdict is none: ${JSON.stringify(verdict)?.slice(0, 40)}`);
  }
  if (!Array.isArray(reasons) || !reasons.every((it) => typeof it === 'string')) {
    throw new RunFault(`${path}: reasons are not texts`);
  }
  const messages = isObject(statistics) ? statistics['messages'] : null;
  return {
    verdict: verdict as BenchResults['verdict'],
    reasons,
    history: historyVerdict(history, reasons),
    strict: strict === true,
    statistics: isMessages(messages) ? { messages } : null,
    options: isOptions(options) ? { consistencyModels: [], ...options } : null,
  };
}

/** Runs of earlier versions say it in their reasons only. */
function historyVerdict(history: unknown, reasons: readonly string[]): BenchResults['history'] {
  if (history === 'valid' || history === 'invalid' || history === 'unknown') return history;
  return reasons.some((reason) => reason.startsWith('Not linearizable')) ? 'invalid' : null;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMessages(value: unknown): value is MessageCounts {
  return isObject(value) && ['servers', 'clients', 'lost'].every((it) => isNumber(value[it]));
}

function isOptions(value: unknown): value is BenchFactsSource & {
  readonly workload: string;
  readonly consistencyModels?: string[];
} {
  if (!isObject(value)) return false;
  const { workload, bin, args, nodes, latency, faults, consistencyModels = [] } = value;
  return (
    typeof workload === 'string' &&
    typeof bin === 'string' &&
    [args, nodes, faults, consistencyModels].every(isTexts) &&
    isObject(latency) &&
    isNumber(latency['meanMs']) &&
    typeof latency['distribution'] === 'string' &&
    ['concurrency', 'rate', 'nemesisIntervalSeconds', 'timeLimitSeconds', 'seed'].every((it) =>
      isNumber(value[it]),
    )
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}

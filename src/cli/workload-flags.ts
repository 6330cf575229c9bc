/** Flags that depend on the workload, and what is printed of its checker. */

import { type Json, stringifyJson } from '../machine/json.ts';
import type { Availability, BenchOptions } from '../testbed/bench-options.ts';
import { type BenchWorkload, defaultWorkloadOptions } from '../testbed/workloads/bench-workload.ts';
import { findWorkload, workloads } from '../testbed/workloads/index.ts';
import { topologyNames } from '../testbed/workloads/topology.ts';
import { UsageError } from './exit-status.ts';
import { choiceFlag, integerFlag, numberFlag } from './flags.ts';

export const workloadFlagDefinitions = {
  workload: { type: 'string', short: 'w', default: 'lin-kv' },
  concurrency: { type: 'string' },
  availability: { type: 'string' },
  'consistency-models': { type: 'string' },
  'key-count': { type: 'string' },
  'max-txn-length': { type: 'string' },
  'max-writes-per-key': { type: 'string' },
  topology: { type: 'string' },
  'quiet-time': { type: 'string', default: '10' },
} as const;

interface WorkloadFlagValues {
  readonly workload: string;
  readonly concurrency?: string;
  readonly availability?: string;
  readonly 'consistency-models'?: string;
  readonly 'key-count'?: string;
  readonly 'max-txn-length'?: string;
  readonly 'max-writes-per-key'?: string;
  readonly topology?: string;
  readonly 'quiet-time': string;
}

type WorkloadFlags = Pick<
  BenchOptions,
  | 'workload'
  | 'workloadOptions'
  | 'concurrency'
  | 'availability'
  | 'consistencyModels'
  | 'quietSeconds'
>;

/** @throws UsageError */
export function parseWorkloadFlags(values: WorkloadFlagValues, nodeCount: number): WorkloadFlags {
  const workload = parseWorkload(values.workload);
  const defaults = defaultWorkloadOptions;
  const count = (name: 'key-count' | 'max-txn-length' | 'max-writes-per-key', other: number) => {
    const text = values[name];
    return text === undefined ? other : integerFlag(name, text, 1, 1_000_000);
  };
  return {
    workload,
    workloadOptions: {
      keyCount: count('key-count', defaults.keyCount),
      maxTxnLength: count('max-txn-length', defaults.maxTxnLength),
      maxWritesPerKey: count('max-writes-per-key', defaults.maxWritesPerKey),
      topology: choiceFlag('topology', values.topology ?? defaults.topology, topologyNames),
    },
    concurrency: parseConcurrency(values.concurrency, workload, nodeCount),
    availability: parseAvailability(values.availability),
    consistencyModels: parseConsistencyModels(values['consistency-models'], workload),
    quietSeconds: numberFlag('quiet-time', values['quiet-time'], 0, 100_000),
  };
}

/** @throws UsageError that names all workloads */
export function parseWorkload(name: string): BenchWorkload {
  const workload = findWorkload(name);
  if (workload !== undefined) return workload;
  const known = workloads.map((it) => it.name).join(', ');
  throw new UsageError(`--workload must be one of ${known}: ${name}`);
}

/** Without the flag: the least that the workload can use, with a client at every node. */
function parseConcurrency(
  text: string | undefined,
  { name, concurrencyUnit }: BenchWorkload,
  nodeCount: number,
): number {
  const unit = concurrencyUnit(nodeCount);
  if (text === undefined) return unit * Math.ceil(nodeCount / unit);
  const match = /^([0-9]+)(n?)$/.exec(text);
  const concurrency = Number(match?.[1] ?? 0) * (match?.[2] === 'n' ? nodeCount : 1);
  if (concurrency > 0 && concurrency % unit === 0 && concurrency <= 100_000) return concurrency;
  if (unit === 1) {
    throw new UsageError(`--concurrency must be a number from 1 to 100000, or like 2n: ${text}`);
  }
  const ofNodes = nodeCount === 1 ? '1 node' : `${nodeCount} nodes`;
  const what = unit === 2 * nodeCount ? `2n, which is ${unit} for ${ofNodes}` : `${unit}`;
  throw new UsageError(
    `--concurrency must be a positive multiple of ${what}${name === 'lin-kv' ? '' : ` for ${name}`}: ${text}`,
  );
}

function parseAvailability(text: string | undefined): Availability | null {
  if (text === undefined) return null;
  if (text === 'total') return text;
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new UsageError(`--availability must be total, or a number from 0 to 1: ${text}`);
}

/** @throws UsageError that says which there are */
export function parseConsistencyModels(
  text: string | undefined,
  { name, consistencyModels: known }: BenchWorkload,
): readonly string[] {
  if (text === undefined) return [];
  const asked = text.split(',').map((model) => model.trim());
  const unknown = asked.find((model) => !known.includes(model));
  if (unknown === undefined) return [...new Set(asked)];
  const what =
    known.length === 0
      ? `${name} is judged by no consistency model`
      : `for ${name} it can be ${known.join(', ')}`;
  throw new UsageError(`--consistency-models: ${what}, not ${unknown || '""'}`);
}

/** What the checker has counted, in lines that fit; none when it has counted nothing. */
export function figuresLines(figures: { readonly [name: string]: Json }): readonly string[] {
  const lines: string[] = [];
  for (const [name, figure] of Object.entries(figures)) {
    const told = `${name}: ${typeof figure === 'string' ? figure : stringifyJson(figure)}`;
    const longer = `${lines.at(-1)}; ${told}`;
    if (lines.length > 0 && longer.length <= 100) lines[lines.length - 1] = longer;
    else lines.push(told);
  }
  return lines;
}

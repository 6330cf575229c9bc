/** `raftwright check`: judges a recorded history. */

import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  checkHistory,
  describeResult,
  MalformedHistory,
  readJepsenHistory,
  readJsonlHistory,
} from '../checker/index.ts';
import { judgeHistory } from '../testbed/judge-run.ts';
import { type BenchResults, readBenchResults } from '../testbed/recorded/bench-results.ts';
import { RunFiles } from '../testbed/recorded/files.ts';
import { readHistoryLines } from '../testbed/recorded/history-lines.ts';
import { readMaelstromTransactions } from '../testbed/recorded/maelstrom-transactions.ts';
import { RunFault } from '../testbed/recorded/run-fault.ts';
import type { BenchWorkload } from '../testbed/workloads/bench-workload.ts';
import { linKv } from '../testbed/workloads/lin-kv.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { parseFlags } from './flags.ts';
import { figuresLines, parseConsistencyModels, parseWorkload } from './workload-flags.ts';

export const checkHelp = `Usage: raftwright check FILE [flags]

Decides whether a history keeps what its workload promises: of lin-kv, whether reads, writes and
compare-and-sets are linearizable. FILE is a history.jsonl of the bench or, of lin-kv and of
transactions, a history.edn of Jepsen or Maelstrom. docs/bench.md says what is decided for each
workload.

  -w, --workload NAME             whose history it is; default: what results.json beside it says,
                                  or lin-kv
      --consistency-models NAMES  judge by these as well, as raftwright test does; default: what
                                  results.json says
      --strict                    also believe what failed operations of lin-kv saw: that a key did
                                  not exist (error 20), or held another value (error 22). Maelstrom
                                  itself ignores that.

Exit status: 0 valid, 1 invalid, 2 unknown, 254 the file cannot be understood.
`;

export function checkCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      workload: { type: 'string', short: 'w' },
      'consistency-models': { type: 'string' },
      strict: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(checkHelp);
    return exitStatus.valid;
  }
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw new UsageError('check takes one file; see raftwright check --help');
  }
  const text = read(file);
  const results = resultsBeside(file, values.workload !== undefined);
  const workload = parseWorkload(values.workload ?? results?.options?.workload ?? linKv.name);
  const asked = parseConsistencyModels(values['consistency-models'], workload);
  return orSayWhere(file, () =>
    workload === linKv
      ? checkRegisters(file, text, values.strict)
      : checkOther(workload, linesOf(file, text, workload), { results, asked }),
  );
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Null when there is none, or, where nothing depends on it, when it is broken. */
function resultsBeside(file: string, isWorkloadKnown: boolean): BenchResults | null {
  if (basename(file) !== 'history.jsonl') return null;
  try {
    return readBenchResults(new RunFiles(dirname(file)));
  } catch (error) {
    if (!(error instanceof RunFault)) throw error;
    if (isWorkloadKnown) return null;
    throw new UsageError(`${error.message}; say with --workload whose history it is`);
  }
}

function checkRegisters(file: string, text: string, strict: boolean): number {
  const isJepsen = file.endsWith('.edn');
  const history = isJepsen ? readJepsenHistory(text) : readJsonlHistory(text.split('\n'));
  const result = checkHistory(history, { strict });
  process.stdout.write(`${describeResult(result)}\n`);
  return exitStatus[result.verdict];
}

interface Beside {
  readonly results: BenchResults | null;
  readonly asked: readonly string[];
}

/** Of Maelstrom's own histories those are understood in which values stand as they do here. */
function linesOf(file: string, text: string, workload: BenchWorkload): readonly string[] {
  if (!file.endsWith('.edn')) return text.split('\n');
  if (workload.functions.includes('txn')) return readMaelstromTransactions(text);
  throw new UsageError(
    `${file}: in EDN only histories of lin-kv and of transactions are understood, not of ${workload.name}`,
  );
}

function checkOther(
  workload: BenchWorkload,
  lines: readonly string[],
  { results, asked }: Beside,
): number {
  const { events } = readHistoryLines(lines, workload.functions);
  const { nodes = [], concurrency = 1, consistencyModels = [] } = results?.options ?? {};
  const models = asked.length > 0 ? asked : consistencyModels;
  const context = { nodes, concurrency, strict: false, consistencyModels: models };
  const { verdict, reasons, figures } = judgeHistory(workload, events, context);
  const claim = workload.claim(context);
  const last = verdict === 'valid' ? `Valid: ${claim}.` : `${workload.name}: ${verdict}.`;
  for (const line of [...reasons, ...figuresLines(figures), last])
    process.stdout.write(`${line}\n`);
  return exitStatus[verdict];
}

function orSayWhere(file: string, act: () => number): number {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof MalformedHistory)) throw error;
    throw new UsageError(`${file} is not a history: ${error.message}`);
  }
}

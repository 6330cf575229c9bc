/** `raftwright report`: makes the pages of a run anew, from what the run has left. */

import { join } from 'node:path';
import { makeDirectories } from '../storage/make-directories.ts';
import type { RunRecord } from '../testbed/pages/run-record.ts';
import { writeRunPages } from '../testbed/pages/write-run-pages.ts';
import { isBenchRun, readBenchRun } from '../testbed/recorded/bench-run.ts';
import { RunFiles } from '../testbed/recorded/files.ts';
import { isMaelstromRun, readMaelstromRun } from '../testbed/recorded/maelstrom-run.ts';
import { RunFault } from '../testbed/recorded/run-fault.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { parseFlags } from './flags.ts';

export const reportHelp = `Usage: raftwright report DIR [--output DIR]

Makes the pages of a run anew, from its directory: report.html; diagram.html, where there is a trace;
and counterexample.html, of lin-kv, when it is not linearizable. docs/reports.md says how to read them.

DIR is a directory that raftwright test has left, such as store/latest: history.jsonl, results.json,
trace.jsonl and trace/; or one of the real Maelstrom: history.edn, results.edn, jepsen.log and
node-logs/. The history is judged again; when Maelstrom says otherwise, that is said. A run that
broke off gets what can be drawn of it.

      --output DIR    where the pages go; default: beside what they are made from

Exit status: 0 the pages are written and the run is valid, 1 they are and it is invalid, 2 they are
and it is unknown, 254 the directory is of no run, or a file in it is broken.
`;

export function reportCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      output: { type: 'string' },
    },
  });
  if (values.help) {
    process.stdout.write(reportHelp);
    return exitStatus.valid;
  }
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) {
    throw new UsageError('report takes one directory; see raftwright report --help');
  }
  const run = readRun(directory);
  const output = outputDirectory(values.output ?? directory);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const warning of run.warnings) print(`WARNING: ${warning}`);
  for (const reason of run.reasons) print(reason);
  for (const name of writePages(output, run)) print(join(output, name));
  print(`\n${run.verdict.toUpperCase()}: ${run.statistics.all.invoked} operations`);
  return exitStatus[run.verdict];
}

function readRun(directory: string): RunRecord {
  try {
    const files = new RunFiles(directory);
    if (isBenchRun(files)) return readBenchRun(files);
    if (isMaelstromRun(files)) return readMaelstromRun(files);
    throw new RunFault(
      `${directory} is of no run: it has neither history.jsonl, results.json or trace.jsonl, as the bench leaves them, nor history.edn or results.edn, as Maelstrom does`,
    );
  } catch (error) {
    if (!(error instanceof RunFault)) throw error;
    throw new UsageError(error.message);
  }
}

function outputDirectory(path: string): string {
  try {
    makeDirectories(path);
    return path;
  } catch (error) {
    throw new UsageError(`--output: ${(error as Error).message}`);
  }
}

function writePages(output: string, run: RunRecord): string[] {
  try {
    return writeRunPages(output, run);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new UsageError(`the pages cannot be written: ${(error as Error).message}`);
  }
}

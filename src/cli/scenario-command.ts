/** `raftwright scenario`: runs scripts in the language of docs/scenarios.md. */

import { readFileSync } from 'node:fs';
import { ScriptFault } from '../testbed/scenario/fault.ts';
import { ScenarioRecorder } from '../testbed/scenario/recorder.ts';
import { playScenario } from '../testbed/scenario/run.ts';
import { parseScript } from '../testbed/scenario/script.ts';
import { writeTrace } from '../trace/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { parseFlags } from './flags.ts';

export const scenarioHelp = `Usage: raftwright scenario FILE... [--trace FILE]

Runs scripts that play a cluster's messages, clocks, disks and crashes by hand, and prints each with
the trace of what the cluster did. The language: docs/scenarios.md. After every step the rules about
all nodes together are checked, as in a simulation, unless the script forges messages or logs.

      --trace FILE    also write down all that happens, of one script: docs/trace.md

Exit status: 0 all is as expected, 1 an expectation does not hold or a rule is broken, 254 a file
cannot be read, or a command in it cannot be carried out.
`;

export function scenarioCommand(args: readonly string[]): number {
  const { values, positionals } = parseFlags({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      trace: { type: 'string' },
    },
  });
  if (values.help) {
    process.stdout.write(scenarioHelp);
    return exitStatus.valid;
  }
  if (positionals.length === 0) {
    throw new UsageError('scenario takes files; see raftwright scenario --help');
  }
  const { trace } = values;
  if (trace !== undefined && positionals.length > 1) {
    throw new UsageError('--trace is for one script');
  }
  const isValid = positionals
    .map((file) => play(file, trace ?? null))
    .every((isAsExpected) => isAsExpected);
  return isValid ? exitStatus.valid : exitStatus.invalid;
}

/** Whether all is as the script expects. */
function play(file: string, trace: string | null): boolean {
  const text = read(file);
  const recorder = trace === null ? null : new ScenarioRecorder();
  try {
    const { text: played, failures, breach } = playScenario(parseScript(file, text), recorder);
    process.stdout.write(played);
    for (const failure of failures) process.stdout.write(`${failure}\n`);
    if (breach !== null) process.stdout.write(`${breach.place}: broken: ${breach.rule}\n`);
    return failures.length === 0 && breach === null;
  } catch (error) {
    if (!(error instanceof ScriptFault)) throw error;
    throw new UsageError(error.message);
  } finally {
    if (trace !== null && recorder !== null) writeDown(recorder, file, trace);
  }
}

/** Also of a script that could not be carried out to its end. */
function writeDown(recorder: ScenarioRecorder, script: string, path: string): void {
  try {
    writeTrace({ header: recorder.header({ script }), events: recorder.events }, path);
  } catch (error) {
    throw new UsageError(`the trace cannot be written: ${(error as Error).message}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

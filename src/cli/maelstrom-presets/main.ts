/** `maelstrom/run`: presets under the real Maelstrom, and what came of them. */

import { exitStatus, UsageError } from '../exit-status.ts';
import { Interrupt } from './child-run.ts';
import { commandOf } from './command.ts';
import { demandPrograms, type Environment, findMaelstrom } from './installation.ts';
import { isGood, type Outcome } from './outcome.ts';
import { runPreset } from './preset-run.ts';
import { parseSelection, type Selection } from './selection.ts';
import { describeOutcome, renderTable } from './table.ts';

/** As a shell says it. */
const interruptedStatus = 130;

/** Runs what is asked for, and returns the exit status. */
export async function main(args: readonly string[], env: Environment): Promise<number> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  // Whoever reads what is said may have seen enough; runs go on, and the exit status tells.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const selection = parseSelection(args);
    if (typeof selection === 'string') {
      process.stdout.write(selection);
      return exitStatus.valid;
    }
    return await runSelection(selection, env, print);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`maelstrom/run: ${error.message}\n`);
    return exitStatus.usage;
  }
}

async function runSelection(
  selection: Selection,
  env: Environment,
  print: (line: string) => void,
): Promise<number> {
  const maelstrom = selection.isBench ? null : findMaelstrom(env);
  if (maelstrom !== null) {
    print(`Maelstrom: ${maelstrom}`);
    for (const warning of demandPrograms(env)) print(`warning: ${warning}`);
  }
  // What is missing is said before the first run, and not before the last.
  for (const { preset } of selection.chosen) commandOf(preset, selection, maelstrom, env);
  const interrupt = new Interrupt();
  const onSignal = (): void => interrupt.raise();
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  const outcomes: Outcome[] = [];
  try {
    for (const chosen of selection.chosen) {
      if (interrupt.isRaised) break;
      const setup = { selection, maelstrom, env, interrupt, print };
      for (const outcome of await runPreset(chosen, setup)) {
        outcomes.push(outcome);
        for (const line of describeOutcome(outcome)) print(line);
        print('');
      }
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
  }
  process.stdout.write(renderTable(outcomes));
  if (interrupt.isRaised) return interruptedStatus;
  const ran = outcomes.filter(({ isSkipped }) => !isSkipped);
  return ran.length > 0 && ran.every(isGood) ? exitStatus.valid : exitStatus.invalid;
}

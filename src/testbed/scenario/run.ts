/** Runs a scenario: its commands one after the other, each with the trace of what it did. */

import type { Commands, Stage } from './command.ts';
import { clients } from './commands/clients.ts';
import { disks } from './commands/disks.ts';
import { elections } from './commands/elections.ts';
import { looking } from './commands/looking.ts';
import { network } from './commands/network.ts';
import { settingUp } from './commands/setting-up.ts';
import { time } from './commands/time.ts';
import { findExpected } from './expectations.ts';
import { entryOf, ScriptFault } from './fault.ts';
import type { Breach } from './judge.ts';
import type { ScenarioRecorder } from './recorder.ts';
import { renderScenario, type Scenario, type Step } from './script.ts';
import { printTrace } from './trace.ts';
import { Words } from './words.ts';
import { World } from './world.ts';

export const commands: Commands = {
  ...settingUp,
  ...time,
  ...network,
  ...elections,
  ...clients,
  ...disks,
  ...looking,
};

/** Commands of which a trace says when they led to nothing. */
const telling = [
  'tick',
  'run',
  'deliver',
  'settle',
  'sync',
  'drain',
  'drain-once',
  'receive',
  'messages',
];

export interface Outcome {
  /** The scenario with the traces of this run. */
  readonly text: string;
  /** The rule that was broken, and where; the run ends there. */
  readonly breach: (Breach & { readonly place: string }) | null;
  /** Expectations that do not hold, with file and line. */
  readonly failures: readonly string[];
  readonly expectations: number;
}

/**
 * @param recorder is told what happens, if a trace is wanted
 * @throws ScriptFault with file and line, when a command cannot be carried out.
 */
export function playScenario(
  scenario: Scenario,
  recorder: ScenarioRecorder | null = null,
): Outcome {
  const stage: Stage = { world: new World(recorder), hidden: new Set() };
  const traces = new Map<Step, readonly string[]>();
  const failures: string[] = [];
  let expectations = 0;
  let breach: Outcome['breach'] = null;
  for (const { text, step } of scenario.lines) {
    if (step === null) continue;
    const place = `${scenario.path}:${step.line}`;
    try {
      if (step.command === 'expect') {
        expectations++;
        for (const { subject, wanted, actual } of findExpected(stage.world, step.words)) {
          if (wanted !== actual) failures.push(`${place}: ${text}\n  but ${subject}: ${actual}`);
        }
      } else {
        traces.set(step, runStep(stage, step));
        recorder?.linksAre(stage.world.network.cutLinks);
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ScriptFault(`${place}: ${text}\n  ${reason}`, { cause: error });
    }
    const broken = stage.world.judge.breach;
    if (broken === null) continue;
    breach = { ...broken, place };
    traces.set(step, [...(traces.get(step) ?? []), formatBreach(broken)]);
    break;
  }
  const rendered = renderScenario(scenario, (step) => traces.get(step) ?? []);
  return { text: rendered, failures, expectations, breach };
}

/** @throws ScriptFault also when a rule is broken. */
export function runScenario(scenario: Scenario): Outcome {
  const outcome = playScenario(scenario);
  const { breach } = outcome;
  if (breach !== null) throw new ScriptFault(`${breach.place}: ${formatBreach(breach)}`);
  return outcome;
}

function formatBreach({ by, rule, node, detail }: Breach): string {
  const who = node === '' ? '' : ` (${node}${by === 'core' ? ' itself says so' : ''})`;
  return `BROKEN: ${rule}${who}${detail === '' ? '' : `: ${detail}`}`;
}

function runStep(stage: Stage, step: Step): readonly string[] {
  const { world, hidden } = stage;
  const lines = performStep(stage, step) ?? [];
  const trace = [...printTrace(world.journal.take(), world.requests, hidden), ...lines];
  if (world.judge.breach !== null) return trace;
  world.checkSafety();
  if (step.isQuiet) return [];
  const isNothing = trace.length === 0 && telling.includes(step.command) && hidden.size === 0;
  return isNothing ? ['(nothing)'] : trace;
}

/**
 * Carries out a command, and prints nothing. A rule that is broken meanwhile stands in the world's
 * judge.
 *
 * @throws ScriptFault when it cannot be carried out.
 */
export function performStep(stage: Stage, step: Step): readonly string[] | undefined {
  const command = entryOf(commands, step.command);
  if (command === undefined) {
    const known = [...Object.keys(commands), 'expect', 'quiet'].sort().join(' ');
    throw new ScriptFault(`no command "${step.command}"; known: ${known}`);
  }
  const words = new Words(step.words);
  try {
    const lines = command.run(stage, words);
    words.end();
    return lines;
  } catch (error) {
    // What follows from a broken rule is no fault of the script.
    if (stage.world.judge.breach !== null) return undefined;
    if (!(error instanceof ScriptFault)) throw error;
    throw new ScriptFault(`${error.message}\n  usage: ${command.usage}`, { cause: error });
  }
}

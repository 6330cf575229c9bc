/** Runs a scenario: its commands one after the other, each with the trace of what it did. */

import type { Commands, Stage } from './command.ts';
import { clients } from './commands/clients.ts';
import { disks } from './commands/disks.ts';
import { elections } from './commands/elections.ts';
import { looking } from './commands/looking.ts';
import { network } from './commands/network.ts';
import { settingUp } from './commands/setting-up.ts';
import { time } from './commands/time.ts';
import type { Event } from './events.ts';
import { type Finding, findExpected } from './expectations.ts';
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
  /**
   * The rule that was broken, and where; the run ends there. Null also when the script expects
   * that: then only `expect broken` can follow.
   */
  readonly breach: (Breach & { readonly place: string }) | null;
  /** Expectations that do not hold, with file and line. */
  readonly failures: readonly string[];
  readonly expectations: number;
}

/** What a command has led to. */
export interface Played {
  /** The lines below the command. */
  readonly trace: readonly string[];
  /** All that happened, also what the trace leaves out. */
  readonly events: readonly Event[];
  /** What was found, when the command is `expect`. */
  readonly findings: readonly Finding[];
  /** The first rule that is broken by now. */
  readonly breach: Breach | null;
}

/** A scenario on its way: a world, and its commands one after the other. */
export class ScenarioRun {
  readonly #stage: Stage;
  readonly #recorder: ScenarioRecorder | null;

  /** @param recorder is told what happens, if a trace is wanted */
  constructor(recorder: ScenarioRecorder | null = null) {
    this.#stage = { world: new World(recorder), hidden: new Set() };
    this.#recorder = recorder;
  }

  get world(): World {
    return this.#stage.world;
  }

  /**
   * @throws ScriptFault when the command cannot be carried out; then the world is of no use any
   * more.
   */
  play(step: Step): Played {
    const { world } = this;
    if (step.command === 'expect') {
      const findings = findExpected(world, step.words);
      return { trace: [], events: [], findings, breach: world.judge.breach };
    }
    const lines = performStep(this.#stage, step) ?? [];
    this.#recorder?.linksAre(world.network.cutLinks);
    const printed = world.journal.take();
    const events = [...world.journal.takeLeftOut(), ...printed];
    const trace = [...printTrace(printed, world.requests, this.#stage.hidden), ...lines];
    const { breach } = world.judge;
    if (breach !== null) {
      return { trace: [...trace, formatBreach(breach)], events, findings: [], breach };
    }
    world.checkSafety();
    return { trace: this.#shown(step, trace), events, findings: [], breach };
  }

  #shown(step: Step, trace: readonly string[]): readonly string[] {
    if (step.isQuiet) return [];
    const { hidden } = this.#stage;
    const isNothing = trace.length === 0 && telling.includes(step.command) && hidden.size === 0;
    return isNothing ? ['(nothing)'] : trace;
  }
}

/**
 * @param recorder is told what happens, if a trace is wanted
 * @throws ScriptFault with file and line, when a command cannot be carried out.
 */
export function playScenario(
  scenario: Scenario,
  recorder: ScenarioRecorder | null = null,
): Outcome {
  const run = new ScenarioRun(recorder);
  const traces = new Map<Step, readonly string[]>();
  const failures: string[] = [];
  let expectations = 0;
  let breach: Outcome['breach'] = null;
  let isExpected = false;
  for (const { text, step } of scenario.lines) {
    if (step === null) continue;
    const isAboutBreach = step.command === 'expect' && step.words[0] === 'broken';
    if (breach !== null && !isAboutBreach) break;
    const place = `${scenario.path}:${step.line}`;
    let played: Played;
    try {
      played = run.play(step);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ScriptFault(`${place}: ${text}\n  ${reason}`, { cause: error });
    }
    if (step.command === 'expect') expectations++;
    for (const { subject, wanted, actual } of played.findings) {
      if (wanted !== actual) failures.push(`${place}: ${text}\n  but ${subject}: ${actual}`);
    }
    traces.set(step, played.trace);
    if (isAboutBreach) isExpected = true;
    if (played.breach !== null) breach ??= { ...played.breach, place };
  }
  if (isExpected) breach = null;
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

export function formatBreach({ by, rule, node, detail }: Breach): string {
  const who = node === '' ? '' : ` (${node}${by === 'core' ? ' itself says so' : ''})`;
  return `BROKEN: ${rule}${who}${detail === '' ? '' : `: ${detail}`}`;
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

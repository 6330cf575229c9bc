/** Scripts with the trace of what they led to, with a bug of the museum or without. */

import { type Played, ScenarioRun } from '../../src/testbed/scenario/run.ts';
import { parseScript, type Step } from '../../src/testbed/scenario/script.ts';
import { type Runner, runnerWith } from './defect.ts';
import { exhibitOf } from './exhibits.ts';

/** A bug that is put into the core. */
export interface Bug {
  /** Its number in the museum. */
  readonly exhibit: number;
  /**
   * Whether every step is judged, so that the run ends where the first rule is broken; otherwise it
   * goes on to what comes of that.
   */
  readonly isJudged: boolean;
}

/**
 * The lines of a script, each command with its trace. With a bug, an expectation may fail, which is
 * said below it; and what makes a cluster unsafe ends the script.
 *
 * @throws Error when the script cannot be carried out, or something it expects is not so without a
 * bug.
 */
export async function playScript(
  script: readonly string[],
  bug: Bug | null,
): Promise<readonly string[]> {
  const Run: Runner = bug === null ? ScenarioRun : await runnerWith(exhibitOf(bug.exhibit));
  const run = new Run();
  const written = script.filter((line) => !line.startsWith(' '));
  const told: string[] = [];
  for (const { text, step } of parseScript('script', written.join('\n')).lines) {
    told.push(text);
    if (step === null) continue;
    const { trace, isOver } = playStep(run, step, bug !== null);
    told.push(...trace.map((line) => `  ${line}`));
    if (isOver) break;
    if (bug?.isJudged === false) run.world.judge.turnOff();
  }
  return told;
}

interface Told {
  readonly trace: readonly string[];
  /** What follows is of no interest. */
  readonly isOver: boolean;
}

function playStep(run: ScenarioRun, step: Step, hasBug: boolean): Told {
  const command = [step.command, ...step.words].join(' ');
  let played: Played;
  try {
    played = run.play(step);
  } catch (error) {
    const { message } = error as Error;
    if (hasBug && message.startsWith('UNSAFE')) return { trace: [message], isOver: true };
    throw new Error(`${command}\n  ${message}`, { cause: error });
  }
  const { trace, findings, breach } = played;
  const failures = findings
    .filter(({ wanted, actual }) => wanted !== actual)
    .map(({ subject, actual }) => `FAILS: ${subject}: ${actual}`);
  const isExpected = step.command === 'expect' && step.words[0] === 'broken';
  if (!hasBug && (failures.length > 0 || (breach !== null && !isExpected))) {
    throw new Error([command, ...trace, ...failures].join('\n  '));
  }
  return { trace: [...trace, ...failures], isOver: breach !== null };
}

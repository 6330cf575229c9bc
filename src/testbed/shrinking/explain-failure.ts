/** Makes a failing run small enough to be read, and tells it. */

import { playScenario } from '../scenario/run.ts';
import { parseScript } from '../scenario/script.ts';
import type { Plan } from '../simulation/plan.ts';
import { describePlan } from '../simulation/plan-changes.ts';
import type { SimulationResult } from '../simulation/simulation.ts';
import type { Violation } from '../simulation/violation.ts';
import { formatEvents } from './format-events.ts';
import { Recording } from './recording.ts';
import { type RunPlan, type ShrinkOptions, shrinkPlan } from './shrink-plan.ts';
import { shrinkScript } from './shrink-script.ts';
import { tellStory } from './story.ts';

/** A failing run, made small and told. */
export interface FailureReport {
  /** The smallest plan that was found, and what its run gave. */
  readonly plan: Plan;
  readonly result: SimulationResult;
  /** Repeats that run. Of use where `raftwright simulate` runs the same system. */
  readonly command: string;
  /**
   * The run as a scenario (docs/scenarios.md) that breaks the same rule; null when it is not to be
   * seen in the cores alone, but in what the replicas or machines make of them.
   */
  readonly script: string | null;
  /** The script with what it led to, or else the last events of the run. */
  readonly trace: string;
  /** How many runs, and how many runs of scripts, it took. */
  readonly runs: number;
  /** See `runs`. */
  readonly scriptRuns: number;
}

/** How much work shrinking and telling a run may be. */
export interface ExplainOptions extends ShrinkOptions {
  /** So many lines of scripts are run at most. Default: a million. */
  readonly maxScriptLines?: number;
}

/** So many events are shown of a run that cannot be told as a scenario. */
const lastEvents = 100;

/**
 * Shrinks a failing plan, and, where it can be done, retells it as a short script.
 *
 * @param run has to give the same result for the same plan
 * @throws RangeError when the plan's run does not fail
 */
export async function explainFailure(
  plan: Plan,
  run: RunPlan,
  options: ExplainOptions = {},
): Promise<FailureReport> {
  const failure = await run(plan);
  if (failure.violation === null) throw new RangeError('this plan does not fail');
  const shrunk = await shrinkPlan(failure, run, options);
  const recording = new Recording();
  await run(shrunk.plan, { onEvent: recording.onEvent });
  const command = describePlan(shrunk.plan);
  const report = { ...shrunk, command, runs: shrunk.runs + 2 };

  const { script, breach } = tellStory(shrunk.plan, recording.events);
  if (breach === null) {
    const trace = formatEvents(recording.events, lastEvents);
    return { ...report, script: null, trace, scriptRuns: 0 };
  }
  const short = shrinkScript(script, breach, options.maxScriptLines);
  const text = `${[...introduction(shrunk.result, command), ...short.lines].join('\n')}\n`;
  const trace = playScenario(parseScript('the script', text)).text;
  return { ...report, script: text, trace, scriptRuns: short.runs };
}

function introduction({ violation }: SimulationResult, command: string): readonly string[] {
  return [...(violation === null ? [] : [`# ${headline(violation)}`]), `# ${command}`, ''];
}

function headline({ net, rule, detail }: Violation): string {
  const [firstLine = ''] = detail.split('\n');
  return net === 'node' ? `${rule}: ${firstLine}` : `${net}: ${rule}`;
}

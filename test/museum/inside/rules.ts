/** Runs in a build: which scenarios fail, of those named, or of all. Prints JSON. */

import { runScenario } from '../../../src/testbed/scenario/run.ts';
import { readScenario, scenarioPaths } from '../../scenarios/collection.ts';

export interface ScenarioFailure {
  readonly path: string;
  /** All expectations hold; the cluster did something else on its way there. */
  readonly isTraceOnly: boolean;
}

function failureOf(path: string): ScenarioFailure | null {
  const scenario = readScenario(path);
  try {
    const { text, failures } = runScenario(scenario);
    if (failures.length > 0) return { path, isTraceOnly: false };
    return text === scenario.text ? null : { path, isTraceOnly: true };
  } catch {
    return { path, isTraceOnly: false };
  }
}

const named = process.argv.slice(2);
const failures = (named.length > 0 ? named : scenarioPaths())
  .map(failureOf)
  .filter((failure) => failure !== null);
process.stdout.write(JSON.stringify(failures));

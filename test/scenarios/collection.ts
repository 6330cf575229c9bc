/** All scenarios of the repository. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScenario, type Scenario } from '../../src/testbed/scenario/script.ts';
import { repositoryFile } from '../process.ts';

/** Where a scenario's file is. */
export function scenarioFile(path: string): string {
  return repositoryFile(join('test/scenarios', path));
}

/** The paths of all scenarios, seen from their folder, in the order of their names. */
export function scenarioPaths(): readonly string[] {
  return readdirSync(repositoryFile('test/scenarios'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.txt'))
    .sort();
}

/** @throws ScriptFault when it is not in the form of a scenario. */
export function readScenario(path: string): Scenario {
  return parseScenario(path, readFileSync(scenarioFile(path), 'utf8'));
}

/** All of them, each with its rule, sources, code and topic. */
export function readScenarios(): readonly Scenario[] {
  return scenarioPaths().map(readScenario);
}

/**
 * Runs every scenario, and compares what the cluster did with the trace in its file.
 *
 * `UPDATE=1` writes the traces anew instead. An expectation that does not hold fails either way.
 */

import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { ScriptFault } from '../../src/testbed/scenario/fault.ts';
import { runScenario } from '../../src/testbed/scenario/run.ts';
import type { Scenario } from '../../src/testbed/scenario/script.ts';
import { readScenario, scenarioFile, scenarioPaths } from './collection.ts';
import { diffLines } from './diff.ts';
import { isDefined } from './index/definitions.ts';

const isUpdate = process.env['UPDATE'] === '1';

/** One screen or two: what is longer is not read in a diff. */
const lineCountMax = 150;

/** Fails without a stack: what went wrong is in the script, not here. */
function failWith(message: string): never {
  const error = new Error(message);
  error.stack = message;
  throw error;
}

function check(scenario: Scenario): string[] {
  const { path, code, rule } = scenario;
  const faults = code
    .filter((reference) => !isDefined(reference))
    .map(({ file, name }) => `${path}: ${file} does not define ${name}`);
  const other = rules.get(rule);
  if (other !== undefined) faults.push(`${path} shows the same rule as ${other}`);
  rules.set(rule, path);

  const { text, failures, expectations } = runScenario(scenario);
  faults.push(...failures);
  if (expectations === 0) faults.push(`${path}: say the point of the rule with "expect"`);
  const lineCount = text.split('\n').length;
  if (lineCount > lineCountMax) {
    faults.push(
      `${path}: ${lineCount} lines are too many to read, ${lineCountMax} are allowed. Leave out ` +
        'what the rule is not about: quiet, hide, elect, settle NODE...',
    );
  }
  if (text === scenario.text) return faults;
  if (isUpdate) {
    writeFileSync(scenarioFile(path), text);
    return faults;
  }
  return [
    ...faults,
    `${path}: the trace has changed (-: in the file, +: now). See why; then make scenarios.`,
    diffLines(scenario.text, text),
  ];
}

/** The path that has shown each rule so far. */
const rules = new Map<string, string>();

for (const path of scenarioPaths()) {
  test(path.replace(/\.txt$/, ''), () => {
    let faults: string[];
    try {
      faults = check(readScenario(path));
    } catch (error) {
      faults = [error instanceof ScriptFault ? error.message : `${path}: ${String(error)}`];
    }
    if (faults.length > 0) failWith(faults.join('\n'));
  });
}

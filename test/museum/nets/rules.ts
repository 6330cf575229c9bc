/** The scenarios: each shows one rule of Raft, with the trace of what the cluster did. */

import { runNode } from '../child.ts';
import type { ScenarioFailure } from '../inside/rules.ts';
import { type Catch, isOfCore, type Net } from '../net.ts';

const timeoutMs = 120_000;

export const rules: Net = {
  name: 'rules',
  what: 'the scenarios of test/scenarios',
  isRandom: false,
  reaches: isOfCore,
  async run(build, { known, isQuick }) {
    const only = isQuick && known !== null ? [`${known}.txt`] : [];
    const { stdout, stderr, isSuccess, end } = await runNode(
      build,
      ['dist/test/museum/inside/rules.js', ...only],
      { timeoutMs },
    );
    if (end !== null) return { by: end };
    if (!isSuccess) throw new Error(`the scenarios cannot be run:\n${stderr}`);
    return theMostTelling(JSON.parse(stdout), known);
  },
};

/** The scenario of the rule itself, or else one whose expectation fails, or whose trace does. */
function theMostTelling(failures: readonly ScenarioFailure[], known: string | null): Catch | null {
  const pathOf = ({ path }: ScenarioFailure): string => path.replace(/\.txt$/, '');
  const best =
    failures.find((failure) => pathOf(failure) === known) ??
    failures.find(({ isTraceOnly }) => !isTraceOnly) ??
    failures[0];
  return best === undefined ? null : { by: pathOf(best) };
}

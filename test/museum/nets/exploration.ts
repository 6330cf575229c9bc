/** Small worlds, state by state: `raftwright explore`. */

import { runNode } from '../child.ts';
import { isOfCore, type Net } from '../net.ts';

/** Few worlds need more to show what they were made for. */
const maxStates = 60_000;

export const exploration: Net = {
  name: 'exploration',
  what: `\`raftwright explore\`, ${maxStates} states of each world`,
  isRandom: false,
  reaches: isOfCore,
  async run(build, { known, isQuick }) {
    const world = isQuick && known !== null ? [known] : [];
    const args = ['bin/raftwright', 'explore', ...world, '--json'];
    const { stdout, stderr, end } = await runNode(
      build,
      [...args, '--max-states', String(maxStates)],
      { timeoutMs: 300_000 },
    );
    if (end !== null) return { by: end };
    if (stdout === '') return { by: stderr.split('\n')[0] ?? 'nothing was said' };
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line): Line => JSON.parse(line))
      .find(({ verdict }) => verdict === 'violation');
    return found === undefined
      ? null
      : { by: `world ${found.world}, ${found.states} states: ${found.rule}` };
  },
};

interface Line {
  readonly verdict: string;
  readonly world: string;
  readonly states: number;
  readonly rule: string;
}

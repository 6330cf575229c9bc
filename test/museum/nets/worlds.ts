/** Random worlds of a few cores, judged from outside: test/raft/chaos.test.ts. */

import { runNode } from '../child.ts';
import { isOfCore, type Net } from '../net.ts';

/** A world takes about 10 ms; on a busy machine several times as long. */
const msPerWorld = 60;

export const worlds: Net = {
  name: 'worlds',
  what: 'the random worlds of test/raft/chaos.test.ts',
  isRandom: true,
  reaches: isOfCore,
  async run(build, { seeds, known, isQuick }) {
    const [first, count] = isQuick && known !== null ? [Number(known), 1] : [1, seeds];
    const { stdout, end } = await runNode(
      build,
      ['--test-reporter=tap', 'dist/test/raft/chaos.test.js'],
      {
        env: { CHAOS_SEED: String(first), CHAOS_SEEDS: String(count) },
        timeoutMs: 20_000 + count * msPerWorld,
      },
    );
    if (end !== null) return { by: end };
    const [, seed] = /seed (\d+) \(CHAOS_SEED=/.exec(stdout) ?? [];
    return seed === undefined ? null : { by: `seed ${seed}`, seeds: Number(seed) };
  },
};

/** Whole clusters on virtual time: `raftwright simulate`. */

import { runNode } from '../child.ts';
import type { Build, Catch, Net, Task } from '../net.ts';

/** A seed takes about 50 ms; on a busy machine several times as long. */
const msPerSeed = 400;

async function simulate(
  build: Build,
  { seeds, known, isQuick }: Task,
  flags: readonly string[],
): Promise<Catch | null> {
  // An exhibit says within how many seeds; which of them it is changes with every draw of chance.
  const range = `1..${isQuick && known !== null ? known : seeds}`;
  const args = ['simulate', '--seeds', range, '--jobs', '1', '--max-failures', '1', '--json'];
  const { stdout, end } = await runNode(build, ['bin/raftwright', ...args, ...flags], {
    timeoutMs: 20_000 + seeds * msPerSeed,
  });
  if (end !== null) return { by: end };
  const [failure] = (JSON.parse(stdout) as Summary).failures;
  if (failure === undefined) return null;
  const { seed, net, rule } = failure;
  return { by: `seed ${seed}: ${net}: ${rule}`, seeds: seed };
}

interface Summary {
  readonly failures: readonly {
    readonly seed: number;
    readonly net: string;
    readonly rule: string;
  }[];
}

export const simulation: Net = {
  name: 'simulation',
  what: '`raftwright simulate`, without the specification: invariants, answers, coming to rest',
  isRandom: true,
  run: (build, task) => simulate(build, task, ['--no-specification']),
};

export const specification: Net = {
  name: 'specification',
  what: '`raftwright simulate`, the specification alone',
  isRandom: true,
  run: (build, task) => simulate(build, task, ['--net', 'specification']),
};

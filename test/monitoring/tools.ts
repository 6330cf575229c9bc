/** Debian's Prometheus and promtool, for tests that ask them. */

import { spawnSync } from 'node:child_process';

/** Why tests that need them are skipped; false when they are there. For the option `skip`. */
export const withoutPrometheus: string | false = ['prometheus', 'promtool'].every(
  (tool) => spawnSync(tool, ['--version']).status === 0,
)
  ? false
  : 'prometheus is not installed: make tools';

export interface Verdict {
  readonly isGood: boolean;
  readonly said: string;
}

export function promtool(...args: readonly string[]): Verdict {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { isGood: status === 0, said: `${stdout}\n${stderr}` };
}

/** A line a second, of what clients do and which faults are in force. */

import type { Cancel, Clock } from '../replica/index.ts';
import type { FaultsInForce } from './faults-in-force.ts';
import type { LoadCounts } from './load.ts';

export interface ProgressOptions {
  readonly clock: Clock;
  readonly counts: Readonly<LoadCounts>;
  readonly faults: FaultsInForce;
  readonly print: (line: string) => void;
}

export function showProgress({ clock, counts, faults, print }: ProgressOptions): Cancel {
  let seconds = 0;
  let before = { ...counts };
  return clock.every(1000, () => {
    const since = (name: keyof LoadCounts): string => String(counts[name] - before[name]);
    print(
      [
        `${++seconds} s`.padStart(6),
        `${since('invoked').padStart(6)} op/s`,
        `ok ${since('ok')}`.padEnd(8),
        `fail ${since('fail')}`.padEnd(9),
        `info ${since('info')}`.padEnd(8),
        faults.tell(),
      ]
        .join('  ')
        .trimEnd(),
    );
    before = { ...counts };
  });
}

/** How long messages between servers take. */

import { nextFraction, type Random } from '../raft/index.ts';

export const latencyDistributions = ['constant', 'uniform', 'exponential'] as const;

export interface Latency {
  readonly meanMs: number;
  readonly distribution: (typeof latencyDistributions)[number];
}

/** One message's delay, in milliseconds. */
export function drawLatencyMs({ meanMs, distribution }: Latency, random: Random): number {
  switch (distribution) {
    case 'constant':
      return meanMs;
    case 'uniform':
      return 2 * meanMs * nextFraction(random);
    case 'exponential':
      return meanMs * nextExponential(random);
  }
}

/**
 * An exponentially distributed number of mean 1, by comparisons alone (von Neumann, "Various
 * techniques used in connection with random digits", 1951): what a logarithm returns in its last
 * digit is left to each version of each engine, and the same seed must give the same run on all.
 */
function nextExponential(random: Random): number {
  for (let whole = 0; ; whole++) {
    const first = nextFraction(random);
    let last = first;
    let isOdd = true;
    for (;;) {
      const next = nextFraction(random);
      if (next >= last) break;
      last = next;
      isOdd = !isOdd;
    }
    if (isOdd) return whole + first;
  }
}

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
      return -meanMs * Math.log(1 - nextFraction(random));
  }
}

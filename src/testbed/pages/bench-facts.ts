/** What a run of the bench was, for its report. */

import type { Latency } from '../latency.ts';

/** The options of the bench that are shown. */
export interface BenchFactsSource {
  readonly bin: string;
  readonly args: readonly string[];
  readonly nodes: readonly string[];
  readonly concurrency: number;
  readonly rate: number;
  readonly latency: Latency;
  readonly faults: readonly string[];
  readonly nemesisIntervalSeconds: number;
  readonly timeLimitSeconds: number;
  readonly seed: number;
}

export function benchFacts(options: BenchFactsSource): (readonly [string, string])[] {
  const { bin, args, nodes, latency, seed, rate, concurrency } = options;
  const { faults: kinds, nemesisIntervalSeconds, timeLimitSeconds } = options;
  const faults = `${kinds.join(', ')}; each every ${nemesisIntervalSeconds} s on average`;
  return [
    ['node program', [bin, ...args].join(' ')],
    ['nodes', nodes.join(' ')],
    ['clients', String(concurrency)],
    ['rate', `${rate} operations a second, for ${timeLimitSeconds} s`],
    ['latency between servers', `${latency.meanMs} ms, ${latency.distribution}`],
    ['faults', kinds.length > 0 ? faults : 'none'],
    ['seed', String(seed)],
  ];
}

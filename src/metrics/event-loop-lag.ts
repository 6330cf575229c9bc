import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Registry } from './registry.ts';

/** How often the monitor's timer fires, in milliseconds. */
const resolutionMs = 10;

/** Statistics of the lag since the previous scrape, in seconds. */
interface LagStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

const statisticNames: readonly (readonly [keyof LagStatistics, string])[] = [
  ['min', 'Least'],
  ['max', 'Greatest'],
  ['mean', 'Mean'],
  ['stddev', 'Standard deviation of the'],
  ['p50', 'Median'],
  ['p90', '90th percentile of the'],
  ['p99', '99th percentile of the'],
];

/**
 * Registers how late the event loop runs what is due, named as prom-client names it, and starts to
 * measure. Like prom-client's, the statistics cover the time since the previous scrape; unlike
 * there, the interval at which the monitor samples is subtracted, so that an idle process shows no
 * lag rather than 10 ms of it.
 */
export function registerEventLoopLag(registry: Registry): void {
  const intervals = monitorEventLoopDelay({ resolution: resolutionMs });
  intervals.enable();
  let statistics: LagStatistics | undefined;
  let turnSeconds: number | undefined;
  registry.collectGauge(
    {
      name: 'nodejs_eventloop_lag_seconds',
      help: 'How long the event loop took to come round after the previous scrape, in seconds.',
      unit: 'seconds',
    },
    () => {
      statistics = takeStatistics(intervals); // for the families below, which are collected after this one
      const lastTurnSeconds = turnSeconds;
      const startMs = performance.now();
      setImmediate(() => {
        turnSeconds = (performance.now() - startMs) / 1e3;
      }).unref();
      return lastTurnSeconds;
    },
  );
  for (const [statistic, words] of statisticNames) {
    registry.collectGauge(
      {
        name: `nodejs_eventloop_lag_${statistic}_seconds`,
        help: `${words} event loop lag since the previous scrape, in seconds.`,
        unit: 'seconds',
      },
      () => statistics?.[statistic],
    );
  }
}

/**
 * Reads the monitor, whose unit is nanoseconds, and starts it afresh; undefined when it has
 * measured nothing. The interval in which this happens is lost: the monitor forgets when it began.
 */
function takeStatistics(intervals: IntervalHistogram): LagStatistics | undefined {
  if (intervals.count === 0) return undefined;
  const lag = (intervalNs: number): number => Math.max(0, intervalNs / 1e9 - resolutionMs / 1e3);
  const statistics = {
    min: lag(intervals.min),
    max: lag(intervals.max),
    mean: lag(intervals.mean),
    stddev: intervals.stddev / 1e9,
    p50: lag(intervals.percentile(50)),
    p90: lag(intervals.percentile(90)),
    p99: lag(intervals.percentile(99)),
  };
  intervals.reset();
  return statistics;
}

import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Registry } from './registry.ts';

const kinds: ReadonlyMap<unknown, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/**
 * Registers how long garbage collections take, named and bucketed as in prom-client, and starts to
 * measure.
 */
export function registerGarbageCollection(registry: Registry): void {
  const durations = registry.histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Duration of garbage collections by kind, in seconds.',
    unit: 'seconds',
    labels: ['kind'],
    upperBounds: [0.001, 0.01, 0.1, 1, 2, 5],
  });
  for (const kind of kinds.values()) durations.labels(kind); // so that each kind starts at 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = kinds.get(kindOf(entry));
      if (kind !== undefined) durations.labels(kind).observe(entry.duration / 1e3);
    }
  }).observe({ entryTypes: ['gc'] });
}

function kindOf(entry: PerformanceEntry): unknown {
  const detail = 'detail' in entry ? entry.detail : undefined;
  return typeof detail === 'object' && detail !== null && 'kind' in detail
    ? detail.kind
    : undefined;
}

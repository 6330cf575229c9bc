/** Whether this process comes to do what is due. */

import { exponentialBuckets } from '../metrics/histogram.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Observer } from '../replica/index.ts';

export function registerTiming(registry: Registry): Pick<Observer, 'onTimer'> {
  const delays = registry.histogram({
    name: 'raft_tick_delay_seconds',
    help: 'How late the clock of the consensus was served, in seconds: the process was busy, or did not get a processor. Normally below a few milliseconds; beyond a tenth of a second, followers may take this leader for lost.',
    unit: 'seconds',
    upperBounds: exponentialBuckets(0.001, 2, 12),
  });
  return { onTimer: (lateMs) => delays.observe(lateMs / 1000) };
}

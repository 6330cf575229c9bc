/** Clusters of any workload, by its name. */

import assert from 'node:assert/strict';
import type { AnyWorkload } from '../../../src/maelstrom/workload.ts';
import { workloads } from '../../../src/maelstrom/workloads/index.ts';
import type { VirtualClock } from '../../../src/testbed/virtual-clock.ts';
import { type NodeExtras, VirtualCluster } from '../virtual-cluster.ts';

export function workloadNamed(name: string): AnyWorkload {
  const found = workloads.find((workload) => workload.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

export async function startWorkload(
  name: string,
  size = 3,
  extrasOf: (name: string, clock: VirtualClock) => NodeExtras = () => ({}),
): Promise<VirtualCluster> {
  const latency = { meanMs: 0.5, distribution: 'constant' } as const;
  return await VirtualCluster.start(size, latency, 5, extrasOf, workloadNamed(name));
}

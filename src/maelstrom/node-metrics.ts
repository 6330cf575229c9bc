/** What a node counts and shows, whatever its workload is. The names are part of the interface; docs/metrics.md has all. */

import { registerRaftMetrics } from '../instruments/raft.ts';
import { registerNodejsFamilies } from '../metrics/nodejs-families.ts';
import { registerProcessFamilies } from '../metrics/process-families.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Clock } from '../replica/index.ts';
import { registerLines } from './metrics/lines.ts';
import { registerLinkTraffic } from './metrics/link-traffic.ts';
import { type CountedWorkload, registerRequests } from './metrics/requests.ts';
import type { NodeObserver } from './node.ts';
import type { WorkloadObserver } from './serve-workload.ts';

/** The instruments of one node, as the observers that feed them. */
export interface NodeMetrics<Machine> {
  readonly workload: WorkloadObserver<Machine>;
  readonly node: NodeObserver;
}

/**
 * Registers all families of a node in `registry`, except those of a write-ahead log.
 *
 * @param bufferedBytes how much the node has said that nobody has read yet
 * @param clock the node's; default: the real one
 */
export function registerNodeMetrics<Machine>(
  registry: Registry,
  workload: CountedWorkload<Machine>,
  version: string,
  bufferedBytes: () => number,
  clock?: Clock,
): NodeMetrics<Machine> {
  const raft = registerRaftMetrics(
    registry,
    clock === undefined ? { version } : { version, clock },
  );
  const traffic = registerLinkTraffic(registry);
  const requests = registerRequests(registry, workload);
  const lines = registerLines(registry, Object.keys(workload.requests), bufferedBytes);
  registerProcessFamilies(registry);
  registerNodejsFamilies(registry);

  return {
    workload: {
      ...raft.observer,
      ...requests,
      onMalformedPeerMessage: raft.onMalformedPeerMessage,
      onStart(replica, machine, sessions) {
        raft.attach(replica);
        requests.onStart?.(replica, machine, sessions);
      },
      onLoaded(...loaded) {
        raft.observer.onLoaded?.(...loaded);
        traffic.begin(raft.peers());
      },
    },
    node: { ...lines, ...traffic.node },
  };
}

/** What a lin-kv node counts and shows. The names are part of the interface; docs/metrics.md has all. */

import { registerNodejsFamilies } from '../metrics/nodejs-families.ts';
import { registerProcessFamilies } from '../metrics/process-families.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Clock } from '../replica/index.ts';
import type { LinKvObserver } from './lin-kv.ts';
import { registerKeyValue } from './metrics/key-value.ts';
import { registerLines } from './metrics/lines.ts';
import { registerLinkTraffic } from './metrics/link-traffic.ts';
import { registerRaftMetrics } from './metrics/raft.ts';
import type { NodeObserver } from './node.ts';

/** The instruments of one node, as the observers that feed them. */
export interface LinKvMetrics {
  readonly linKv: LinKvObserver;
  readonly node: NodeObserver;
}

/**
 * Registers all families of a node in `registry`, except those of a write-ahead log.
 *
 * @param bufferedBytes how much the node has said that nobody has read yet
 * @param clock the node's; default: the real one
 */
export function registerLinKvMetrics(
  registry: Registry,
  version: string,
  bufferedBytes: () => number,
  clock?: Clock,
): LinKvMetrics {
  const raft = registerRaftMetrics(
    registry,
    clock === undefined ? { version } : { version, clock },
  );
  const traffic = registerLinkTraffic(registry);
  const keyValue = registerKeyValue(registry);
  const lines = registerLines(registry, ['read', 'write', 'cas'], bufferedBytes);
  registerProcessFamilies(registry);
  registerNodejsFamilies(registry);

  return {
    linKv: {
      ...raft.observer,
      ...keyValue,
      onMalformedPeerMessage: raft.onMalformedPeerMessage,
      onStart(replica, machine, sessions) {
        raft.attach(replica);
        keyValue.onStart?.(replica, machine, sessions);
      },
      onLoaded(...loaded) {
        raft.observer.onLoaded?.(...loaded);
        traffic.begin(raft.peers());
      },
    },
    node: { ...lines, ...traffic.node },
  };
}

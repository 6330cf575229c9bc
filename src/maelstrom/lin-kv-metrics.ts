/** What a lin-kv node counts and shows. The names are part of the interface; docs/metrics.md has all. */

import type { HealthCheck } from '../metrics/health.ts';
import { registerNodejsFamilies } from '../metrics/nodejs-families.ts';
import { registerProcessFamilies } from '../metrics/process-families.ts';
import type { Registry } from '../metrics/registry.ts';
import type { RaftStatus } from '../raft/index.ts';
import type { Clock } from '../replica/index.ts';
import type { KeyValueReplica, LinKvObserver } from './lin-kv.ts';
import { registerKeyValue } from './metrics/key-value.ts';
import { registerLines } from './metrics/lines.ts';
import { registerLinkTraffic } from './metrics/link-traffic.ts';
import { registerRaftMetrics } from './metrics/raft.ts';
import type { NodeObserver } from './node.ts';

/** The instruments of one node, as the observers that feed them and the checks that read them. */
export interface LinKvMetrics {
  readonly linKv: LinKvObserver;
  readonly node: NodeObserver;
  readonly readyz: readonly HealthCheck[];
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
  let replica: KeyValueReplica | null = null;
  const status = (): RaftStatus | undefined => replica?.status();

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
      onStart(startedReplica, machine, sessions) {
        replica = startedReplica;
        raft.attach(startedReplica);
        keyValue.onStart?.(startedReplica, machine, sessions);
      },
      onLoaded(...loaded) {
        raft.observer.onLoaded?.(...loaded);
        traffic.begin(raft.peers());
      },
    },
    node: { ...lines, ...traffic.node },
    readyz: readinessChecks(status),
  };
}

function readinessChecks(status: () => RaftStatus | undefined): HealthCheck[] {
  return [
    {
      name: 'leader',
      check: () =>
        (status()?.leader ?? null) === null
          ? { ok: false, reason: 'no leader is known' }
          : { ok: true },
    },
    {
      name: 'caught-up',
      check: () => {
        const now = status();
        if (now === undefined) return { ok: false, reason: 'not initialized yet' };
        if (now.haltReason !== null) return { ok: false, reason: `halted: ${now.haltReason}` };
        const behind = now.commitIndex - now.appliedIndex;
        return behind === 0 ? { ok: true } : { ok: false, reason: `${behind} entries to apply` };
      },
    },
  ];
}

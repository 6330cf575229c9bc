/** `bin/raft-node` and `bin/lin-kv`: Maelstrom nodes that serve a replicated state machine. */

import { randomInt } from 'node:crypto';
import { registerWalMetrics, type WalObserver } from '../instruments/wal.ts';
import type { SessionCommand } from '../machine/session-command.ts';
import { MaelstromNode } from '../maelstrom/node.ts';
import { registerNodeMetrics } from '../maelstrom/node-metrics.ts';
import { serveWorkload, type WorkloadObserver } from '../maelstrom/serve-workload.ts';
import { Registry } from '../metrics/registry.ts';
import { serveMetrics } from '../metrics/server.ts';
import { renderLivePage } from '../pages/live.ts';
import { joinObservers, type Observer } from '../replica/index.ts';
import type { FileStore } from '../storage/file-store.ts';
import { MemoryStore } from '../storage/memory.ts';
import { dataDirectory, nodeFileStore } from './data-directory.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { writeTarget } from './metrics-targets.ts';
import { type NodeFlags, type NodeProgram, parseNodeFlags } from './node-flags.ts';
import { withTrace } from './node-trace.ts';
import { NodeWatch } from './node-watch.ts';
import { version } from './version.ts';

export async function main(program: NodeProgram, args: readonly string[]): Promise<void> {
  try {
    const flags = parseNodeFlags(program, args, process.env);
    if (typeof flags === 'string') process.stdout.write(flags);
    else await serve(flags);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${program}: ${error.message}\n`);
    process.exitCode = exitStatus.usage;
  }
}

async function serve(flags: NodeFlags): Promise<void> {
  const { workload, dataDir, leaseReads, metricsPort, requestTimeoutMs, seed, trace } = flags;
  const watch = new NodeWatch();
  const registry = new Registry();
  const metrics =
    metricsPort === null
      ? null
      : registerNodeMetrics(registry, workload, version, () => node.bufferedBytes);
  const wal = dataDir === null || metrics === null ? {} : registerWalMetrics(registry);
  const node = new MaelstromNode({ observer: metrics?.node ?? {} });
  const logging = withLog(node, watch.watching(metrics?.workload ?? {}));
  serveWorkload(node, workload, {
    createStore: () =>
      dataDir === null ? new MemoryStore() : fileStore(node, flags, dataDir, wal),
    // Two lives of a node must not draw the same numbers: see ReplicaOptions.
    seed: dataDir === null ? seed : (seed + randomInt(2 ** 32)) % 2 ** 32,
    requestTimeoutMs,
    leaseReads,
    snapshotEntries: flags.snapshotEntries,
    observer: trace === null ? logging : withTrace(node, trace, logging, logOf(node)),
  });
  if (metricsPort !== null) {
    node.onInit(() => listen(node, registry, watch, metricsPort, flags.metricsTargets));
  }
  await node.run();
}

function fileStore(
  node: MaelstromNode,
  { workload }: NodeFlags,
  dataDir: string,
  observer: WalObserver,
): FileStore<SessionCommand<unknown>> {
  const path = dataDirectory(dataDir, node.id, { env: process.env, parentPid: process.ppid });
  return nodeFileStore(node, workload, path, observer, logOf(node));
}

function logOf(node: MaelstromNode): (line: string) => void {
  return (line) => process.stderr.write(`${node.id}: ${line}\n`);
}

/** Says on stderr what somebody who looks for a fault wants to see first. */
function withLog<Machine>(
  node: MaelstromNode,
  observer: WorkloadObserver<Machine>,
): WorkloadObserver<Machine> {
  const log = logOf(node);
  const logging: Observer = {
    onRoleChange: ({ role, term, leader, reason }) =>
      log(
        `${role} in term ${term}, ${leader === null ? 'no leader' : `leader ${leader}`} (${reason})`,
      ),
    onHalted: (reason) => log(`stopped for good: ${reason}`),
  };
  return {
    ...observer,
    ...joinObservers(observer, logging),
    onMalformedPeerMessage(from, fault) {
      observer.onMalformedPeerMessage?.(from, fault);
      log(`a message from ${from} was dropped: ${fault}`);
    },
  };
}

/** Not waited for: a node is ready whether or not somebody may watch it. */
function listen(
  node: MaelstromNode,
  registry: Registry,
  watch: NodeWatch,
  basePort: number,
  targets: string | null,
): void {
  const log = logOf(node);
  const { id, nodeIds } = node;
  let ownPort = 0;
  let page: string | null = null; // rendered for the first who asks
  void serveMetrics({
    registry,
    livez: watch.livez,
    readyz: watch.readyz,
    page: () => (page ??= renderLivePage()),
    status: () => watch.status(nodeIds, basePort, ownPort),
    basePort,
    position: nodeIds.indexOf(id),
    log,
  }).then((server) => {
    if (server === null) return;
    ownPort = server.port;
    const base = `http://127.0.0.1:${ownPort}`;
    log(`metrics on ${base}/metrics and a live page on ${base}/`);
    if (targets === null) return;
    const labels = {
      node: id,
      __meta_raftwright_version: version,
      __meta_raftwright_run: process.env['RAFTWRIGHT_RUN'] ?? '',
    };
    const target = { node: id, host: '127.0.0.1', port: ownPort, labels };
    node.onEnd(writeTarget(targets, target, log));
  });
}

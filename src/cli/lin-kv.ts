/** `bin/lin-kv`: a Maelstrom node that serves a linearizable key-value store. */

import { randomInt } from 'node:crypto';
import { type LoggedCommand, serveLinKv } from '../maelstrom/lin-kv.ts';
import { registerWalMetrics, type WalObserver } from '../maelstrom/metrics/wal.ts';
import { MaelstromNode } from '../maelstrom/node.ts';
import { registerNodeMetrics } from '../maelstrom/node-metrics.ts';
import type { WorkloadObserver } from '../maelstrom/serve-workload.ts';
import { linKv } from '../maelstrom/workloads/lin-kv.ts';
import { Registry } from '../metrics/registry.ts';
import { serveMetrics } from '../metrics/server.ts';
import { renderLivePage } from '../pages/live.ts';
import { joinObservers, type Observer } from '../replica/index.ts';
import type { FileStore } from '../storage/file-store.ts';
import { MemoryStore } from '../storage/memory.ts';
import { dataDirectory, keyValueFileStore } from './data-directory.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { choiceFlag, integerFlag, parseFlags } from './flags.ts';
import { writeTarget } from './metrics-targets.ts';
import { type TraceWish, withTrace } from './node-trace.ts';
import { NodeWatch } from './node-watch.ts';
import { version } from './version.ts';

const help = `Usage: lin-kv [flags]

A node for Maelstrom's lin-kv workload: reads requests from stdin, writes replies to stdout, and
replicates by Raft. Maelstrom or \`raftwright test\` starts it; nobody types to it.

      --data-dir DIR        keep term, vote, log and snapshots in DIR/NODE, so that the node can be
                            killed and started again; default: in memory. Under Maelstrom and
                            \`raftwright test\` it is DIR/RUN/NODE: each run is on its own.
                            Also: the environment variable RAFTWRIGHT_DATA_DIR
      --lease-reads         answer reads at the leader from its lease, without a word to the others.
                            They are linearizable as long as the clocks of all nodes run at the
                            same speed within an eighth. On all nodes, or on none
      --metrics-port BASE   serve a live page, metrics and health over HTTP on 127.0.0.1, at BASE +
                            the node's position in the cluster, or any free port when that one is
                            taken (0: any). The page is at /, metrics at /metrics, health at /livez,
                            /readyz and /health, what the page shows as JSON at /status.
                            Also: the environment variable RAFTWRIGHT_METRICS_PORT
      --metrics-targets DIR write DIR/raftwright-NODE.json, where a Prometheus finds the node by
                            file_sd, whichever port it has. Use one DIR for each cluster: a node
                            that is started again replaces its file, and takes it away only when it
                            ends by itself, so that a Prometheus misses one that was killed.
                            Also: the environment variable RAFTWRIGHT_METRICS_TARGETS
      --request-timeout MS  answer every request within this time; default 950, since Maelstrom's
                            clients wait 1000 ms (more when --latency is above 100)
      --trace FILE          write down all that the node's core takes in and hands over, in a file
                            with the node's name before the extension: trace.jsonl is
                            trace.n1.jsonl. See docs/trace.md. Also: the environment variable
                            RAFTWRIGHT_TRACE
      --trace-level LEVEL   full, the default; or roles: role changes alone. Also: the environment
                            variable RAFTWRIGHT_TRACE_LEVEL
      --seed N              the chance of election timeouts; default: a new one. With a data
                            directory each start has its own all the same
      --version
`;

export interface LinKvFlags {
  /** Null: in memory. */
  readonly dataDir: string | null;
  readonly leaseReads: boolean;
  readonly metricsPort: number | null;
  /** Where Prometheus looks for targets; null: nowhere. */
  readonly metricsTargets: string | null;
  readonly requestTimeoutMs: number;
  readonly seed: number;
  readonly trace: TraceWish | null;
}

export async function main(args: readonly string[]): Promise<void> {
  try {
    const flags = parseLinKvFlags(args, process.env);
    if (typeof flags === 'string') process.stdout.write(flags);
    else await serve(flags);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`lin-kv: ${error.message}\n`);
    process.exitCode = exitStatus.usage;
  }
}

/**
 * The flags, or the text that was asked for instead.
 *
 * @throws UsageError
 */
export function parseLinKvFlags(
  args: readonly string[],
  env: { readonly [name: string]: string | undefined },
): LinKvFlags | string {
  const { values } = parseFlags({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      'lease-reads': { type: 'boolean', default: false },
      'metrics-port': { type: 'string' },
      'metrics-targets': { type: 'string' },
      'request-timeout': { type: 'string', default: '950' },
      seed: { type: 'string' },
      trace: { type: 'string' },
      'trace-level': { type: 'string' },
    },
  });
  if (values.help || values.version) {
    return values.help ? help : `lin-kv of raftwright ${version}\n`;
  }
  const port = values['metrics-port'] ?? env['RAFTWRIGHT_METRICS_PORT'] ?? '';
  const targets = values['metrics-targets'] ?? env['RAFTWRIGHT_METRICS_TARGETS'] ?? '';
  if (values['metrics-targets'] === '')
    throw new UsageError('--metrics-targets must name a directory');
  if (targets !== '' && port === '') throw new UsageError('--metrics-targets needs --metrics-port');
  const { seed } = values;
  const dataDir = values['data-dir'] ?? env['RAFTWRIGHT_DATA_DIR'] ?? '';
  if (values['data-dir'] === '') throw new UsageError('--data-dir must name a directory');
  return {
    dataDir: dataDir === '' ? null : dataDir,
    leaseReads: values['lease-reads'],
    metricsPort: port === '' ? null : integerFlag('metrics-port', port, 0, 65_535),
    metricsTargets: targets === '' ? null : targets,
    requestTimeoutMs: integerFlag('request-timeout', values['request-timeout'], 1, 3_600_000),
    seed: seed === undefined ? randomInt(2 ** 32) : integerFlag('seed', seed, 0, 2 ** 32 - 1),
    trace: parseTrace(values.trace, values['trace-level'], env),
  };
}

function parseTrace(
  flag: string | undefined,
  levelFlag: string | undefined,
  env: { readonly [name: string]: string | undefined },
): TraceWish | null {
  if (flag === '') throw new UsageError('--trace must name a file');
  const path = flag ?? env['RAFTWRIGHT_TRACE'] ?? '';
  const level = levelFlag ?? env['RAFTWRIGHT_TRACE_LEVEL'] ?? 'full';
  return path === '' ? null : { path, level: choiceFlag('trace-level', level, ['full', 'roles']) };
}

async function serve(flags: LinKvFlags): Promise<void> {
  const { dataDir, leaseReads, metricsPort, requestTimeoutMs, seed, trace } = flags;
  const watch = new NodeWatch();
  const registry = new Registry();
  const metrics =
    metricsPort === null
      ? null
      : registerNodeMetrics(registry, linKv, version, () => node.bufferedBytes);
  const wal = dataDir === null || metrics === null ? {} : registerWalMetrics(registry);
  const node = new MaelstromNode({ observer: metrics?.node ?? {} });
  const logging = withLog(node, watch.watching(metrics?.workload ?? {}));
  serveLinKv(node, {
    createStore: () => (dataDir === null ? new MemoryStore() : fileStore(node, dataDir, wal)),
    // Two lives of a node must not draw the same numbers: see ReplicaOptions.
    seed: dataDir === null ? seed : (seed + randomInt(2 ** 32)) % 2 ** 32,
    requestTimeoutMs,
    leaseReads,
    observer: trace === null ? logging : withTrace(node, trace, logging, logOf(node)),
  });
  if (metricsPort !== null) {
    node.onInit(() => listen(node, registry, watch, metricsPort, flags.metricsTargets));
  }
  await node.run();
}

function fileStore(
  node: MaelstromNode,
  dataDir: string,
  observer: WalObserver,
): FileStore<LoggedCommand> {
  const path = dataDirectory(dataDir, node.id, { env: process.env, parentPid: process.ppid });
  return keyValueFileStore(node, path, observer, logOf(node));
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

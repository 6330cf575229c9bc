/** The command line of a node: `raft-node`, and `lin-kv`, which is short for one machine. */

import { randomInt } from 'node:crypto';
import type { AnyWorkload } from '../maelstrom/workload.ts';
import { workloads } from '../maelstrom/workloads/index.ts';
import { UsageError } from './exit-status.ts';
import { choiceFlag, integerFlag, parseFlags } from './flags.ts';
import type { TraceWish } from './node-trace.ts';
import { version } from './version.ts';

/** Which program was called; `lin-kv` has its machine by its name. */
export type NodeProgram = 'raft-node' | 'lin-kv';

const names = workloads.map(({ name }) => name).sort();

const raftNodeHelp = `Usage: raft-node --machine NAME [flags]

A node for one of Maelstrom's workloads: reads requests from stdin, writes replies to stdout, and
replicates a state machine by Raft. Maelstrom or \`raftwright test\` starts it; nobody types to it.

      --machine NAME        the state machine, by the name of the workload that it serves. On all nodes
                            the same. NAME is one of
                            ${names.slice(0, 5).join(', ')},
                            ${names.slice(5).join(', ')}
`;

const linKvHelp = `Usage: lin-kv [flags]

A node for Maelstrom's lin-kv workload: reads requests from stdin, writes replies to stdout, and
replicates by Raft. Maelstrom or \`raftwright test\` starts it; nobody types to it. It is short for
\`raft-node --machine lin-kv\`, which has machines for other workloads as well.

`;

const flagsHelp = `      --data-dir DIR        keep term, vote, log and snapshots in DIR/NODE, so that the node can be
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
      --snapshot-entries N  take a snapshot when N entries were applied since the last, keep the last
                            N/10 entries before it, and send it to whoever needs more; default
                            100000, which short runs do not reach: for tests, 50 makes many
      --version
`;

export interface NodeFlags {
  /** What the node serves. */
  readonly workload: AnyWorkload;
  /** Null: in memory. */
  readonly dataDir: string | null;
  readonly leaseReads: boolean;
  readonly metricsPort: number | null;
  /** Where Prometheus looks for targets; null: nowhere. */
  readonly metricsTargets: string | null;
  readonly requestTimeoutMs: number;
  readonly seed: number;
  /** Null: as many as settings say. */
  readonly snapshotEntries: number | null;
  readonly trace: TraceWish | null;
}

/**
 * The flags, or the text that was asked for instead.
 *
 * @throws UsageError
 */
export function parseNodeFlags(
  program: NodeProgram,
  args: readonly string[],
  env: { readonly [name: string]: string | undefined },
): NodeFlags | string {
  const { values } = parseFlags({
    args: [...args],
    options: {
      machine: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
      'data-dir': { type: 'string' },
      'lease-reads': { type: 'boolean', default: false },
      'metrics-port': { type: 'string' },
      'metrics-targets': { type: 'string' },
      'request-timeout': { type: 'string', default: '950' },
      seed: { type: 'string' },
      'snapshot-entries': { type: 'string' },
      trace: { type: 'string' },
      'trace-level': { type: 'string' },
    },
  });
  if (values.help || values.version) {
    const help = program === 'raft-node' ? raftNodeHelp : linKvHelp;
    return values.help ? help + flagsHelp : `${program} of raftwright ${version}\n`;
  }
  const workload = workloadOf(program, values.machine);
  const port = values['metrics-port'] ?? env['RAFTWRIGHT_METRICS_PORT'] ?? '';
  const targets = values['metrics-targets'] ?? env['RAFTWRIGHT_METRICS_TARGETS'] ?? '';
  if (values['metrics-targets'] === '')
    throw new UsageError('--metrics-targets must name a directory');
  if (targets !== '' && port === '') throw new UsageError('--metrics-targets needs --metrics-port');
  const { seed, 'snapshot-entries': entries } = values;
  const dataDir = values['data-dir'] ?? env['RAFTWRIGHT_DATA_DIR'] ?? '';
  if (values['data-dir'] === '') throw new UsageError('--data-dir must name a directory');
  return {
    workload,
    dataDir: dataDir === '' ? null : dataDir,
    leaseReads: values['lease-reads'],
    metricsPort: port === '' ? null : integerFlag('metrics-port', port, 0, 65_535),
    metricsTargets: targets === '' ? null : targets,
    requestTimeoutMs: integerFlag('request-timeout', values['request-timeout'], 1, 3_600_000),
    seed: seed === undefined ? randomInt(2 ** 32) : integerFlag('seed', seed, 0, 2 ** 32 - 1),
    snapshotEntries:
      entries === undefined ? null : integerFlag('snapshot-entries', entries, 1, 1_000_000_000),
    trace: parseTrace(values.trace, values['trace-level'], env),
  };
}

function workloadOf(program: NodeProgram, wish: string | undefined): AnyWorkload {
  if (program === 'lin-kv' && wish !== undefined) {
    throw new UsageError('--machine is a flag of raft-node: lin-kv serves lin-kv');
  }
  const name = program === 'lin-kv' ? program : wish;
  if (name === undefined) throw new UsageError(`--machine is missing: one of ${names.join(', ')}`);
  const found = workloads.find((workload) => workload.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`--machine must be one of ${names.join(', ')}; not ${JSON.stringify(name)}`);
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

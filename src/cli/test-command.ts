/**
 * `raftwright test`: runs the bench. The flags are Maelstrom's, so that one line works with both.
 */

import { randomInt } from 'node:crypto';
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { AvailabilityBound } from '../testbed/availability-bound.ts';
import { runBench } from '../testbed/bench.ts';
import type { BenchOptions, BenchResult } from '../testbed/bench-options.ts';
import { ClusterFailure } from '../testbed/cluster.ts';
import { latencyDistributions } from '../testbed/latency.ts';
import { type FaultKind, faultKinds } from '../testbed/nemesis.ts';
import { workloads } from '../testbed/workloads/index.ts';
import { topologyNames } from '../testbed/workloads/topology.ts';
import { FileSink } from '../trace/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { choiceFlag, integerFlag, numberFlag, parseFlags } from './flags.ts';
import { demandStore } from './store-directory.ts';
import { figuresLines, parseWorkloadFlags, workloadFlagDefinitions } from './workload-flags.ts';

export const testHelp: string = `Usage: raftwright test --bin FILE [flags] [-- ARGUMENTS OF THE NODE PROGRAM]

Runs a cluster of node programs on a simulated network, as Maelstrom does, and decides whether what
its clients saw is what the workload promises: of lin-kv, whether it is linearizable. Results go to
store/<workload>/<time>/, and store/latest. docs/bench.md says what is decided for each workload.

  -w, --workload NAME         one of these; default lin-kv
${workloadList()}
      --bin FILE              the node program; a path, not looked up in PATH
      --node-count N          nodes n0 … n<N-1>; without it, n1 … n5
      --nodes NAMES           nodes by name, separated by commas
      --time-limit SECONDS    how long clients ask; default 60
      --rate N                operations a second over all clients; default 5
      --concurrency N         clients: a number, or like 4n for 4 times the nodes. Of lin-kv a
                              multiple of 2n, and 2n by default; otherwise any number, and n
      --latency MS            mean latency between servers; default 0
      --latency-dist NAME     constant (the default), uniform or exponential
      --nemesis FAULTS        any of these, separated by commas; each comes and goes on its own:
                                partition  some nodes do not hear some others
                                kill       SIGKILL; later started again, with a new init
                                pause      SIGSTOP; later SIGCONT
      --nemesis-interval S    seconds between the beginning and the end of faults, on average;
                              default 10
      --quiet-time S          between the end of all faults and the last reads, of workloads that
                              have some; default 10
      --availability WHAT     total: every operation must end ok; or a share of them, from 0 to 1
      --consistency-models NAMES  hold it to more than the workload does: sets and counters to
                              linearizable; kafka to linearizable,contiguous-offsets
      --topology NAME         what broadcast tells nodes: ${topologyNames.join(', ')};
                              default grid
      --key-count N, --max-txn-length N, --max-writes-per-key N
                              of transactions: keys at a time, 10; micro-operations of each at the
                              most, 4; writes of a key before a new one takes its place, 16
      --trace FILE            write down all that happens, inside the nodes too, if the node program
                              can: docs/trace.md. Of several runs, the last
      --log-stderr            show what nodes write to stderr
      --log-net-send          show messages as they are sent
      --log-net-recv          show messages as they are received
      --test-count N          how many runs, one after the other, while they are valid; default 1
      --seed N                the chance of load, faults and latency; default: a new one
      --store DIRECTORY       default: store

A flag of Maelstrom's that the workload does not look at is accepted and changes nothing.

Exit status: 0 valid, 1 invalid, 2 unknown, 254 wrong flags, 255 a node or the bench broke off.
`;

/** The names, in lines that fit. */
function workloadList(): string {
  const indent = ' '.repeat(30);
  const lines = [''];
  for (const { name } of workloads) {
    const last = lines.at(-1) ?? '';
    const longer = last === '' ? name : `${last}, ${name}`;
    if (longer.length <= 68) lines[lines.length - 1] = longer;
    else lines.push(name);
  }
  return lines.map((line) => indent + line).join('\n');
}

export async function testCommand(args: readonly string[]): Promise<number> {
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const { options, testCount, isHelp } = parseTestFlags(args, print);
  if (isHelp) {
    process.stdout.write(testHelp);
    return exitStatus.valid;
  }
  if (options.trace !== null) demandWritable(options.trace);
  demandStore(options.store);
  for (let run = 0; ; run++) {
    const status = await runOnce({ ...options, seed: options.seed + run });
    if (status !== exitStatus.valid || run + 1 === testCount) return status;
  }
}

async function runOnce(options: BenchOptions): Promise<number> {
  const { print } = options;
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(exitStatus.crashed);
    print('interrupted: judging what has happened so far');
    interrupt.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  print(announce(options));
  try {
    const result = await runBench({ ...options, interrupt: interrupt.signal });
    printResult(result, options);
    return exitStatus[result.verdict];
  } catch (error) {
    if (!(error instanceof ClusterFailure)) throw error;
    print(`\nThe run broke off: ${error.message}`);
    return exitStatus.crashed;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

const flagDefinitions = {
  help: { type: 'boolean', short: 'h', default: false },
  ...workloadFlagDefinitions,
  bin: { type: 'string' },
  'node-count': { type: 'string' },
  nodes: { type: 'string' },
  'time-limit': { type: 'string', default: '60' },
  rate: { type: 'string', default: '5' },
  latency: { type: 'string', default: '0' },
  'latency-dist': { type: 'string', default: 'constant' },
  nemesis: { type: 'string', default: '' },
  'nemesis-interval': { type: 'string', default: '10' },
  trace: { type: 'string' },
  'log-stderr': { type: 'boolean', default: false },
  'log-net-send': { type: 'boolean', default: false },
  'log-net-recv': { type: 'boolean', default: false },
  'test-count': { type: 'string', default: '1' },
  seed: { type: 'string' },
  store: { type: 'string', default: 'store' },
} as const;

/** @throws UsageError */
export function parseTestFlags(
  args: readonly string[],
  print: (line: string) => void,
): { options: BenchOptions; testCount: number; isHelp: boolean } {
  const separator = args.indexOf('--');
  const own = separator < 0 ? args : args.slice(0, separator);
  const { values } = parseFlags({ args: [...own], options: flagDefinitions });
  const nodes = parseNodes(values['node-count'], values.nodes);
  return {
    isHelp: values.help,
    testCount: integerFlag('test-count', values['test-count'], 1, 1_000_000),
    options: {
      ...parseWorkloadFlags(values, nodes.length),
      bin: values.help ? '' : parseBin(values.bin),
      args: separator < 0 ? [] : args.slice(separator + 1),
      nodes,
      timeLimitSeconds: numberFlag('time-limit', values['time-limit'], 0.1, 1_000_000),
      rate: numberFlag('rate', values.rate, 0, 1_000_000),
      latency: {
        meanMs: numberFlag('latency', values.latency, 0, 1_000_000),
        distribution: choiceFlag('latency-dist', values['latency-dist'], latencyDistributions),
      },
      faults: parseFaults(values.nemesis),
      nemesisIntervalSeconds: numberFlag(
        'nemesis-interval',
        values['nemesis-interval'],
        0.001,
        1_000_000,
      ),
      seed: values.seed === undefined ? randomInt(2 ** 31) : parseSeed(values.seed),
      store: values.store,
      trace: values.trace ?? null,
      logStderr: values['log-stderr'],
      logNetSend: values['log-net-send'],
      logNetRecv: values['log-net-recv'],
      print,
    },
  };
}

/** Seen before the run whether it can be written, and not after it. */
function demandWritable(path: string): void {
  try {
    new FileSink(path).close();
  } catch (error) {
    throw new UsageError(`--trace cannot be written: ${(error as Error).message}`);
  }
}

function parseSeed(text: string): number {
  return integerFlag('seed', text, 0, 2 ** 32 - 1);
}

/** Like Maelstrom: n0, n1, … when they are counted, n1 … n5 otherwise. */
function parseNodes(count: string | undefined, names: string | undefined): string[] {
  if (count !== undefined) {
    const size = integerFlag('node-count', count, 1, 1000);
    return Array.from({ length: size }, (_, position) => `n${position}`);
  }
  if (names === undefined) return ['n1', 'n2', 'n3', 'n4', 'n5'];
  const nodes = names.split(',').map((name) => name.trim());
  if (nodes.includes('') || new Set(nodes).size !== nodes.length) {
    throw new UsageError(`--nodes must be distinct names, separated by commas: ${names}`);
  }
  return nodes;
}

function parseBin(bin: string | undefined): string {
  if (bin === undefined) throw new UsageError('--bin is missing: the node program to run');
  try {
    const path = realpathSync(bin);
    if (!statSync(path).isFile()) throw new UsageError(`--bin is not a file: ${bin}`);
    accessSync(path, constants.X_OK);
    return path;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'EACCES' ? 'is not executable' : 'does not exist';
    throw new UsageError(`--bin ${what}: ${bin}`);
  }
}

/** Each once, in the order of the list of kinds. */
function parseFaults(text: string): FaultKind[] {
  const faults = text.split(',').map((fault) => fault.trim());
  const wanted = faults
    .filter((fault) => fault !== '' && fault !== 'none')
    .map((fault) => choiceFlag('nemesis', fault, faultKinds));
  return faultKinds.filter((kind) => wanted.includes(kind));
}

function announce(options: BenchOptions): string {
  const { nodes, concurrency, rate, timeLimitSeconds, faults, latency, seed } = options;
  const kinds = faults.map((kind) => `${kind}s`).join(', ');
  return [
    `${options.workload.name}: ${nodes.length === 1 ? '1 node' : `${nodes.length} nodes`}, ${concurrency} clients, ${rate} operations a second for ${timeLimitSeconds} s`,
    faults.length > 0 ? `${kinds} every ${options.nemesisIntervalSeconds} s` : 'no faults',
    ...(latency.meanMs > 0 ? [`latency ${latency.meanMs} ms, ${latency.distribution}`] : []),
    `seed ${seed}`,
  ].join('; ');
}

function printResult(
  result: BenchResult,
  { workload, consistencyModels, print }: BenchOptions,
): void {
  const { all, availability, longestWithoutOkMs, faults, messages } = result.statistics;
  const { latencyMs } = all;
  print('');
  for (const reason of result.reasons) print(reason);
  print(`${all.invoked} operations: ${all.ok} ok, ${all.fail} fail, ${all.info} info`);
  const why = workload.whyFail === undefined ? '' : ` (${workload.whyFail})`;
  print(`${(100 * availability).toFixed(1)} % ok${why}`);
  for (const line of describeBound(
    result.bound,
    workload.answersAlone?.(consistencyModels) ?? false,
  ))
    print(line);
  for (const line of figuresLines(result.figures)) print(line);
  if (latencyMs !== null) {
    const { median, p99, max } = latencyMs;
    print(`latency of ok operations: median ${median} ms, p99 ${p99} ms, longest ${max} ms`);
  }
  print(`longest time without an operation that ended ok: ${longestWithoutOkMs.toFixed(0)} ms`);
  const { kills, pauses, restarts, restartMs } = faults;
  if (kills + pauses > 0) print(`nodes killed: ${kills}, paused: ${pauses}`);
  if (restartMs !== null) {
    const { median, max } = restartMs;
    print(
      `nodes started again: ${restarts}; until init was answered: median ${median.toFixed(0)} ms, longest ${max.toFixed(0)} ms`,
    );
  }
  print(
    `messages between servers: ${messages.servers}, ${messages.serverMessagesPerOperation} for each operation; ${messages.lost} lost to faults`,
  );
  const directory = relative(process.cwd(), result.directory);
  print(`report: ${directory}/report.html`);
  if (existsSync(join(result.directory, 'counterexample.html'))) {
    print(`why it is not linearizable: ${directory}/counterexample.html`);
  }
  print(`\n${verdictLine(result)}`);
}

function describeBound(bound: AvailabilityBound, answersAlone: boolean): string[] {
  const { attainable, attained, attainedShare, unattainable } = bound;
  if (attainable === 0) return ['nothing could have been answered, given the faults'];
  // Cut, not rounded: what is not everything does not read as 100 %.
  const share = (Math.floor(1000 * attainedShare) / 10).toFixed(1);
  const lines = [`${share} % answered of what could be answered: ${attained} of ${attainable}`];
  if (unattainable.answered > 0) {
    const why = `${answersAlone ? '' : 'reads by lease, or '}a fault of the bench`;
    const what = `answered, though no protocol could: ${why}`;
    lines.push(`${unattainable.answered} ${what}`);
  }
  return lines;
}

function verdictLine({ verdict, claim }: BenchResult): string {
  return verdict === 'valid' ? `VALID: ${claim}.` : `${verdict.toUpperCase()}: see above.`;
}

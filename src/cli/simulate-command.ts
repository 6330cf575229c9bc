/** `raftwright simulate`: runs clusters on virtual time, and says whether they kept their promises. */

import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { explainFailure } from '../testbed/shrinking/explain-failure.ts';
import type { RunPlan } from '../testbed/shrinking/shrink-plan.ts';
import { noFaults } from '../testbed/simulation/faults.ts';
import { drawPlan, type PlanChanges } from '../testbed/simulation/plan.ts';
import { BadChange, mergeChanges, parseChanges } from '../testbed/simulation/plan-changes.ts';
import type { SeedOptions, SeedResult } from '../testbed/simulation/run-seed.ts';
import { maxSeed, runPlan } from '../testbed/simulation/simulate.ts';
import { soak } from '../testbed/simulation/soak.ts';
import { simulationHeader } from '../testbed/simulation/trace.ts';
import { allNets } from '../testbed/simulation/violation.ts';
import type { TraceWriter } from '../trace/index.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { choiceFlag, integerFlag, numberFlag, parseFlags } from './flags.ts';
import { runListened, runWithPages, writeSoakPages } from './simulation-pages.ts';
import { SimulationSummary } from './simulation-summary.ts';
import { demandStore } from './store-directory.ts';
import { writingTo } from './trace-file.ts';

export const simulateHelp = `Usage: raftwright simulate [--seed N | --seeds FROM..TO] [flags]

Runs a cluster of lin-kv nodes with its clients on virtual time, in one process, under faults that
are drawn from the seed. After every step it checks what must hold of all nodes together; at the
end the faults stop, the cluster must come to rest, and what its clients saw must be linearizable.
The same seed gives the same run, anywhere.

      --seed N           one run; default: a new seed
      --seeds FROM..TO   many runs, on all cores; or as many as a single number says, from 1
      --jobs N           how many at a time; default: as many as there are cores
      --nodes N          the cluster's size, instead of what the seed draws; likewise:
      --rate N           operations a second, over all clients
      --time-limit S     how long faults go on, in simulated seconds
      --no-faults        nothing goes wrong
      --no-specification do not hold each transition against the specification
      --net NAME         heed what this net notices, and nothing else; may be repeated: invariants,
                         specification, linearizability, machine, node, liveness
      --set NAME=VALUE   any number of the plan, such as faults.loss=0.1; may be repeated
      --max-failures N   stop after so many failing seeds; default 10
      --no-pages         write no report.html and diagram.html; see below
      --no-shrink        do not look for the shortest way to break the rule that the first failing
                         seed has broken; see docs/shrinking.md
      --trace FILE       write down all that happens, of one run: docs/trace.md
      --json             print the results as one line of JSON, and nothing else; no pages either
      --store DIRECTORY  where failures are written; default: store

One run leaves its pages in STORE/simulation/seed-N/: report.html, diagram.html, and
counterexample.html when its history is not linearizable. Many leave STORE/simulation/report.html,
and the pages of those that failed.

Exit status: 0 all valid, 1 a run was invalid, 2 a history could not be decided, 254 wrong flags.
`;

interface SimulateFlags {
  readonly from: number;
  readonly to: number;
  readonly jobs: number;
  readonly changes: PlanChanges;
  readonly options: SeedOptions;
  readonly maxFailures: number;
  readonly isShrinking: boolean;
  readonly isJson: boolean;
  readonly store: string;
  /** Where the trace of the only run goes. */
  readonly trace: string | null;
  readonly hasPages: boolean;
}

export async function simulateCommand(args: readonly string[]): Promise<number> {
  const flags = parse(args);
  if (flags === null) {
    process.stdout.write(simulateHelp);
    return exitStatus.valid;
  }
  if (flags.hasPages) demandStore(flags.store);
  const summary = new SimulationSummary(flags);
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(exitStatus.crashed);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    if (flags.from === flags.to) summary.add(await runOne(flags));
    else {
      await soak({
        ...flags,
        onResult: (result) => summary.add(result),
        interrupt: interrupt.signal,
      });
    }
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  const status = summary.finish();
  if (flags.hasPages && flags.from !== flags.to) await writeSoakPages(summary, flags, args);
  const [firstFailure] = summary.failures;
  if (flags.isShrinking && firstFailure !== undefined) await explain(firstFailure, flags);
  return status;
}

/** One run in this thread, which may be told of, event by event. */
async function runOne(flags: SimulateFlags): Promise<SeedResult> {
  const { from: seed, changes, options, trace, hasPages, store } = flags;
  const plan = drawPlan(seed, changes);
  const run = (writer: TraceWriter | null): Promise<SeedResult> =>
    hasPages
      ? runWithPages(plan, store, { ...options, writer })
      : runListened(plan, options, writer === null ? null : (event) => writer.write(event));
  if (trace === null) return await run(null);
  return await writingTo(trace, simulationHeader(plan), run);
}

/** Shows the shortest way to the same violation that can be found. */
async function explain(
  { seed }: SeedResult,
  { changes, options, store }: SimulateFlags,
): Promise<void> {
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  print(`\nShrinking seed ${seed}; this may take a minute.`);
  const run: RunPlan = (plan, more) => runPlan(plan, { ...options, ...more });
  const report = await explainFailure(drawPlan(seed, changes), run);
  const { command, script, trace, runs, scriptRuns } = report;
  print(`${runs} runs, ${scriptRuns} of scripts. To repeat what is left:\n\n${command}\n`);
  print(trace);
  if (script === null) return;
  const file = join(store, 'simulation', `seed-${seed}.txt`);
  writeFileSync(file, script);
  print(`raftwright scenario ${file}`);
}

function parse(args: readonly string[]): SimulateFlags | null {
  const { values } = parseFlags({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seed: { type: 'string' },
      seeds: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      nodes: { type: 'string' },
      rate: { type: 'string' },
      'time-limit': { type: 'string' },
      'no-faults': { type: 'boolean', default: false },
      'no-specification': { type: 'boolean', default: false },
      net: { type: 'string', multiple: true },
      set: { type: 'string', multiple: true, default: [] },
      'max-failures': { type: 'string', default: '10' },
      'no-shrink': { type: 'boolean', default: false },
      'no-pages': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      store: { type: 'string', default: 'store' },
      trace: { type: 'string' },
    },
  });
  if (values.help) return null;
  const { nodes, rate } = values;
  const timeLimit = values['time-limit'];
  const seeds = parseSeeds(values.seed, values.seeds);
  return {
    ...seeds,
    jobs: integerFlag('jobs', values.jobs, 1, 256),
    maxFailures: integerFlag('max-failures', values['max-failures'], 1, 1_000_000),
    options: {
      hasSpecification: !values['no-specification'],
      nets: values.net?.map((name) => choiceFlag('net', name, allNets)) ?? allNets,
    },
    isShrinking: !values['no-shrink'] && !values.json,
    isJson: values.json,
    store: values.store,
    trace: parseTrace(values.trace, seeds),
    hasPages: !values['no-pages'] && !values.json,
    changes: mergeChanges(
      {
        ...(nodes === undefined ? {} : { nodes: integerFlag('nodes', nodes, 1, 15) }),
        ...(rate === undefined ? {} : { rate: numberFlag('rate', rate, 1, 100_000) }),
        ...(timeLimit === undefined
          ? {}
          : { faultyMs: 1000 * numberFlag('time-limit', timeLimit, 0.1, 100_000) }),
        ...(values['no-faults'] ? { faults: noFaults } : {}),
      },
      parseSets(values.set),
    ),
  };
}

function parseTrace(
  path: string | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): string | null {
  if (path === undefined) return null;
  if (path === '') throw new UsageError('--trace must name a file');
  if (from !== to) throw new UsageError('--trace is for one run: give --seed');
  return path;
}

function parseSets(texts: readonly string[]): PlanChanges {
  try {
    return parseChanges(texts);
  } catch (error) {
    if (!(error instanceof BadChange)) throw error;
    throw new UsageError(`--set ${error.message}`);
  }
}

function parseSeeds(
  seed: string | undefined,
  seeds: string | undefined,
): { readonly from: number; readonly to: number } {
  if (seed !== undefined && seeds !== undefined) {
    throw new UsageError('either --seed or --seeds, not both');
  }
  if (seeds === undefined) {
    const only = seed === undefined ? randomInt(2 ** 31) : integerFlag('seed', seed, 0, maxSeed);
    return { from: only, to: only };
  }
  // A number alone says how many.
  const range = /^[0-9]+$/.test(seeds) ? `1..${seeds}` : seeds;
  const [first, last, ...more] = range.split('..');
  if (first === undefined || last === undefined || more.length > 0) {
    throw new UsageError(`--seeds must be like 1..1000, or a number: ${seeds}`);
  }
  const from = integerFlag('seeds', first, 0, maxSeed);
  return { from, to: integerFlag('seeds', last, from, maxSeed) };
}

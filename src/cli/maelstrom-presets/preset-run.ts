/** Runs one preset, and says what came of each run that it has made. */

import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RunFiles } from '../../testbed/recorded/files.ts';
import { readBenchOutcome } from './bench-outcome.ts';
import { type ChildResult, type Interrupt, runChild } from './child-run.ts';
import { commandOf, flagsOf } from './command.ts';
import type { Environment } from './installation.ts';
import { type LogFindings, mergeFindings, type Warning } from './log-warnings.ts';
import { readMaelstromOutcome } from './maelstrom-results.ts';
import { noResults, type Outcome, type Results } from './outcome.ts';
import { flagValue } from './presets.ts';
import type { Chosen, Selection } from './selection.ts';

export interface RunSetup {
  readonly selection: Selection;
  /** The path of its script; null: the bench. */
  readonly maelstrom: string | null;
  readonly env: Environment;
  readonly interrupt: Interrupt;
  readonly print: (line: string) => void;
}

/** How both Maelstrom and the bench refuse a flag's value. */
const refusal =
  /Failed to validate "(?:-w|--workload|--nemesis)\b.*|--(?:workload|nemesis) must be one of .*/;

/** An outcome for each run: more than one with --test-count. */
export async function runPreset(chosen: Chosen, setup: RunSetup): Promise<Outcome[]> {
  const { selection, maelstrom, env, interrupt, print } = setup;
  const { preset } = chosen;
  const command = commandOf(preset, selection, maelstrom, env);
  const flags = flagsOf(preset, selection);
  const runs = new RunDirectories(
    join((selection.isBench ? flagValue(flags, '--store') : null) ?? 'store', preset.workload),
  );
  print(`${preset.name}: ${preset.about}`);
  print(`  -w ${preset.workload} ${flags.join(' ')}`);
  const result = await runChild(command, interrupt, selection.isVerbose ? print : () => {});
  const base = {
    preset: preset.name,
    workload: preset.workload,
    nodes: flagValue(flags, '--node-count') ?? '5',
    faults: flagValue(flags, '--nemesis') ?? 'none',
    isBench: selection.isBench,
  };
  const outcomes = runs
    .fresh()
    .map((directory) => ({ ...base, ...readRun(directory, selection.isBench), isSkipped: false }));
  const last = outcomes.pop() ?? {
    ...base,
    ...noResults,
    nodeWarnings: [],
    otherWarnings: [],
    isSkipped: false,
    directory: null,
  };
  const ended = withEnd(withOutput(last, result.findings, outcomes), result, interrupt.isRaised);
  if (ended.verdict === 'broke off' && !selection.isVerbose) {
    for (const line of result.tail) print(`  | ${line}`);
  }
  const isSkipped = ended.verdict === 'not known here' && !chosen.isNamed;
  return [...outcomes, { ...ended, isSkipped }];
}

/** The directories of runs of a workload: those that were not there before. */
class RunDirectories {
  readonly #path: string;
  readonly #before: ReadonlySet<string>;

  constructor(path: string) {
    this.#path = resolve(path);
    this.#before = new Set(this.#all());
  }

  fresh(): string[] {
    return this.#all().filter((path) => !this.#before.has(path));
  }

  /** The oldest first; `latest` is a link, and no directory. */
  #all(): string[] {
    try {
      return readdirSync(this.#path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(this.#path, name))
        .sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

function readRun(
  directory: string,
  isBench: boolean,
): Results & Pick<Outcome, 'nodeWarnings' | 'otherWarnings' | 'directory'> {
  const files = new RunFiles(directory);
  if (isBench) {
    return { ...readBenchOutcome(files), nodeWarnings: [], otherWarnings: [], directory };
  }
  const { results, findings } = readMaelstromOutcome(files);
  const { ofNodes, others } = findings;
  return { ...results, nodeWarnings: ofNodes, otherWarnings: others, directory };
}

/** What was printed and stands in the log of no run belongs to the last, which may have none. */
function withOutput(last: Outcome, output: LogFindings, earlier: readonly Outcome[]): Outcome {
  const isNew =
    (kind: 'nodeWarnings' | 'otherWarnings') =>
    ({ text }: Warning): boolean =>
      !earlier.some((run) => run[kind].some((warning) => warning.text === text));
  const { ofNodes, others } = mergeFindings(
    { ofNodes: last.nodeWarnings, others: last.otherWarnings },
    {
      ofNodes: output.ofNodes.filter(isNew('nodeWarnings')),
      others: output.others.filter(isNew('otherWarnings')),
    },
  );
  return { ...last, nodeWarnings: ofNodes, otherWarnings: others };
}

function withEnd(last: Outcome, { status, tail }: ChildResult, isInterrupted: boolean): Outcome {
  if (isInterrupted) return { ...last, verdict: 'interrupted' };
  const refused = status === 254 ? tail.find((line) => refusal.test(line)) : undefined;
  if (refused !== undefined) {
    return { ...last, verdict: 'not known here', reasons: [refusedReason(refused, last.isBench)] };
  }
  if (last.verdict === 'valid' && status !== 0) {
    const how = status === null ? 'by a signal' : `with status ${status}`;
    const reason = `its results are good, but it ended ${how}`;
    return { ...last, verdict: 'broke off', reasons: [...last.reasons, reason] };
  }
  return last;
}

function refusedReason(line: string, isBench: boolean): string {
  const isOfFaults = !isBench && line.includes('--nemesis');
  const why = isOfFaults
    ? '; kill and pause came to Maelstrom in July 2026, after its release 0.2.4'
    : '';
  return `${line.trim()}${why}`;
}

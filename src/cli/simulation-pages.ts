/** Where `raftwright simulate` leaves its pages, and when. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSoak, type SoakFailure } from '../pages/soak/soak.ts';
import { makeDirectories } from '../storage/make-directories.ts';
import { SimulationListener } from '../testbed/pages/simulation-pages.ts';
import { writeRunPages } from '../testbed/pages/write-run-pages.ts';
import { drawPlan, type Plan, type PlanChanges } from '../testbed/simulation/plan.ts';
import type { SeedOptions, SeedResult } from '../testbed/simulation/run-seed.ts';
import { runPlan } from '../testbed/simulation/simulate.ts';
import type { OnEvent } from '../testbed/simulation/trace.ts';
import type { TraceWriter } from '../trace/index.ts';
import type { SimulationSummary } from './simulation-summary.ts';

/** Of many seeds that failed, so many get pages: each has to run again for them. */
const maxWithPages = 10;

/** Runs a plan, and tells of it while it goes on. */
export async function runListened(
  plan: Plan,
  options: SeedOptions,
  onEvent: OnEvent | null,
): Promise<SeedResult> {
  const { plan: _plan, ...result } = await runPlan(plan, { ...options, onEvent });
  return { seed: plan.seed, ...result };
}

/** Runs a plan, writes its pages, and says where they are. */
export async function runWithPages(
  plan: Plan,
  store: string,
  { writer, ...options }: SeedOptions & { readonly writer: TraceWriter | null },
): Promise<SeedResult> {
  const listener = new SimulationListener(plan);
  const result = await runListened(plan, options, (event) => {
    listener.note(event);
    writer?.write(event);
  });
  const directory = directoryOf(store, plan.seed);
  makeDirectories(directory);
  const files = writeRunPages(directory, listener.record({ plan, ...result }));
  for (const name of files) print(`${name.replace('.html', '')}: ${join(directory, name)}`);
  return result;
}

/** Runs the seeds that failed again, for their pages, and writes the page of all. */
export async function writeSoakPages(
  summary: SimulationSummary,
  {
    changes,
    options,
    store,
  }: { readonly changes: PlanChanges; readonly options: SeedOptions; readonly store: string },
  args: readonly string[],
): Promise<void> {
  const { failures: failed } = summary;
  const forPage = summary.forPage();
  const failures: SoakFailure[] = [];
  for (const [position, { seed, violation }] of failed.entries()) {
    if (violation === null) continue;
    const links = position < maxWithPages ? await pagesOf(seed, { changes, options, store }) : [];
    const [detail = ''] = violation.detail.split('\n');
    failures.push({ ...violation, seed, detail: detail.slice(0, 300), links });
  }
  const directory = join(store, 'simulation');
  makeDirectories(directory);
  const file = join(directory, 'report.html');
  const command = ['raftwright simulate', ...args].join(' ');
  writeFileSync(file, renderSoak({ ...forPage, failures, command }));
  print(`report: ${file}`);
}

async function pagesOf(
  seed: number,
  {
    changes,
    options,
    store,
  }: { readonly changes: PlanChanges; readonly options: SeedOptions; readonly store: string },
): Promise<SoakFailure['links']> {
  const plan = drawPlan(seed, changes);
  const listener = new SimulationListener(plan);
  const result = await runListened(plan, options, (event) => listener.note(event));
  const directory = directoryOf(store, seed);
  makeDirectories(directory);
  const files = writeRunPages(directory, listener.record({ plan, ...result }));
  return files.map((name) => ({
    label: name.replace('.html', ''),
    href: `seed-${seed}/${name}`,
  }));
}

function directoryOf(store: string, seed: number): string {
  return join(store, 'simulation', `seed-${seed}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

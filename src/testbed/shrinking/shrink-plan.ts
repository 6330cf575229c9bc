/**
 * Makes a failing run smaller, number by number: fewer nodes, faults off, settings as usual, fewer
 * clients, less time. What is left is what the failure needs.
 *
 * A plan and its seed determine a run, so a smaller plan is simply run. Little changes make another
 * run of it, in which the failure may not come up with the same seed; so some others are tried too,
 * and more of them when those were not enough.
 */

import { defaultSettings } from '../../raft/index.ts';
import { scenarioSettings } from '../scenario/world.ts';
import { type Faults, noFaults } from '../simulation/faults.ts';
import type { Plan } from '../simulation/plan.ts';
import type { SimulationResult } from '../simulation/simulation.ts';
import type { OnEvent } from '../simulation/trace.ts';
import type { Violation } from '../simulation/violation.ts';

/** Runs a plan; what system it is of is the caller's choice. */
export type RunPlan = (
  plan: Plan,
  options?: { readonly onEvent?: OnEvent },
) => Promise<SimulationResult>;

/** How much work making a plan small may be. */
export interface ShrinkOptions {
  /** So many runs at most. Default: 800. */
  readonly maxRuns?: number;
  /** With so many seeds each smaller plan is tried at first. Default: 4. */
  readonly seedsPerPlan?: number;
}

export interface Shrunk {
  readonly plan: Plan;
  readonly result: SimulationResult;
  /** How many runs it took. */
  readonly runs: number;
}

/** A run of fewer steps is told in few enough lines. */
const fewSteps = 400;

/** Smaller plans than this one, those that would help most first. */
type Simplification = (plan: Plan) => readonly Plan[];

/**
 * @param failure a result with a violation
 * @param run has to give the same result for the same plan
 */
export async function shrinkPlan(
  failure: SimulationResult,
  run: RunPlan,
  { maxRuns = 800, seedsPerPlan = 4 }: ShrinkOptions = {},
): Promise<Shrunk> {
  let best = failure;
  let runs = 0;
  const tried = new Set<string>();

  const attempt = async (plan: Plan, seeds: number): Promise<boolean> => {
    for (let more = 0; more < seeds && runs < maxRuns; more++) {
      const candidate = { ...plan, seed: plan.seed + more };
      const key = JSON.stringify(candidate);
      if (tried.has(key)) continue;
      tried.add(key);
      runs++;
      const result = await run(candidate);
      if (!isSameFailure(failure, result)) continue;
      best = result;
      return true;
    }
    return false;
  };

  for (let seeds = seedsPerPlan, runsBefore = -1; runs < maxRuns && runs > runsBefore; ) {
    runsBefore = runs;
    let isSmaller = false;
    for (const simplify of simplifications) {
      for (const plan of simplify(best.plan)) {
        if (!(await attempt(plan, seeds))) continue;
        isSmaller = true;
        // What comes after the violation is of no interest, and costs time in every other run.
        const cut = cutToViolation(best);
        if (cut !== null) await attempt(cut, 1);
        break;
      }
    }
    if (isSmaller) continue;
    if (best.counts.steps < fewSteps) break;
    // What fails rarely needs more seeds.
    seeds *= 4;
  }
  return { plan: best.plan, result: best, runs };
}

/** Whether the same rule of the same net is broken. */
export function isSameFailure(a: SimulationResult, b: SimulationResult): boolean {
  return (
    a.violation !== null && b.violation !== null && nameOf(a.violation) === nameOf(b.violation)
  );
}

/** A node that stops itself says why; the numbers in it are another thing. */
function nameOf({ net, rule, detail }: Violation): string {
  const reason = net === 'node' ? detail.split('\n')[0]?.replaceAll(/\d+/g, '#') : '';
  return `${net}: ${rule} ${reason}`;
}

function cutToViolation({ plan, violation }: SimulationResult): Plan | null {
  const faultyMs = Math.ceil(violation?.timeMs ?? plan.faultyMs) + 1;
  return faultyMs < plan.faultyMs ? { ...plan, faultyMs } : null;
}

const simplifications: readonly Simplification[] = [
  (plan) =>
    (plan.nodes > 3 ? [3, plan.nodes - 1] : [plan.nodes - 1])
      .filter((nodes) => nodes > 0 && nodes < plan.nodes)
      .map((nodes) => ({ ...plan, nodes })),
  ({ faults, ...plan }) => withoutFaults(faults).map((fewer) => ({ ...plan, faults: fewer })),
  (plan) => withUsualSettings(plan),
  (plan) => (plan.clientsPerNode > 1 ? [{ ...plan, clientsPerNode: 1 }] : []),
  ({ rate, ...plan }) =>
    [5, rate / 4, rate / 2]
      .filter((lower) => lower >= 5 && lower < rate)
      .map((lower) => ({ ...plan, rate: Math.ceil(lower) })),
  (plan) =>
    [0.3, 0.6, 0.85]
      .map((part) => ({ ...plan, faultyMs: Math.floor(plan.faultyMs * part) }))
      .filter(({ faultyMs }) => faultyMs >= 10 && faultyMs < plan.faultyMs),
];

/** Faults that mean something only together. */
const faultGroups: readonly (readonly (keyof Faults)[])[] = [
  ['loss', 'duplication', 'reordering', 'spikes', 'spikeMs'],
  ['partitionEveryMs'],
  ['crashEveryMs', 'massCrash', 'downMs'],
  ['pauseEveryMs', 'pauseMs'],
  ['files', 'kills', 'segmentBytes', 'syncFailure', 'looseSectors', 'diskRoomBytes'],
  ['diskMs', 'diskFailure', 'lostWrites', 'rot'],
  ['membershipEveryMs'],
  ['transferEveryMs'],
  ['latencyMs', 'latencySpread'],
  ['clockSpread'],
  ['deferMs'],
  ['textWire'],
];

/** All faults off; else a group of them; else one. */
function withoutFaults(faults: Faults): Faults[] {
  const isOn = (name: keyof Faults): boolean => faults[name] !== noFaults[name];
  const off = (names: readonly (keyof Faults)[]): Faults => ({
    ...faults,
    ...Object.fromEntries(names.map((name) => [name, noFaults[name]])),
  });
  const names = (Object.keys(noFaults) as (keyof Faults)[]).filter(isOn);
  if (names.length === 0) return [];
  const groups = faultGroups.filter((group) => group.some(isOn));
  return [noFaults, ...groups.map(off), ...names.map((name) => off([name]))];
}

/** All settings as in scenarios, with ticks to match; else as usual; else one of them as usual. */
function withUsualSettings(plan: Plan): Plan[] {
  const { settings } = plan;
  const base = settings.electionTimeoutTicks.min === 10 ? scenarioSettings : defaultSettings;
  const names = (Object.keys(settings) as (keyof typeof settings)[]).filter(
    (name) => JSON.stringify(settings[name]) !== JSON.stringify(base[name]),
  );
  if (names.length === 0) return [];
  const isTimeOpen = names.some((name) => /Ticks$/.test(name));
  return [
    { ...plan, settings: scenarioSettings, tickMs: 30 },
    ...(isTimeOpen ? [] : [{ ...plan, settings: base }]),
    ...names
      .filter((name) => !/Ticks$/.test(name))
      .map((name) => ({ ...plan, settings: { ...settings, [name]: base[name] } })),
  ];
}

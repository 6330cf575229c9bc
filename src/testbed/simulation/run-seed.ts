/** One seed of `bin/lin-kv`, and what came of it, as plain data that threads can exchange. */

import { drawPlan, type PlanChanges } from './plan.ts';
import { runPlan } from './simulate.ts';
import type { SimulationOptions, SimulationResult } from './simulation.ts';

/** Options of a simulation that threads can exchange. */
export type SeedOptions = Pick<SimulationOptions, 'hasSpecification' | 'nets'>;

export interface SeedTask {
  readonly seed: number;
  readonly changes: PlanChanges;
  readonly options: SeedOptions;
}

export interface SeedResult extends Omit<SimulationResult, 'plan'> {
  readonly seed: number;
}

export async function runSeed({ seed, changes, options }: SeedTask): Promise<SeedResult> {
  const { plan: _plan, ...result } = await runPlan(drawPlan(seed, changes), options);
  return { seed, ...result };
}

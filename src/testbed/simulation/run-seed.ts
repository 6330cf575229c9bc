/** One seed of `bin/lin-kv`, and what came of it, as plain data that threads can exchange. */

import { drawPlan, type PlanChanges } from './plan.ts';
import { runPlan } from './simulate.ts';
import type { SimulationResult } from './simulation.ts';

export interface SeedTask {
  readonly seed: number;
  readonly changes: PlanChanges;
  readonly hasSpecification: boolean;
}

export interface SeedResult extends Omit<SimulationResult, 'plan'> {
  readonly seed: number;
}

export async function runSeed({ seed, changes, hasSpecification }: SeedTask): Promise<SeedResult> {
  const { plan: _plan, ...result } = await runPlan(drawPlan(seed, changes), { hasSpecification });
  return { seed, ...result };
}

/** Runs a cluster on virtual time, with faults, and says whether it kept its promises. */

import type { SnapshotFormat } from '../../machine/encoded-snapshots.ts';
import type { StateMachine } from '../../machine/machine.ts';
import type { Operation } from '../../replica/index.ts';
import { type Faults, noFaults } from './faults.ts';
import { linKvSystem } from './lin-kv-system.ts';
import { machineSystem } from './machine-system.ts';
import { drawPlan, type Plan, type PlanChanges } from './plan.ts';
import { Simulation, type SimulationOptions, type SimulationResult } from './simulation.ts';

/** Which run, of which machine, and what to watch in it. */
export interface SimulateOptions<Command, Query, Result, Snapshot> extends SimulationOptions {
  /** From 0 to 2 ** 32 - 1. The same seed, with the same other options, gives the same run. */
  readonly seed: number;
  /**
   * A new machine in its first state. Default: the key-value machine, behind `bin/lin-kv` and asked
   * by Maelstrom's workload.
   */
  readonly machine?: () => StateMachine<Command, Query, Result, Snapshot>;
  /** What a client asks next; needed with a machine of your own. `random` gives numbers in [0, 1). */
  readonly workload?: (random: () => number, client: number) => Operation<Command, Query>;
  /** How snapshots become bytes. Not needed when they are bytes, or what JSON can carry. */
  readonly snapshotFormat?: SnapshotFormat<Snapshot>;
  /**
   * What goes wrong. Default: the seed draws it. `'none'`: nothing. Or some faults by name; the seed
   * draws the others.
   */
  readonly faults?: 'none' | Partial<Faults>;
  /** Other parts of the plan that the seed would draw: size, time, load, settings. */
  readonly plan?: Omit<PlanChanges, 'faults'>;
}

/**
 * One run. It takes no real time but what the computation needs, and touches nothing outside.
 *
 * @throws TypeError when the seed is none, or a machine is given without a workload
 */
export async function simulate<Command, Query, Result, Snapshot>(
  options: SimulateOptions<Command, Query, Result, Snapshot>,
): Promise<SimulationResult> {
  const { machine, workload, snapshotFormat } = options;
  const plan = planOf(options);
  if (machine === undefined) return await runPlan(plan, options);
  if (workload === undefined) throw new TypeError('a machine needs a workload: what clients ask');
  const system = machineSystem({
    createMachine: machine,
    nextOperation: workload,
    ...(snapshotFormat === undefined ? {} : { snapshotFormat }),
  });
  return await new Simulation(plan, system, options).run();
}

/** Chance is drawn from 32 bits. */
export const maxSeed: number = 2 ** 32 - 1;

/** A run of `bin/lin-kv` by an explicit plan. */
export async function runPlan(
  plan: Plan,
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  return await new Simulation(plan, linKvSystem, options).run();
}

function planOf({
  seed,
  faults = {},
  plan = {},
}: Pick<SimulateOptions<never, never, never, never>, 'seed' | 'faults' | 'plan'>): Plan {
  if (!Number.isInteger(seed) || seed < 0 || seed > maxSeed) {
    throw new TypeError(`seed must be a whole number from 0 to ${maxSeed}: ${seed}`);
  }
  return drawPlan(seed, { ...plan, faults: faults === 'none' ? noFaults : faults });
}

/**
 * The simulator: a cluster of real replicas on virtual time, under faults, with a state machine of
 * one's own or the key-value store, checked after every step. All types of the core are exported
 * here too, since traces hold them.
 *
 * ```ts
 * import { simulate } from 'raftwright/simulator';
 *
 * for (let seed = 1; seed <= 100; seed++) {
 *   const { verdict, violation } = await simulate({ seed });
 *   if (verdict === 'invalid') console.error(seed, violation);
 * }
 * ```
 */

export type { SnapshotFormat } from '../machine/encoded-snapshots.ts';
export type { StateMachine } from '../machine/machine.ts';
export type * from '../raft/index.ts';
export type { Operation } from '../replica/index.ts';
export type {
  BrokenEvent,
  ClientEvent,
  CoreStart,
  FaultTraceEvent,
  Happening,
  NetworkEvent,
  NodeEvent,
} from '../trace/format.ts';
export {
  type ExplainOptions,
  explainFailure,
  type FailureReport,
} from './shrinking/explain-failure.ts';
export type { RunPlan, ShrinkOptions } from './shrinking/shrink-plan.ts';
export { type Faults, noFaults } from './simulation/faults.ts';
export type { FileFaults } from './simulation/node-store.ts';
export { drawPlan, type Plan, type PlanChanges } from './simulation/plan.ts';
export { runPlan, type SimulateOptions, simulate } from './simulation/simulate.ts';
export type { SimulatedDiskFaults } from './simulation/simulated-disk.ts';
export type {
  SimulationCounts,
  SimulationOptions,
  SimulationResult,
} from './simulation/simulation.ts';
export type { SurvivalChances } from './simulation/survival.ts';
export type { OnEvent, StateSummary, TraceEvent } from './simulation/trace.ts';
export type { Net, Violation } from './simulation/violation.ts';

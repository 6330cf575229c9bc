/**
 * The simulator: a cluster of real replicas on virtual time, under faults, with a state machine of
 * one's own or the key-value store, checked after every step.
 */

export type { SnapshotFormat } from '../../machine/encoded-snapshots.ts';
export type { StateMachine } from '../../machine/machine.ts';
export type { Operation } from '../../replica/index.ts';
export { type ExplainOptions, explainFailure, type FailureReport } from './explain-failure.ts';
export { type Faults, noFaults } from './faults.ts';
export { drawPlan, type Plan, type PlanChanges } from './plan.ts';
export type { RunPlan } from './shrink-plan.ts';
export { runPlan, type SimulateOptions, simulate } from './simulate.ts';
export type { SimulationCounts, SimulationOptions, SimulationResult } from './simulation.ts';
export type { OnEvent, StateSummary, TraceEvent } from './trace.ts';
export type { Net, Violation } from './violation.ts';

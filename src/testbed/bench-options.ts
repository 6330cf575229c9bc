/** What a run of the bench is asked to do, and what comes of it. */

import type { Json } from '../machine/json.ts';
import type { AvailabilityBound } from './availability-bound.ts';
import type { Latency } from './latency.ts';
import type { FaultKind } from './nemesis.ts';
import type { Statistics } from './statistics.ts';
import type { BenchWorkload, WorkloadOptions } from './workloads/bench-workload.ts';

export interface BenchOptions {
  readonly workload: BenchWorkload;
  readonly workloadOptions: WorkloadOptions;
  /** A path, not looked up in PATH. */
  readonly bin: string;
  readonly args: readonly string[];
  readonly nodes: readonly string[];
  readonly timeLimitSeconds: number;
  /** Operations a second, over all clients. */
  readonly rate: number;
  /** The number of clients: a multiple of the workload's unit. */
  readonly concurrency: number;
  readonly latency: Latency;
  readonly faults: readonly FaultKind[];
  readonly nemesisIntervalSeconds: number;
  /** Between the end of all faults and the final phase, of workloads that have one. */
  readonly quietSeconds: number;
  /** What must have ended ok, of all that was asked; null when that is not judged. */
  readonly availability: Availability | null;
  /** Of those that the workload names; empty when it judges by its own rules. */
  readonly consistencyModels: readonly string[];
  readonly seed: number;
  readonly store: string;
  readonly logStderr: boolean;
  readonly logNetSend: boolean;
  readonly logNetRecv: boolean;
  /** A file for all that happened, of the run and inside the nodes; null for none. */
  readonly trace: string | null;
  /** Lines for people. */
  readonly print: (line: string) => void;
  /** Ends the run before its time; what has happened until then is judged. */
  readonly interrupt?: AbortSignal;
}

/** Every operation, or at least this share, from 0 to 1. */
export type Availability = 'total' | number;

export type Verdict = 'valid' | 'invalid' | 'unknown';

export interface BenchResult {
  readonly verdict: Verdict;
  /** Why it is not valid; empty when it is. */
  readonly reasons: readonly string[];
  /** What has been decided, if it is valid: "the history is linearizable". */
  readonly claim: string;
  /** What the workload's checker has counted. */
  readonly figures: { readonly [name: string]: Json };
  readonly statistics: Statistics;
  readonly bound: AvailabilityBound;
  readonly directory: string;
}

/** Maelstrom's clients wait this long. */
export function clientTimeoutMs(latency: { readonly meanMs: number }): number {
  return Math.max(1000, 10 * latency.meanMs);
}

/**
 * Whether failed operations are believed, too: that a key did not exist, or held another value.
 * Who loses everything when it is killed is caught by nothing else: no read shows an old value.
 */
export function isStrict({ faults }: Pick<BenchOptions, 'faults'>): boolean {
  return faults.includes('kill');
}

/** All that distinguishes one simulated run from another, as plain data. */

import {
  createRandom,
  defaultSettings,
  nextFraction,
  nextInteger,
  type Random,
  type Settings,
} from '../../raft/index.ts';
import type { Latency } from '../latency.ts';
import { drawFaults, drawFileFaults, type Faults } from './faults.ts';

/**
 * A simulated run, as numbers: the same plan gives the same run. What ends in `Ms` is in milliseconds
 * of virtual time.
 */
export interface Plan {
  /** Determines everything that the rest leaves open. */
  readonly seed: number;
  /** How many servers. */
  readonly nodes: number;
  /** How many clients each node has, for each kind of operation; see LinKvWorkload. */
  readonly clientsPerNode: number;
  /** Operations a second, over all clients. */
  readonly rate: number;
  /** Faults go on for so long. Then they end, and the cluster must come to rest. */
  readonly faultyMs: number;
  /** The length of a tick by a node's clock. */
  readonly tickMs: number;
  /** A node answers a request within this time; a client gives up some time after or before. */
  readonly requestTimeoutMs: number;
  /** See `requestTimeoutMs`. */
  readonly clientTimeoutMs: number;
  /** Of the cores. */
  readonly settings: Settings;
  /** What goes wrong while it does. */
  readonly faults: Faults;
}

/** The names of the nodes, in their order. */
export function nodesOf({ nodes }: Plan): string[] {
  return Array.from({ length: nodes }, (_, position) => `n${position + 1}`);
}

/** How long messages between nodes take. */
export function latencyOf({ faults }: Plan): Latency {
  const distribution = (['constant', 'uniform', 'exponential'] as const)[faults.latencySpread];
  return { meanMs: faults.latencyMs, distribution };
}

/** How often a request is put off by nodes on its way, about, when all is well. */
const stepsOfRequest = 10;

/** Parts of a plan that are given and not drawn. */
export interface PlanChanges extends Partial<Omit<Plan, 'seed' | 'settings' | 'faults'>> {
  readonly settings?: Partial<Settings>;
  readonly faults?: Partial<Faults>;
}

/**
 * Draws a plan from a seed. What is drawn does not depend on the changes, so that a run can be
 * varied one number at a time.
 */
export function drawPlan(seed: number, changes: PlanChanges = {}): Plan {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const chance = (probability: number): boolean => nextFraction(random) < probability;
  const nodes = chance(0.35) ? 5 : chance(0.75) ? 3 : nextInteger(random, 1, 8);
  const isCoarse = chance(0.5);
  const settings = drawSettings(random, isCoarse);
  const tickMs = isCoarse ? 30 : 10;
  const faults = drawFaults(random, settings.electionTimeoutTicks.min * tickMs);
  const drawnTimeoutMs = chance(0.7) ? 950 : nextInteger(random, 50, 3000);
  const wantsLeases = chance(0.2);
  const { settings: givenSettings, faults: givenFaults, ...given } = changes;
  const fileFaults = drawFileFaults(createRandom(Math.imul(seed, 0x9e3779b1) ^ 0x1b873593));
  const allFaults = { ...faults, ...fileFaults, ...givenFaults };
  const leaseReads = wantsLeases && mayTrustClocks(allFaults);
  // The faults end, and nodes still put things off: nobody could be served sooner.
  const leastTimeoutMs = stepsOfRequest * allFaults.deferMs;
  const requestTimeoutMs = Math.max(drawnTimeoutMs, leastTimeoutMs);
  const hastyTimeoutMs = Math.max(Math.ceil(requestTimeoutMs / 2), leastTimeoutMs);
  return {
    seed,
    nodes,
    clientsPerNode: chance(0.7) ? 2 : nextInteger(random, 1, 4),
    rate: chance(0.6) ? 100 : nextInteger(random, 5, 300),
    faultyMs: 7000,
    tickMs,
    requestTimeoutMs,
    // Some clients are gone before their answer comes.
    clientTimeoutMs: chance(0.8) ? requestTimeoutMs + 100 : hastyTimeoutMs,
    ...given,
    settings: { ...settings, leaseReads, ...givenSettings },
    faults: allFaults,
  };
}

/** What reads by lease rest on: see Settings.leaseReads. */
function mayTrustClocks({ clockSpread }: Faults): boolean {
  return clockSpread <= 0.05;
}

/** Limits at which a protocol's corners are near: batches and windows of one, small snapshots. */
function drawSettings(random: Random, isCoarse: boolean): Settings {
  const chance = (probability: number): boolean => nextFraction(random) < probability;
  const oneOf = (...values: readonly number[]): number =>
    values[nextInteger(random, 0, values.length)] ?? 0;
  const timeouts = isCoarse
    ? {
        electionTimeoutTicks: { min: 10, max: oneOf(20, 40, 130) },
        heartbeatTicks: oneOf(1, 2, 4),
        quietTicks: oneOf(0, 10, 10, 30),
      }
    : {
        electionTimeoutTicks: { min: oneOf(15, 30), max: oneOf(60, 100, 400) },
        heartbeatTicks: oneOf(5, 10),
        quietTicks: oneOf(0, 15, 15, 30),
      };
  const isCompacting = chance(0.5);
  return {
    ...defaultSettings,
    ...timeouts,
    maxAppendEntries: chance(0.3) ? oneOf(1, 2, 5) : defaultSettings.maxAppendEntries,
    maxAppendBytes: chance(0.2) ? oneOf(1, 100, 500) : defaultSettings.maxAppendBytes,
    maxInflightAppends: chance(0.3) ? oneOf(1, 2, 4) : defaultSettings.maxInflightAppends,
    maxInflightBytes: chance(0.2) ? oneOf(1, 200) : defaultSettings.maxInflightBytes,
    maxUncommittedEntries: chance(0.1) ? oneOf(1, 3, 10) : defaultSettings.maxUncommittedEntries,
    maxPendingReads: chance(0.1) ? oneOf(1, 3) : defaultSettings.maxPendingReads,
    snapshotEntries: isCompacting ? oneOf(1, 6, 6, 20, 100) : defaultSettings.snapshotEntries,
    trailingEntries: isCompacting ? oneOf(0, 0, 2, 10) : defaultSettings.trailingEntries,
    maxSnapshotChunkBytes: isCompacting
      ? oneOf(10, 40, 200, 1_000_000)
      : defaultSettings.maxSnapshotChunkBytes,
    maxCatchUpRounds: chance(0.3) ? 1 : defaultSettings.maxCatchUpRounds,
  };
}

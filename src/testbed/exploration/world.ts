/**
 * A small world: a few nodes, where they start, and how often what may happen in it.
 *
 * Delivery is free: any message in flight may arrive next, and one that never does is lost. All
 * else has a budget, so that a world is finite and can be explored to its end.
 */

import {
  asNodeId,
  defaultSettings,
  type MessageKind,
  type NodeId,
  type Settings,
} from '../../raft/index.ts';
import type { LocalAction } from './local-input.ts';

/** What has a budget: it may happen so many times in all, at whatever nodes. */
export const budgetNames = [
  'timeouts',
  'heartbeats',
  'resends',
  'proposals',
  'reads',
  'crashes',
  'duplicates',
  'transfers',
  'changes',
] as const;

export type BudgetName = (typeof budgetNames)[number];
export type Budgets = { readonly [Name in BudgetName]: number };

/** Requests are numbered by kind: the first proposal is 1, the first read 101, and so on. */
export const firstRequests = { proposals: 1, reads: 101, transfers: 201, changes: 301 } as const;

export function isProposal(request: number): boolean {
  return request < firstRequests.reads;
}

/** What a node finds on its disk at first. */
export interface NodeStart {
  readonly id: NodeId;
  readonly term: number;
  readonly votedFor: NodeId | null;
  /** The terms of its log, from index 1 on. */
  readonly log: readonly number[];
}

/** A step that is taken beforehand, so that the exploration begins where it is of interest. */
export type PreludeStep =
  | { readonly kind: 'act'; readonly node: NodeId; readonly action: LocalAction }
  /**
   * Delivers between these nodes and completes their writes, until nothing is left to do; with
   * `only`, no other kinds of messages.
   */
  | {
      readonly kind: 'settle';
      readonly among: readonly NodeId[];
      readonly only?: readonly MessageKind[];
    }
  /** All that is in flight is lost. */
  | { readonly kind: 'lose' };

export interface VotersAndLearners {
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
}

export interface World {
  readonly name: string;
  /** What it is to show, in one sentence. */
  readonly aim: string;
  readonly nodes: readonly NodeStart[];
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  readonly prelude: readonly PreludeStep[];
  readonly budgets: Budgets;
  readonly settings: Settings;
  /** Their writes become durable one by one, in an action of their own; elsewhere at once. */
  readonly slowDisks: readonly NodeId[];
  /** Whether pre-votes travel as messages, or are granted by fiat; docs/exploration.md says why. */
  readonly preVotes: 'asked' | 'granted';
  /** Who may time out, crash and be asked to read. */
  readonly mayTimeOut: readonly NodeId[];
  readonly mayCrash: readonly NodeId[];
  readonly mayRead: readonly NodeId[];
  readonly transferTargets: readonly NodeId[];
  readonly changes: readonly VotersAndLearners[];
  /** A state with more messages in flight than this is not entered. */
  readonly maxInFlight: number;
}

/**
 * One tick is one heartbeat, and the election timeout cannot adapt: its range leaves one T. Appends
 * are short, so that what is told in one message in a real cluster takes several here.
 */
export const smallSettings: Settings = {
  ...defaultSettings,
  electionTimeoutTicks: { min: 3, max: 6 },
  heartbeatTicks: 1,
  quietTicks: 0,
  maxAppendEntries: 2,
  maxInflightAppends: 2,
  maxSnapshotChunkBytes: 1,
};

const noBudgets: Budgets = {
  timeouts: 0,
  heartbeats: 0,
  resends: 0,
  proposals: 0,
  reads: 0,
  crashes: 0,
  duplicates: 0,
  transfers: 0,
  changes: 0,
};

/** What a world says of itself; the rest is filled in. */
export type WorldSketch = Partial<
  Omit<World, 'name' | 'aim' | 'nodes' | 'voters' | 'budgets' | 'settings'>
> & {
  readonly name: string;
  readonly aim: string;
  readonly ids: readonly NodeId[];
  readonly voters?: readonly NodeId[];
  readonly starts?: readonly NodeStart[];
  readonly budgets: Partial<Budgets>;
  readonly settings?: Partial<Settings>;
};

export function worldOf(sketch: WorldSketch): World {
  const { ids, starts, ...rest } = sketch;
  return {
    voters: ids,
    learners: [],
    prelude: [],
    slowDisks: [],
    preVotes: 'granted',
    mayTimeOut: ids,
    mayCrash: ids,
    mayRead: ids,
    transferTargets: [],
    changes: [],
    maxInFlight: 12,
    ...rest,
    nodes: starts ?? ids.map((id) => startOf(id)),
    budgets: { ...noBudgets, ...sketch.budgets },
    settings: { ...smallSettings, ...sketch.settings },
  };
}

export function startOf(id: NodeId, start: Partial<Omit<NodeStart, 'id'>> = {}): NodeStart {
  return { id, term: 0, votedFor: null, log: [], ...start };
}

export const a: NodeId = asNodeId('a');
export const b: NodeId = asNodeId('b');
export const c: NodeId = asNodeId('c');

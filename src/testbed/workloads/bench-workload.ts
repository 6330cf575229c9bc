/**
 * What the bench needs to know of a workload: how operations are drawn, how they are said and
 * understood, and how what clients saw is judged. Each workload is one file in this directory that
 * exports one of these; `index.ts` lists them.
 */

import type { CheckResult } from '../../checker/index.ts';
import type { Json } from '../../machine/json.ts';
import type { Body } from '../../maelstrom/message.ts';
import type { Random } from '../../raft/index.ts';
import type { ClientOperation, Completion } from '../client-operation.ts';
import type { ClientEvent } from '../history.ts';
import type { Protocol, Workload } from '../workload.ts';
import type { TopologyName } from './topology.ts';

export type { ClientOperation, Completion } from '../client-operation.ts';
export type { ClientEvent } from '../history.ts';

/** Flags of Maelstrom that only some workloads look at. */
export interface WorkloadOptions {
  /** `--key-count`: on how many keys transactions work at a time. */
  readonly keyCount: number;
  /** `--max-txn-length`: how many micro-operations a transaction has at the most. */
  readonly maxTxnLength: number;
  /** `--max-writes-per-key`: after so many a key is replaced by a new one. */
  readonly maxWritesPerKey: number;
  /** `--topology`: who is whose neighbour, as broadcast tells its nodes. */
  readonly topology: TopologyName;
}

/** Maelstrom's. */
export const defaultWorkloadOptions: WorkloadOptions = {
  keyCount: 10,
  maxTxnLength: 4,
  maxWritesPerKey: 16,
  topology: 'grid',
};

export interface WorkloadSetup {
  readonly nodes: readonly string[];
  /** The number of clients; client k is bound to node k mod n. */
  readonly concurrency: number;
  readonly random: Random;
  readonly options: WorkloadOptions;
}

/** What a node is told before clients begin. */
export interface SetUpRequest {
  readonly request: Body;
  /** @throws MalformedReply when the reply is not what this request is answered with */
  readonly accept: (reply: Body) => void;
}

/** What is known of a run beside its history. */
export interface JudgeContext {
  readonly nodes: readonly string[];
  readonly concurrency: number;
  /**
   * Whether what failed operations saw is believed, too, such as that a key did not exist. Who
   * loses everything when it is killed may be given away by nothing else.
   */
  readonly strict: boolean;
  /** `--consistency-models`, of those that the workload names; empty when none was asked for. */
  readonly consistencyModels: readonly string[];
  /** Where an event stands in history.jsonl, counted from 1. */
  readonly lineOf: (event: ClientEvent) => number;
}

export interface Judgement {
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** For people, worst first; empty when valid. Each names the anomaly and the operations in it. */
  readonly reasons: readonly string[];
  /** Figures worth printing and keeping in results.json, by name. */
  readonly figures: { readonly [name: string]: Json };
  /** What the page of the counterexample is made of, where registers were judged. */
  readonly linearizability?: CheckResult;
}

export interface BenchWorkload {
  readonly name: string;
  /** All words that `f` of an operation can be, in the order in which they are shown. */
  readonly functions: readonly string[];
  /** `--concurrency` must be a multiple of this. */
  readonly concurrencyUnit: (nodeCount: number) => number;
  /** Which `--consistency-models` it can judge by; without the flag it judges by its own rules. */
  readonly consistencyModels: readonly string[];
  /**
   * Models that the workload does not ask for, and a good system keeps all the same: a valid history
   * is judged by them, too. What comes of it is told, and is no part of the verdict.
   */
  readonly modelsToTell?: readonly string[];
  /** What a valid history has shown: "the history is linearizable". */
  readonly claim: (context: Pick<JudgeContext, 'consistencyModels'>) => string;
  /** What the report says of a valid run, in a word; without it, "valid". */
  readonly validWord?: string;
  /** Why operations end with `fail` though nothing is wrong; left out where they do not. */
  readonly whyFail?: string;
  /**
   * Whether a node may answer by itself, whomever it hears: eventual promises allow that. Left out
   * where it must ask a majority. It decides which requests any protocol could have answered.
   */
  readonly answersAlone?: (consistencyModels: readonly string[]) => boolean;
  readonly create: (setup: WorkloadSetup) => Workload<ClientOperation, Completion>;
  readonly protocol: Protocol<ClientOperation, Completion, Body>;
  /** Asked of every node, one after the other, before clients begin. */
  readonly setUp?: (setup: WorkloadSetup) => (node: string) => SetUpRequest;
  /**
   * What each client asks, one after the other, when faults have ended and a quiet time has passed.
   * Left out where there is no such phase. The bench marks these operations as final. Each is drawn
   * when the one before has ended, and the workload of the run, which is handed in, was told how.
   */
  readonly final?: (
    setup: WorkloadSetup,
    workload: Workload<ClientOperation, Completion>,
  ) => (client: number) => Iterable<ClientOperation>;
  /** Decides, from the history alone; events are in the order in which they happened. */
  readonly judge: (events: readonly ClientEvent[], context: JudgeContext) => Judgement;
}

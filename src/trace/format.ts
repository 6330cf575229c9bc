/**
 * The trace: what happened in a run, as newline-delimited JSON. The first line is a `TraceHeader`;
 * each other line is one `TraceEvent`, in the order of time. docs/trace.md describes it for readers
 * in other languages; everything here that draws, replays or explains a run reads this.
 */

import type { Effect, HardState, Input, Membership, SnapshotMeta } from '../raft/index.ts';

/** Raised when a reader of the older version would misunderstand the newer. New kinds and fields do not. */
export const traceVersion = 1;

export const traceFormat = 'raftwright-trace';

export type TraceLevel = 'full' | 'roles';

export interface TraceHeader {
  readonly format: typeof traceFormat;
  readonly version: number;
  readonly source: 'node' | 'bench' | 'simulation' | 'scenario';
  /** What is written down of nodes: all that cores take in and hand over, or role changes alone. */
  readonly level: TraceLevel;
  /** In the order in which they are drawn. */
  readonly nodes: readonly string[];
  /** When `timeMs` was 0, in milliseconds since 1970; null on virtual time. */
  readonly startedAtMs: number | null;
  /** What else is to be known of the run: flags, seed, verdict. */
  readonly about: { readonly [name: string]: string };
}

/** A node's memory in a few numbers. */
export interface StateSummary {
  readonly role: string;
  readonly term: number;
  readonly votedFor: string | null;
  readonly leader: string | null;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly durableIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
}

/** All that a core begins with, so that it can be started again just so. */
export interface CoreStart {
  readonly seed: number;
  readonly membership: Membership;
  readonly settings: unknown;
  readonly hardState: HardState;
  readonly snapshot: SnapshotMeta | null;
  /** The log; its first entry stands for what came before, if the log goes back behind the snapshot. */
  readonly entries: readonly unknown[];
  /** So many ticks it was given at once, before anything else: a new cluster has waited already. */
  readonly headStartTicks: number;
}

/** What happened inside a node. */
export type NodeEvent =
  /** It begins with what its store held; `core` is null where that is not written down. */
  | {
      readonly kind: 'start';
      readonly node: string;
      readonly state: StateSummary;
      readonly core: CoreStart | null;
    }
  /** Its core has taken in what happened; `state` is its memory afterwards. */
  | {
      readonly kind: 'step';
      readonly node: string;
      readonly input: Input<unknown>;
      readonly state: StateSummary;
      /**
       * Before this the core was asked for effects and had none. That may change a core, too, so
       * whoever starts it again has to ask as well.
       */
      readonly afterIdle?: true;
    }
  /** Its core has handed over effects. */
  | { readonly kind: 'drain'; readonly node: string; readonly effects: readonly Effect<unknown>[] }
  /** Its role, term or leader has changed. At level `roles` this stands for steps and drains. */
  | {
      readonly kind: 'role';
      readonly node: string;
      readonly role: string;
      readonly term: number;
      readonly leader: string | null;
      readonly reason: string;
    }
  /** A write, or a part of one, is on its disk. */
  | { readonly kind: 'durable'; readonly node: string; readonly write: unknown }
  /** Its machine has given a snapshot of so many bytes. */
  | {
      readonly kind: 'snapshot';
      readonly node: string;
      readonly index: number;
      readonly bytes: number;
    }
  /** It has stopped itself, while it took in `input` or, when that is null, did something else. */
  | {
      readonly kind: 'halt';
      readonly node: string;
      readonly reason: string;
      readonly input: Input<unknown> | null;
    }
  | { readonly kind: 'crash'; readonly node: string };

/** What happened between nodes: a message is sent once, and received or lost, once or twice. */
export type NetworkEvent =
  | {
      readonly kind: 'send';
      /** Names the message in this trace. */
      readonly id: number;
      readonly from: string;
      readonly to: string;
      /** As it travels: its `type`, and the rest; several messages in one are a `bundle`. */
      readonly body: { readonly type: string; readonly [field: string]: unknown };
    }
  | { readonly kind: 'receive'; readonly id: number }
  | { readonly kind: 'lose'; readonly id: number };

/** What clients asked, and how it ended. */
export type ClientEvent =
  | {
      readonly kind: 'invoke';
      /** Names the operation in this trace. */
      readonly operation: number;
      readonly client: string;
      /** The node that is asked. */
      readonly node: string;
      readonly f: string;
      readonly key: unknown;
      readonly value: unknown;
      /** Asked after the quiet time at the end of a run. */
      readonly final?: true;
    }
  | {
      readonly kind: 'complete';
      readonly operation: number;
      readonly type: 'ok' | 'fail' | 'info';
      readonly value: unknown;
      readonly error: unknown;
    };

/** What somebody did to the cluster. */
export interface FaultTraceEvent {
  readonly kind: 'fault';
  /** What it is: `partition`, `kill`, `pause`, … */
  readonly fault: string;
  /** Whether it begins, ends, or is over as soon as it has happened. */
  readonly phase: 'begin' | 'end' | 'moment';
  /** Whom it hits; those that are cut off from others, for a partition. */
  readonly nodes: readonly string[];
  /** In a few words for people: `n0 n3 | n1 n2 n4`. */
  readonly text: string;
}

/** Whoever watches the run has seen a rule broken; in a simulation the run ends with it. */
export interface BrokenEvent {
  readonly kind: 'broken';
  readonly rule: string;
  /** Who has broken it, where that can be said. */
  readonly node: string | null;
  readonly detail: string;
}

/** What happens, without when. */
export type Happening = NodeEvent | NetworkEvent | ClientEvent | FaultTraceEvent | BrokenEvent;

/**
 * `timeMs` counts from the header's moment. In a trace of the bench that is when clients begin to
 * ask: the nodes have started before, at negative times.
 */
export type TraceEvent = { readonly timeMs: number } & Happening;

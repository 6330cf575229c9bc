/** What happens in a run, event by event, as plain data. */

import type { Effect, Input, RaftView } from '../../raft/index.ts';
import type { StoreWrite } from '../../storage/store.ts';
import type { FaultEvent } from './fault-injector.ts';

/** A node's memory in a few numbers. */
export interface StateSummary {
  readonly role: string;
  readonly term: number;
  readonly votedFor: string | null;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly durableIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
}

export type TraceEvent =
  /** A node begins with what its disk holds. */
  | { readonly kind: 'start'; readonly node: string; readonly state: StateSummary }
  /** Its core has taken in what happened. */
  | {
      readonly kind: 'step';
      readonly node: string;
      readonly input: Input<unknown>;
      readonly state: StateSummary;
    }
  /** Its core has handed over effects. */
  | { readonly kind: 'drain'; readonly node: string; readonly effects: readonly Effect<unknown>[] }
  /** A write, or a part of one, is on its disk. */
  | { readonly kind: 'durable'; readonly node: string; readonly write: StoreWrite<unknown> }
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
  | { readonly kind: 'crash'; readonly node: string }
  | ({ readonly kind: 'fault' } & FaultEvent);

/** @param timeMs by the simulation's clock */
export type OnEvent = (timeMs: number, event: TraceEvent) => void;

export function summaryOf(core: RaftView): StateSummary {
  const { log, durability, currentTerm, votedFor, commitIndex, appliedIndex } = core;
  return {
    role: core.role.kind,
    term: currentTerm,
    votedFor,
    lastIndex: log.baseIndex + log.entries.length,
    lastTerm: log.entries.at(-1)?.term ?? log.baseTerm,
    durableIndex: durability.durableIndex,
    commitIndex,
    appliedIndex,
  };
}

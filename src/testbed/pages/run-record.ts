/** A run as its pages are made from it: of the bench, of a simulation, or of Maelstrom. */

import type { CheckResult } from '../../checker/index.ts';
import type { Json } from '../../machine/json.ts';
import type { ConditionSpan, ReportFault, RoleSpan, SendTimes } from '../../pages/report/input.ts';
import type { TraceEvent, TraceHeader } from '../../trace/format.ts';
import type { AvailabilityBound, JudgedOperation } from '../availability-bound.ts';
import type { HistoryEvent } from '../history.ts';
import type { CompletedOperation, Statistics } from '../statistics.ts';

export interface RunRecord {
  readonly title: string;
  readonly verdict: 'valid' | 'invalid' | 'unknown';
  /** What is said of it, in a word, when it is valid. */
  readonly validWord: string;
  readonly reasons: readonly string[];
  /** What must not be overlooked, whatever the verdict is. */
  readonly warnings: readonly string[];
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Empty when they are not known. */
  readonly nodes: readonly string[];
  readonly durationMs: number;
  /** What clients did, in order; events of the nemesis may be among them. */
  readonly events: readonly HistoryEvent[];
  /** All that have ended; judged where it can be said what could have been answered. */
  readonly operations: readonly (CompletedOperation & Partial<JudgedOperation>)[];
  /** Messages are null where nobody counted them. */
  readonly statistics: Omit<Statistics, 'messages'> & {
    readonly messages: {
      readonly servers: number;
      readonly lost: number | null;
      readonly serverMessagesPerOperation: number;
    } | null;
  };
  readonly bound: AvailabilityBound | null;
  /** What the checker of the workload has counted, by name. */
  readonly figures: { readonly [name: string]: Json };
  /** Why operations end with `fail` though nothing is wrong; null where they do not. */
  readonly whyFail: string | null;
  /** A node may answer without asking others, as far as what is promised goes. */
  readonly answersAlone: boolean;
  /** What the checker says of the events; null when it was not asked. */
  readonly checked: CheckResult | null;
  readonly faults: readonly ReportFault[];
  readonly roles: ReadonlyMap<string, readonly RoleSpan[]>;
  /** Why there are no roles, if there are none. */
  readonly whyNoRoles: string;
  readonly conditions: ReadonlyMap<string, readonly ConditionSpan[]>;
  readonly sends: SendTimes | null;
  /** What the diagram shows; null when nothing of the kind was written down. */
  readonly trace: RunTrace | null;
  /** What the pages do not show, in sentences. */
  readonly omitted: readonly string[];
}

export interface RunTrace {
  readonly header: TraceHeader;
  /** In the order of time; each time anew. */
  readonly events: Iterable<TraceEvent>;
}

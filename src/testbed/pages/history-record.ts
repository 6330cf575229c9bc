/** The record of a run that has left a history with the faults in it: the bench's, Maelstrom's. */

import { TraceReading } from '../../pages/report/from-trace.ts';
import type { ReportFault } from '../../pages/report/input.ts';
import { faultBands } from '../fault-bands.ts';
import type { HistoryEvent } from '../history.ts';
import { conditionsIn } from './from-history.ts';
import type { RunRecord } from './run-record.ts';

/** What the record says that a history does not. */
export type HistoryRun = Omit<
  RunRecord,
  'durationMs' | 'faults' | 'roles' | 'conditions' | 'sends'
> & {
  /** How long clients were to ask; what they asked may have ended later. */
  readonly leastDurationMs: number;
};

export function recordOfHistory({ leastDurationMs, ...run }: HistoryRun): RunRecord {
  const { events, nodes, operations, trace } = run;
  const durationMs = operations.reduce(
    (ms, it) => Math.max(ms, it.startMs + it.durationMs),
    Math.max(leastDurationMs, lastMs(events)),
  );
  const reading = new TraceReading(nodes);
  if (trace !== null) for (const event of trace.events) reading.note(event);
  const { roles, sends } = reading.finish(durationMs);
  const faults = faultBands(events, durationMs).map(
    ({ kind, fromMs, toMs, who: text }): ReportFault => ({ kind, fromMs, toMs, text }),
  );
  const conditions = conditionsIn(events, nodes, durationMs);
  return { ...run, durationMs, faults, roles, conditions, sends };
}

function lastMs(events: readonly HistoryEvent[]): number {
  return (events.at(-1)?.time ?? 0) / 1e6;
}

/** Why a node program has no roles in the report. */
export const noTraceOfNodes =
  'These nodes have written no trace, so their roles and terms are not known. The lanes show what was done to them.';

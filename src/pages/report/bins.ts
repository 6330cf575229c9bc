/** What happened in each stretch of time: rates, and shares of what was asked. */

import type { ReportInput } from './input.ts';
import { niceCeiling } from './words.ts';

/** One number for each stretch, from the beginning of the run on. */
export interface Bins {
  readonly widthMs: number;
  /** Operations that ended in it. */
  readonly ok: readonly number[];
  readonly fail: readonly number[];
  readonly info: readonly number[];
  /** Operations that were invoked in it; and of these, */
  readonly invoked: readonly number[];
  /** those that ended ok, whenever, */
  readonly invokedOk: readonly number[];
  /** those that were answered, be it with no, */
  readonly answered: readonly number[];
  /** and those that any protocol could have answered, or perhaps could. */
  readonly attainable: readonly number[] | null;
  readonly conceivable: readonly number[] | null;
  /** Messages that servers sent each other in it. */
  readonly sent: readonly number[] | null;
}

/** About so many stretches show a run well: wide enough to count in, narrow enough to see. */
const stretches = 60;

export function binsOf({ durationMs, operations, bound, sends }: ReportInput): Bins {
  const widthMs = niceCeiling(Math.max(durationMs, 100) / stretches);
  const count = Math.max(1, Math.ceil(durationMs / widthMs));
  const zeros = (): number[] => new Array<number>(count).fill(0);
  const add = (bins: number[], timeMs: number): void => {
    const at = Math.min(count - 1, Math.max(0, Math.floor(timeMs / widthMs)));
    bins[at] = (bins[at] ?? 0) + 1;
  };
  const ended = { ok: zeros(), fail: zeros(), info: zeros() };
  const [invoked, invokedOk, answered] = [zeros(), zeros(), zeros()];
  const [attainable, conceivable] = [zeros(), zeros()];
  for (const operation of operations) {
    const { startMs, durationMs: ms, type, isAnswered, attainability } = operation;
    add(ended[type], startMs + ms);
    add(invoked, startMs);
    if (type === 'ok') add(invokedOk, startMs);
    if (isAnswered) add(answered, startMs);
    if (attainability === 'attainable') add(attainable, startMs);
    if (attainability !== 'unattainable') add(conceivable, startMs);
  }
  const sent = sends === null ? null : zeros();
  if (sent !== null) for (const timeMs of sends?.timesMs ?? []) if (timeMs >= 0) add(sent, timeMs);
  return {
    widthMs,
    ...ended,
    invoked,
    invokedOk,
    answered,
    attainable: bound === null ? null : attainable,
    conceivable: bound === null ? null : conceivable,
    sent,
  };
}

/** Invocations and completions of a history, put together. */

import { MalformedHistory } from '../../checker/index.ts';
import { canonicalJson, type Json } from '../../machine/json.ts';
import type { ClientEvent, JudgeContext } from './bench-workload.ts';

/** A moment as checkers take it. */
export interface EventMoment {
  readonly rank: number;
  readonly line: number;
  readonly index: undefined;
  readonly timeNs: number;
}

/** What a client asked, and how it ended. */
export interface Call {
  readonly asked: ClientEvent;
  /** Undefined when the history ends before. */
  readonly ended: ClientEvent | undefined;
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly invoked: EventMoment;
  readonly completed: EventMoment | undefined;
}

/** All operations, in the order of their invocations. */
export function callsOf(
  events: readonly ClientEvent[],
  { lineOf }: Pick<JudgeContext, 'lineOf'>,
): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<number, number>();
  for (const [rank, event] of events.entries()) {
    const { process, type, time } = event;
    const moment = { rank, line: lineOf(event), index: undefined, timeNs: time };
    if (type === 'invoke') {
      open.set(process, calls.length);
      const unknown = { ended: undefined, outcome: 'info', completed: undefined } as const;
      calls.push({ asked: event, ...unknown, invoked: moment });
      continue;
    }
    const place = open.get(process);
    const call = calls[place ?? -1];
    if (place === undefined || call === undefined) {
      throw new MalformedHistory(moment.line, `process ${process} completes what it has not begun`);
    }
    open.delete(process);
    calls[place] = { ...call, ended: event, outcome: type, completed: moment };
  }
  return calls;
}

/** Equal values have equal texts. Whole numbers are written as they are read. */
export function textOf(value: Json): string {
  return Number.isSafeInteger(value) ? String(value) : canonicalJson(value);
}

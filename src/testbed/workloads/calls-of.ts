/** Events of a history as calls: each invocation with its end. */

import { type Call, MalformedHistory } from '../../checker/index.ts';
import type { Json } from '../../machine/json.ts';
import type { ClientEvent, JudgeContext } from './bench-workload.ts';

/** A call with what was asked and what it led to. */
export interface TracedCall extends Call {
  readonly f: string;
  /** Null where the workload has no keys. */
  readonly key: Json;
  readonly asked: Json;
  /** Null unless it ended ok. */
  readonly result: Json;
}

export interface TracedAnswer extends TracedCall {
  readonly completed: NonNullable<Call['completed']>;
}

/**
 * In the order of invocations.
 *
 * @throws MalformedHistory when a process does two things at a time, or ends what it has not begun
 */
export function callsOf(
  events: readonly ClientEvent[],
  lineOf: JudgeContext['lineOf'],
): readonly TracedCall[] {
  const calls: TracedCall[] = [];
  /** The place of the open call of each process. */
  const open = new Map<number, number>();
  events.forEach((event, rank) => {
    const { process, type, f, key, value } = event;
    const moment = { rank, line: lineOf(event), index: undefined, timeNs: event.time };
    const place = open.get(process);
    const asked = place === undefined ? undefined : calls[place];
    if (type === 'invoke') {
      if (asked !== undefined) throw misplaced(moment.line, event, 'is busy');
      const isFinal = event.final === true;
      const call = { process, f, key, isFinal, asked: value, result: null, invoked: moment };
      open.set(process, calls.push({ ...call, outcome: 'open', completed: undefined }) - 1);
      return;
    }
    if (place === undefined || asked?.f !== f) {
      throw misplaced(moment.line, event, 'has not invoked it');
    }
    open.delete(process);
    calls[place] = {
      ...asked,
      outcome: type,
      result: type === 'ok' ? value : null,
      completed: moment,
    };
  });
  return calls;
}

function misplaced(line: number, { process, type, f }: ClientEvent, why: string): MalformedHistory {
  return new MalformedHistory(line, `${type} of a ${f} by process ${process}, which ${why}`);
}

/** Those that ended ok. */
export function answered(calls: readonly TracedCall[], f: string): readonly TracedAnswer[] {
  return calls.filter(
    (call): call is TracedAnswer =>
      call.f === f && call.outcome === 'ok' && call.completed !== undefined,
  );
}

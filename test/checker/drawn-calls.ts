/** Calls of clients drawn as timelines: adds and reads of a set or a counter. */

import type {
  Call,
  CounterHistory,
  GivenId,
  SetAdd,
  SetHistory,
  SetRead,
} from '../../src/checker/index.ts';

interface Drawn extends Call {
  readonly f: string;
  readonly text: string;
}

const ends: { readonly [end: string]: Call['outcome'] } = { '|': 'ok', '?': 'info', x: 'fail' };

/**
 * Reads a drawing, one process a line, time from left to right, a column a millisecond:
 *
 *     |--add 1--|            |--read 1,2--|
 *          |--add 2--?                         |==read 1,2==|
 *
 * A call begins at a bar and ends ok at a bar, with info at a question mark, refused at an x, or
 * stays open at an arrow. A final read has a double line.
 */
export function drawnCalls(...processes: readonly string[]): readonly Drawn[] {
  const moments = new Set<number>();
  const calls = processes.flatMap((line, process) =>
    [...line.matchAll(/\|([-=])[-=]*(\w+)(.*?)[-=]+([|?x>])/g)].map((match): Drawn => {
      const [whole, dash, f = '', text = '', end = '>'] = match;
      const at = (column: number) => {
        if (moments.has(column)) throw new Error(`two events in column ${column}`);
        moments.add(column);
        return { rank: column, line: column, index: undefined, timeNs: column * 1e6 };
      };
      const invoked = at(match.index);
      const completed = end === '>' ? undefined : at(match.index + whole.length - 1);
      const outcome = ends[end] ?? 'open';
      return { process, f, text: text.trim(), outcome, isFinal: dash === '=', invoked, completed };
    }),
  );
  return calls.sort((a, b) => a.invoked.rank - b.invoked.rank);
}

export function drawnSet(...processes: readonly string[]): SetHistory {
  const calls = drawnCalls(...processes);
  return {
    adds: calls
      .filter(({ f }) => f === 'add')
      .map((call): SetAdd => ({ ...call, element: call.text })),
    reads: answeredIn(calls, 'read').map(
      (call): SetRead => ({ ...call, elements: call.text === '' ? [] : call.text.split(',') }),
    ),
  };
}

export function drawnCounter(...processes: readonly string[]): CounterHistory {
  const calls = drawnCalls(...processes);
  return {
    adds: calls
      .filter(({ f }) => f === 'add')
      .map((call) => ({ ...call, delta: Number(call.text) })),
    reads: answeredIn(calls, 'read').map((call) => ({ ...call, value: Number(call.text) })),
  };
}

export function drawnIds(...processes: readonly string[]): readonly GivenId[] {
  return answeredIn(drawnCalls(...processes), 'id').map((call) => ({ ...call, id: call.text }));
}

function answeredIn(calls: readonly Drawn[], f: string) {
  return calls.flatMap((call) => {
    const { completed, outcome } = call;
    return call.f === f && outcome === 'ok' && completed !== undefined
      ? [{ ...call, completed }]
      : [];
  });
}

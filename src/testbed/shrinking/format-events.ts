/** Events of a simulated run, a line each. */

import type { TraceEvent } from '../simulation/trace.ts';
import { linesOf } from '../trace-words.ts';

/** A question and its refusal, asked again and again, are two lines. */
const linesInTurn = 2;

/**
 * The last events that are worth a line: ticks and what a disk does at once are not. What repeats
 * itself is told once, the last time.
 */
export function formatEvents(events: readonly TraceEvent[], count: number): string {
  const lines: string[] = [];
  let repeats = 0;
  for (let at = events.length - 1; at >= 0 && lines.length < count; at--) {
    const recorded = events[at];
    if (recorded === undefined) break;
    const time = (recorded.timeMs / 1000).toFixed(4);
    for (const line of linesOf(recorded).toReversed()) {
      lines.push(`${time} ${line}`);
      if (isRepeated(lines)) {
        lines.length -= linesInTurn;
        repeats++;
      } else if (repeats > 0 && !mayRepeat(lines)) {
        lines.splice(-1, 0, `(before that the same ${repeats} times)`);
        repeats = 0;
      }
    }
  }
  if (repeats > 0) lines.push(`(before that the same ${repeats} times)`);
  return `${lines.toReversed().join('\n')}\n`;
}

/** Whether the earliest lines, which are the last here, are those that come after them. */
function isRepeated(lines: readonly string[]): boolean {
  const [later, earlier] = [lines.slice(-2 * linesInTurn, -linesInTurn), lines.slice(-linesInTurn)];
  return later.length === linesInTurn && later.every((line, at) => isSame(line, earlier[at]));
}

/** Whether the last line here may be the first half of a repetition. */
function mayRepeat(lines: readonly string[]): boolean {
  return isSame(lines.at(-1 - linesInTurn), lines.at(-1));
}

/** Apart from when it was, and the number of the request. */
function isSame(one = '', other = ''): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf(line: string): string {
  return line.replace(/^\S+ /, '').replace(/request [0-9]+/g, 'request');
}

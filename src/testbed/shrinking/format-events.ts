/** Events of a simulated run, a line each. */

import type { TraceEvent } from '../simulation/trace.ts';
import { linesOf } from '../trace-words.ts';

/** The last events that are worth a line: ticks and what a disk does at once are not. */
export function formatEvents(events: readonly TraceEvent[], count: number): string {
  const lines: string[] = [];
  for (let at = events.length - 1; at >= 0 && lines.length < count; at--) {
    const recorded = events[at];
    if (recorded === undefined) break;
    const time = (recorded.timeMs / 1000).toFixed(4);
    const told = linesOf(recorded).map((line) => `${time} ${line}`);
    lines.push(...told.toReversed());
  }
  return `${lines.toReversed().join('\n')}\n`;
}

/** Histories drawn as timelines. */

import { type History, readJsonlHistory } from '../../src/checker/index.ts';

interface Drawn {
  readonly column: number;
  readonly event: object;
}

const ENDS: Readonly<Record<string, string>> = { '|': 'ok', '?': 'info', x: 'fail' };

/**
 * Reads a drawing, one process a line, time from left to right:
 *
 *     |--write 1--|            |--cas 1 2--x22
 *          |--read--?   |--read 1--|       |--write 3-->
 *
 * An operation begins at a bar and ends ok at a bar, with info at a question mark, with a failure
 * at an x that may be followed by an error code, or stays open at an arrow. Values are JSON without
 * blanks.
 */
export function timeline(...processes: readonly string[]): History {
  const drawn = processes.flatMap(eventsOf);
  drawn.sort((a, b) => a.column - b.column);
  for (const [at, { column }] of drawn.entries()) {
    if (drawn[at - 1]?.column === column) throw new Error(`two events in column ${column}`);
  }
  return readJsonlHistory(drawn.map((it) => JSON.stringify(it.event)));
}

function eventsOf(line: string, process: number): readonly Drawn[] {
  return [...line.matchAll(/\|-+(read|write|cas)(.*?)-+([|?x>])(\d*)/g)].flatMap((match) => {
    const [whole, f, text = '', end = '', code = ''] = match;
    const values =
      text.trim() === ''
        ? []
        : text
            .trim()
            .split(/ +/)
            .map((it) => JSON.parse(it));
    const value = f === 'cas' ? values : (values[0] ?? null);
    const event = { process, f, key: 'x', value };
    const invoked = { ...event, type: 'invoke', ...(f === 'read' ? { value: null } : {}) };
    const start: Drawn = { column: match.index, event: invoked };
    if (end === '>') return [start];
    const error = code === '' ? {} : { error: Number(code) };
    const completed = { ...event, type: ENDS[end], ...error };
    return [start, { column: match.index + whole.length - code.length - 1, event: completed }];
  });
}

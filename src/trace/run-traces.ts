/** The traces that a run of the bench has left. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the bench has seen: messages, clients, faults. */
export const benchTraceName = 'trace.jsonl';

/** A directory with a file for each node that has written a trace of itself. */
export const nodeTracesName = 'trace';

/** The traces of a run's directory, or else of any; a path that is none is taken for a trace. */
export function tracesAt(path: string): readonly string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  const ofRun = join(path, benchTraceName);
  return existsSync(ofRun) ? [ofRun, ...tracesIn(join(path, nodeTracesName))] : tracesIn(path);
}

function tracesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(directory, name));
}

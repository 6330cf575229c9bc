/** The traces that a run of the bench has left. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the bench has seen: messages, clients, faults. */
export const benchTraceName = 'trace.jsonl';

/** A directory with a file for each node that has written a trace of itself. */
export const nodeTracesName = 'trace';

/** The traces of a run's directory; a path that is none is taken for a trace itself. */
export function tracesAt(path: string): readonly string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  const ofNodes = join(path, nodeTracesName);
  const nodes = existsSync(ofNodes) && statSync(ofNodes).isDirectory() ? readdirSync(ofNodes) : [];
  return [
    join(path, benchTraceName),
    ...nodes
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => join(ofNodes, name)),
  ];
}

/** The traces that a run of the bench has left, as one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  benchTraceName,
  mergeTraces,
  nodeTracesName,
  readPlacedTrace,
  tracesAt,
  withoutPlaces,
} from '../../trace/index.ts';
import type { RunTrace } from './run-record.ts';

/**
 * Null when there is none. Every line is read when its event is asked for, and each time anew.
 *
 * @throws TraceFault with file and line when one makes no sense; so does asking for events
 */
export function openRunTrace(directory: string): RunTrace | null {
  const places = [
    { file: benchTraceName, path: directory },
    { file: nodeTracesName, path: join(directory, nodeTracesName) },
  ];
  const there = places.find(({ file }) => existsSync(join(directory, file)));
  const files = there === undefined ? [] : tracesAt(there.path);
  if (files.length === 0) return null;
  return withoutPlaces(mergeTraces(files.map(readPlacedTrace)));
}

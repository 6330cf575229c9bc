/** A write, taken apart: what a crash can come between. */

import type { StoreWrite } from '../../storage/store.ts';

/** What a write consists of: each part is written after the one before it. */
export function partsOf<Command>(write: StoreWrite<Command>): StoreWrite<Command>[] {
  const nothing = { hardState: null, snapshotChunk: null, truncateFrom: null, entries: [] };
  const { hardState, snapshotChunk, truncateFrom, entries } = write;
  const parts: StoreWrite<Command>[] = [];
  if (hardState !== null) parts.push({ ...nothing, hardState });
  if (snapshotChunk !== null) parts.push({ ...nothing, snapshotChunk });
  if (truncateFrom !== null) parts.push({ ...nothing, truncateFrom });
  for (const entry of entries) parts.push({ ...nothing, entries: [entry] });
  return parts;
}

/** Stores whose commands are texts: how these become bytes, and how one waits for a write. */

import type { CommandFormat } from '../../src/storage/log-record.ts';
import type { Store, StoreWrite } from '../../src/storage/store.ts';

export const textFormat: CommandFormat<string> = {
  encode: (command) => new TextEncoder().encode(command),
  decode: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
};

export const nothing: StoreWrite<never> = {
  hardState: null,
  snapshotChunk: null,
  truncateFrom: null,
  entries: [],
};

/** Writes these parts, and resolves with what is reported. */
export function persist(
  store: Store<string>,
  parts: Partial<StoreWrite<string>>,
): Promise<Error | null> {
  return new Promise((resolve) => store.write({ ...nothing, ...parts }, resolve));
}

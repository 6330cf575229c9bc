/** Snapshots that are bytes stay what they are; others have to be what JSON can carry. */

import type { SnapshotFormat } from '../../machine/encoded-snapshots.ts';
import { isSameValue } from './same-value.ts';

const isBytes = 0;
const isJson = 1;

export function defaultSnapshotFormat<Snapshot>(): SnapshotFormat<Snapshot> {
  return {
    encode(snapshot) {
      if (snapshot instanceof Uint8Array) return Uint8Array.of(isBytes, ...snapshot);
      const text = JSON.stringify(snapshot);
      if (text === undefined || !isSameValue(JSON.parse(text), snapshot)) {
        throw new TypeError(
          'a snapshot is neither bytes nor what JSON can carry: give a snapshotFormat',
        );
      }
      return Uint8Array.of(isJson, ...new TextEncoder().encode(text));
    },
    decode(data) {
      const content = data.slice(1);
      if (data[0] === isBytes) return content as Snapshot;
      return JSON.parse(new TextDecoder().decode(content));
    },
  };
}

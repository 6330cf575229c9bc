/** Results of any machine as bytes: JSON where it can carry them, and otherwise as V8 clones. */

import { deserialize, serialize } from 'node:v8';
import type { SnapshotFormat } from '../../machine/encoded-snapshots.ts';
import { isSameValue } from './same-value.ts';

const isJson = 0;
const isClone = 1;

export function defaultResultFormat<Result>(): SnapshotFormat<Result> {
  return {
    encode(result) {
      const text = JSON.stringify(result);
      return text !== undefined && isSameValue(JSON.parse(text), result)
        ? Uint8Array.of(isJson, ...new TextEncoder().encode(text))
        : Uint8Array.of(isClone, ...serialize(result));
    },
    decode(data) {
      const content = data.slice(1);
      if (data[0] === isClone) return deserialize(content);
      return JSON.parse(new TextDecoder().decode(content));
    },
  };
}

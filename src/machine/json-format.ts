/** Values as bytes: their JSON, in UTF-8; and bytes as they are. */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import { type Json, parseJson, stringifyJson } from './json.ts';
import { jsonFault } from './json-fault.ts';

/**
 * A format that writes values as their JSON, in UTF-8, and changes nothing in silence: `encode`
 * refuses what JSON cannot carry, such as a Map, NaN or a member that is undefined, with a TypeError
 * that says where it is and what to do.
 *
 * @param parse what a value must be; it throws when a value is none, and so does `decode` then
 */
export function jsonFormat<T>(parse: (value: Json) => T): SnapshotFormat<T> {
  return {
    encode(value) {
      const fault = jsonFault(value);
      if (fault !== null) throw new TypeError(`JSON cannot carry this: ${fault}`);
      return new TextEncoder().encode(stringifyJson(value));
    },
    decode: (data) => parse(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(data))),
  };
}

/** For values that are bytes. They are copied, so that nobody shares them with a machine. */
export const bytesFormat: SnapshotFormat<Uint8Array> = {
  encode(value) {
    if (value instanceof Uint8Array) return value.slice();
    throw new TypeError('this is no Uint8Array, which is all that bytesFormat carries');
  },
  decode: (data) => data.slice(),
};

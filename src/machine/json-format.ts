/** Values as bytes: their JSON, in UTF-8. */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import { type Json, parseJson, stringifyJson } from './json.ts';

/**
 * A format that writes values as their JSON, in UTF-8.
 *
 * @param parse what a value must be; it throws when a value is none, and so does `decode` then
 */
export function jsonFormat<T>(parse: (value: Json) => T): SnapshotFormat<T> {
  return {
    encode: (value) => new TextEncoder().encode(stringifyJson(value)),
    decode: (data) => parse(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(data))),
  };
}

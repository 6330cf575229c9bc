/** How a machine's values become bytes when nobody says otherwise: as JSON. */

import type { SnapshotFormat } from '../machine/encoded-snapshots.ts';
import { jsonFormat } from '../machine/json-format.ts';

/** How values become bytes, and values again. `jsonFormat(parse)` and `bytesFormat` make some. */
export type Format<T> = SnapshotFormat<T>;

/** How a machine's values become bytes; the same on all nodes. */
export interface Formats<Command, Result, Snapshot> {
  /** `decode` may refuse what is no command: then it never gets into the log. */
  readonly command: Format<Command>;
  readonly result: Format<Result>;
  readonly snapshot: Format<Snapshot>;
}

export function withDefaults<Command, Result, Snapshot>(
  given: Partial<Formats<Command, Result, Snapshot>> = {},
): Formats<Command, Result, Snapshot> {
  return {
    command: explained('a command', given.command ?? anyJson<Command>(), 'command'),
    result: explained('a result', given.result ?? orUndefined(anyJson<Result>()), 'result'),
    snapshot: explained('a snapshot', given.snapshot ?? anyJson<Snapshot>(), 'snapshot'),
  };
}

/** What comes back is what went in, which had the type; nothing else is known of it. */
function anyJson<T>(): Format<T> {
  return jsonFormat((value) => value as T);
}

/** A machine whose `apply` returns nothing is no fault. */
function orUndefined<T>(format: Format<T>): Format<T> {
  return {
    encode: (value) => (value === undefined ? new Uint8Array(0) : format.encode(value)),
    decode: (data) => (data.length === 0 ? (undefined as T) : format.decode(data)),
  };
}

/** Faults say which value they are about. */
function explained<T>(what: string, format: Format<T>, option: string): Format<T> {
  const explain = <A, B>(verb: string, convert: (value: A) => B) => {
    return (value: A): B => {
      try {
        return convert(value);
      } catch (error) {
        const { message } = error instanceof Error ? error : { message: String(error) };
        const text = `${what} cannot be ${verb}: ${message}. (Or give a format: formats.${option})`;
        throw new TypeError(text, { cause: error });
      }
    };
  };
  return {
    encode: explain('written', (value: T) => format.encode(value)),
    decode: explain('read', (data: Uint8Array) => format.decode(data)),
    // What is written part by part is written after the machine's turn: by formats that can do that.
    ...(format.encodeParts === undefined
      ? {}
      : { encodeParts: (value: T) => format.encodeParts?.(value) ?? [format.encode(value)] }),
  };
}

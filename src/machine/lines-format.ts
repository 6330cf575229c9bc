/** Snapshots of any size as bytes: the JSON of their items, one a line, in UTF-8. */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import { type Json, parseJson, stringifyJson } from './json.ts';

const newline = 0x0a;

/** So many items take a few milliseconds, and so do so many characters. */
const itemsPerPart = 4096;
const lengthPerPart = 1024 * 1024;

/**
 * @param itemsOf what a snapshot consists of; asked for while later commands are applied
 * @param fromItems the snapshot that consists of these; it throws when there is none
 */
export function linesFormat<Snapshot>(
  itemsOf: (snapshot: Snapshot) => Iterable<unknown>,
  fromItems: (items: readonly Json[]) => Snapshot,
): SnapshotFormat<Snapshot> {
  function* encodeParts(snapshot: Snapshot): Iterable<Uint8Array> {
    let [text, items] = ['', 0];
    let end = '';
    for (const item of itemsOf(snapshot)) {
      if (items === itemsPerPart || text.length > lengthPerPart) {
        yield new TextEncoder().encode(text);
        [text, items] = ['', 0];
      }
      text += end + stringifyJson(item);
      items++;
      end = '\n';
    }
    yield new TextEncoder().encode(text);
  }
  return {
    encode: (snapshot) => joined([...encodeParts(snapshot)]),
    encodeParts,
    decode: (data) => fromItems(data.length === 0 ? [] : [...linesOf(data)].map(parseLine)),
  };
}

const parseLine = (line: string): Json => parseJson(line);

/** In pieces: no text may have more than half a billion characters, and a snapshot may. */
function* linesOf(data: Uint8Array): Iterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let start = 0; start <= data.length; ) {
    const at = data.indexOf(newline, Math.min(start + lengthPerPart, data.length));
    const end = at === -1 ? data.length : at;
    yield* decoder.decode(data.subarray(start, end)).split('\n');
    start = end + 1;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

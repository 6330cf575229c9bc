/** A stream of bytes is cut into lines the same way, however it comes in chunks. */

import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { type Line, LineReader } from '../../src/maelstrom/lines.ts';
import { nextInteger } from '../../src/raft/index.ts';
import { happens, pick, someText } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateBytes, splitBytes } from './mutators.ts';

/** A little more than is kept of a line that is too long. */
const maxBytes = 1100;

interface Stream {
  readonly chunks: readonly Uint8Array[];
}

fuzz<Stream>({
  name: 'chunks do not matter to lines',
  file: import.meta.url,
  seeds: 1500,
  generate(random) {
    const ends = ['\n', '\n', '\r\n', '\n\n', '\r', ''];
    const lines = Array.from({ length: nextInteger(random, 0, 8) }, () => {
      const length = happens(random, 0.2) ? nextInteger(random, maxBytes - 3, maxBytes + 4) : 0;
      const text = happens(random, 0.5) ? someText(random) : pick(random, 'é', '😀', '\ufffd', 'a');
      return Buffer.from(`${text}${'x'.repeat(length)}${pick(random, ...ends)}`);
    });
    let bytes: Buffer = Buffer.concat(lines);
    if (happens(random, 0.5)) bytes = mutateBytes(random, bytes);
    return { chunks: splitBytes(random, bytes) };
  },
  check({ chunks }) {
    const lines: Line[] = [];
    const reader = new LineReader(maxBytes, (line) => lines.push(apart(line)));
    for (const chunk of chunks) reader.push(Buffer.from(chunk));
    reader.end();
    assert.deepEqual(lines, linesOf(Buffer.concat(chunks)), 'other lines than in one piece');
  },
});

/** A line without those that were decoded with it: that depends on chunks. */
function apart(line: Line): Line {
  return line.kind === 'faulty' ? line : { ...line, among: null };
}

/** The lines of a whole stream, found in the simplest way. */
function linesOf(bytes: Buffer): Line[] {
  const rows = bytes.toString('latin1').split('\n');
  if (rows.at(-1) === '') rows.pop();
  return rows.map((row) => {
    const line = Buffer.from(row, 'latin1');
    const text = line.toString('utf8');
    if (line.length > maxBytes) {
      const kept = line.subarray(0, 1024).toString('utf8');
      return { kind: 'faulty', fault: `${line.length} bytes long`, text: kept };
    }
    if (!isUtf8(line)) return { kind: 'faulty', fault: 'not UTF-8', text };
    return { kind: 'text', text, bytes: line.length, among: null };
  });
}

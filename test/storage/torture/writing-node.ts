/**
 * A process that writes to a store in a directory, and says on stdout what it hands in and what was
 * reported, a line of JSON each. What it writes is drawn from a seed.
 *
 *     node writing-node.js <directory> <seed> <rounds>
 *
 * Exit status: 0 when all was written, 3 when the store has failed, 4 when it could not be opened.
 */

import { createRandom, nextInteger } from '../../../src/raft/index.ts';
import {
  chunk,
  command,
  hardState,
  metaAt,
  noop,
} from '../../../src/storage/conformance/samples.ts';
import { FileStore } from '../../../src/storage/file-store.ts';
import { nodeDisk } from '../../../src/storage/node-disk.ts';
import type { StoreWrite } from '../../../src/storage/store.ts';
import { nothing, textFormat } from '../text-commands.ts';
import { encodeEvent } from './events.ts';

const [directory = '', seed = '1', rounds = '10'] = process.argv.slice(2);
const random = createRandom(Number(seed));
const draw = (limit: number): number => nextInteger(random, 0, limit);
const store = new FileStore<string>({
  disk: nodeDisk(directory),
  node: 'n1',
  format: textFormat,
  segmentBytes: 2048,
});

let id = 0;
let hasFailed = false;

function say(event: Parameters<typeof encodeEvent>[0]): void {
  process.stdout.write(`${encodeEvent(event)}\n`);
}

function report(of: number, failure: Error | null): void {
  hasFailed ||= failure !== null;
  say({ kind: 'reported', id: of, failure: failure?.message ?? null });
}

function write(parts: Partial<StoreWrite<string>>): Promise<void> {
  const whole = { ...nothing, ...parts };
  const mine = ++id;
  say({ kind: 'write', id: mine, write: whole });
  return new Promise((resolve) => {
    store.write(whole, (failure) => {
      report(mine, failure);
      resolve();
    });
  });
}

function save(index: number): Promise<void> {
  const mine = ++id;
  const meta = metaAt(index, term);
  const data = new TextEncoder().encode(`up to ${index} `.repeat(draw(200)));
  say({ kind: 'save', id: mine, meta, data });
  return new Promise((resolve) => {
    store.saveSnapshot(meta, data, (failure) => {
      say({ kind: 'reported', id: mine, failure: failure?.message ?? null });
      if (failure === null && index > 10) store.compact(metaAt(index - 10).index);
      resolve();
    });
  });
}

const state = await store.load().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(4);
});
say({ kind: 'loaded', state });
let last: number = state.entries.at(-1)?.index ?? 0;
last = Math.max(last, state.snapshot?.meta.index ?? 0);
let term: number = state.hardState.currentTerm + 1;
await write({ hardState: hardState(term, `n${draw(3)}`) });

for (let round = 0; round < Number(rounds) && !hasFailed; round++) {
  const durable = last;
  const outcomes: Promise<void>[] = [];
  const saving = draw(4) === 0 && durable > 0 ? save(durable) : null;
  for (let count = draw(4); count >= 0; count--) {
    const entries = Array.from({ length: draw(4) }, () =>
      draw(9) === 0 ? noop(++last, term) : command(++last, term, 'x'.repeat(draw(300))),
    );
    outcomes.push(write({ hardState: draw(5) === 0 ? hardState(++term) : null, entries }));
  }
  if (draw(5) === 0 && last > durable) {
    const from = durable + 1 + draw(last - durable);
    const cut = { truncateFrom: metaAt(from).index, entries: [command(from, ++term)] };
    last = from;
    outcomes.push(write(cut));
  }
  await Promise.all(outcomes);
  await saving;
  if (draw(6) === 0 && !hasFailed) {
    const data = new TextEncoder().encode('received '.repeat(draw(100)));
    const meta = metaAt(last + 3, term);
    await write(chunk(meta, 0, data.subarray(0, 50), false));
    last += 4;
    await write({
      ...chunk(meta, Math.min(50, data.length), data.subarray(50), true),
      entries: [command(last, term)],
    });
  }
}
// If the store has failed while it was saving a snapshot, the next write is told.
if (!hasFailed) await write({});
if (hasFailed) {
  // What has failed has failed: nothing of this may be reported as durable.
  await Promise.all([write({}), write({ hardState: hardState(term + 1) })]);
  await write({ entries: [command(last + 1, term)] });
}
await store.close().catch(() => {});
process.exitCode = hasFailed ? 3 : 0;

/** Traces: whatever stands in a file, it is read and judged, or refused with the place. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { nextInteger, type Random } from '../../src/raft/index.ts';
import { drawPlan } from '../../src/testbed/simulation/plan.ts';
import { runPlan } from '../../src/testbed/simulation/simulate.ts';
import { simulationHeader } from '../../src/testbed/simulation/trace.ts';
import { checkTrace } from '../../src/testbed/trace-check.ts';
import { TraceTeller } from '../../src/testbed/trace-words.ts';
import {
  encodeEvent,
  encodeHeader,
  mergeTraces,
  readPlacedTrace,
  shivizLines,
  TraceFault,
  withoutPlaces,
} from '../../src/trace/index.ts';
import { happens } from './generators.ts';
import { fuzz } from './harness.ts';
import { mutateText, mutateValue } from './mutators.ts';

const directory = mkdtempSync(join(tmpdir(), 'raftwright-trace-fuzz-'));
after(() => rmSync(directory, { recursive: true }));

async function linesOf(seed: number): Promise<readonly string[]> {
  const faults = { crashEveryMs: 100, downMs: 40 };
  const plan = drawPlan(seed, { faultyMs: 150, nodes: 3, rate: 60, faults });
  const lines = [encodeHeader(simulationHeader(plan))];
  await runPlan(plan, { onEvent: (event) => void lines.push(encodeEvent(event)) });
  return lines.slice(0, 600);
}

const originals = [await linesOf(1), await linesOf(26), await linesOf(32)];

/** A line may have been spoilt already. */
function asValue(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function someTrace(random: Random): string {
  const lines = [...(originals[nextInteger(random, 0, originals.length)] ?? [])];
  const count = nextInteger(random, 1, 4);
  for (let change = 0; change < count; change++) {
    // Headers and beginnings are few, and much hangs on them.
    const at = nextInteger(random, 0, happens(random, 0.4) ? 5 : lines.length);
    const line = lines[at] ?? '';
    const kind = nextInteger(random, 0, 10);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 0, line);
    else if (kind === 2) lines[at] = mutateText(random, line, lines);
    else lines[at] = JSON.stringify(mutateValue(random, asValue(line))) ?? '';
  }
  const text = `${lines.join('\n')}\n`;
  return happens(random, 0.1) ? text.slice(0, nextInteger(random, 0, text.length)) : text;
}

const path = join(directory, 'trace.jsonl');

fuzz({
  name: 'a trace that is spoilt is read and judged, or refused with file and line',
  file: import.meta.url,
  seeds: 150,
  generate: someTrace,
  check(text) {
    writeFileSync(path, text);
    try {
      const trace = mergeTraces([readPlacedTrace(path)]);
      const judgement = checkTrace(trace);
      if (judgement.breach !== null) assert.match(judgement.breach.place, /trace\.jsonl:\d+$/);
      const { events } = withoutPlaces(trace);
      const teller = new TraceTeller({ isAll: true, hasNetwork: false });
      for (const event of events) assert.ok(Array.isArray(teller.tell(event)));
      const describe = (): string => '';
      for (const hasNetwork of [true, false]) {
        for (const line of shivizLines(events, { hasNetwork, describe })) {
          assert.equal(typeof line, 'string');
        }
      }
    } catch (error) {
      if (!(error instanceof TraceFault)) throw error;
      assert.match(error.message, /^\S+trace\.jsonl(:\d+)?: /);
    }
  },
});

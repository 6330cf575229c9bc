/** Traces of simulated runs, as tests want them: as lines, and in files. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { drawPlan, type PlanChanges } from '../../src/testbed/simulation/plan.ts';
import { runPlan } from '../../src/testbed/simulation/simulate.ts';
import type { SimulationResult } from '../../src/testbed/simulation/simulation.ts';
import { simulationHeader } from '../../src/testbed/simulation/trace.ts';
import { encodeEvent, encodeHeader } from '../../src/trace/index.ts';

export const directory: string = mkdtempSync(join(tmpdir(), 'raftwright-trace-'));

after(() => rmSync(directory, { recursive: true }));

let files = 0;

/** A file with these lines. */
export function fileOf(lines: readonly string[], end = '\n'): string {
  const path = join(directory, `trace-${files++}.jsonl`);
  writeFileSync(path, lines.join('\n') + end);
  return path;
}

export interface SimulatedTrace {
  readonly result: SimulationResult;
  /** Header and events, without line breaks. */
  readonly lines: readonly string[];
}

export async function simulatedTrace(
  seed: number,
  changes: PlanChanges = { faultyMs: 1000 },
): Promise<SimulatedTrace> {
  const plan = drawPlan(seed, changes);
  const lines = [encodeHeader(simulationHeader(plan))];
  const result = await runPlan(plan, {
    onEvent: (event) => void lines.push(encodeEvent(event)),
  });
  return { result, lines };
}

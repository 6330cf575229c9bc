/** The pages of simulated runs: made from what a run tells while it goes on. */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SimulationListener } from '../../../src/testbed/pages/simulation-pages.ts';
import { writeRunPages } from '../../../src/testbed/pages/write-run-pages.ts';
import { drawPlan } from '../../../src/testbed/simulation/plan.ts';
import { runPlan } from '../../../src/testbed/simulation/simulate.ts';
import type { TraceEvent } from '../../../src/trace/format.ts';

const directory = mkdtempSync(join(tmpdir(), 'raftwright-simulation-pages-'));
after(() => rmSync(directory, { recursive: true }));

/** A short run, and what it told; `change` may have it tell something else. */
async function listenTo(seed: number, change: (event: TraceEvent) => TraceEvent = (it) => it) {
  const plan = drawPlan(seed, { faultyMs: 2000 });
  const listener = new SimulationListener(plan);
  const result = await runPlan(plan, { onEvent: (event) => listener.note(change(event)) });
  return { result, run: listener.record(result) };
}

test('a run is the same when it is listened to, and what is counted is what it counts', async () => {
  const { result, run } = await listenTo(17);
  const alone = await runPlan(drawPlan(17, { faultyMs: 2000 }));
  assert.equal(result.traceHash, alone.traceHash);
  const { ok, fail, info } = run.statistics.all;
  const counted = { ok: result.counts.ok, fail: result.counts.fail, info: result.counts.info };
  assert.deepEqual({ ok, fail, info }, counted);
  assert.equal(run.checked?.verdict, 'valid');
  assert.equal(run.statistics.faults.kills, result.counts.crashes);
  const leaders = [...run.roles.values()].flat().filter(({ role }) => role === 'leader');
  // A leader that learns of itself anew has another span in its term.
  assert.equal(new Set(leaders.map(({ term }) => term)).size, result.counts.elections);
  for (const spans of run.roles.values()) {
    for (const [at, { fromMs, toMs }] of spans.entries()) {
      assert.ok(fromMs < toMs && toMs <= run.durationMs);
      assert.ok(at === 0 || fromMs >= (spans[at - 1]?.toMs ?? 0), 'no overlaps');
    }
  }
});

test('a run that is valid leaves a report and a diagram; operations lead into it', async () => {
  const { run } = await listenTo(5);
  assert.deepEqual(writeRunPages(directory, run), ['report.html', 'diagram.html']);
  const html = readFileSync(join(directory, 'report.html'), 'utf8');
  assert.match(html, /Simulation: seed 5 <span class="verdict valid">linearizable/);
  assert.match(html, /raftwright simulate --seed 5 --set faultyMs=2000/);
  assert.match(html, /href="diagram\.html#ms=[\d.]+&amp;operation=\d+"/);
});

test('a run whose clients were told lies leaves a counterexample, and a later one removes it', async () => {
  let isTold = false;
  const { run } = await listenTo(5, (event) => {
    const isRead =
      event.kind === 'complete' && event.type === 'ok' && typeof event.value === 'number';
    if (!isRead || event.timeMs < 1000 || isTold) return event;
    isTold = true;
    return { ...event, value: 99 };
  });
  assert.ok(isTold);
  assert.equal(run.checked?.verdict, 'invalid');
  const files = ['report.html', 'diagram.html', 'counterexample.html'];
  assert.deepEqual(writeRunPages(directory, run), files);
  assert.deepEqual(readdirSync(directory).sort(), [...files].sort());
  const html = readFileSync(join(directory, 'counterexample.html'), 'utf8');
  assert.match(html, /99/);
  const { run: valid } = await listenTo(5);
  writeRunPages(directory, valid);
  assert.deepEqual(readdirSync(directory).sort(), ['diagram.html', 'report.html']);
});

test('a broken rule is in the reasons, with its net, node and moment', async () => {
  const plan = drawPlan(5, { faultyMs: 500 });
  const listener = new SimulationListener(plan);
  const result = await runPlan(plan, { onEvent: (event) => listener.note(event) });
  const violation = {
    net: 'invariants',
    rule: 'one leader a term',
    detail: 'n1 and n2 in term 3',
    node: 'n1',
    timeMs: 432.1,
  } as const;
  const run = listener.record({ ...result, verdict: 'invalid', violation });
  assert.deepEqual(run.reasons, [
    'invariants: one leader a term (n1, 0.432 s)\nn1 and n2 in term 3',
  ]);
});

/** A failing seed becomes a few lines that one can read. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Breach } from '../../../src/testbed/scenario/judge.ts';
import { playScenario } from '../../../src/testbed/scenario/run.ts';
import { parseScript } from '../../../src/testbed/scenario/script.ts';
import { explainFailure } from '../../../src/testbed/shrinking/explain-failure.ts';
import { isSameFailure, type RunPlan } from '../../../src/testbed/shrinking/shrink-plan.ts';
import { attemptScript, shrinkScript } from '../../../src/testbed/shrinking/shrink-script.ts';
import { drawPlan, type Plan } from '../../../src/testbed/simulation/plan.ts';
import { listChanges, parseChanges } from '../../../src/testbed/simulation/plan-changes.ts';
import { runPlan, simulate } from '../../../src/testbed/simulation/simulate.ts';
import { withHastyCore } from './broken-core.ts';

const limits = { maxRuns: 60, seedsPerPlan: 2, maxScriptLines: 20_000 };

test('a broken core: a short plan, a command that repeats it, a script of a few lines', async () => {
  await withHastyCore(async () => {
    const plan = drawPlan(3, { faultyMs: 2000 });
    const failure = await runPlan(plan);
    const report = await explainFailure(plan, runPlan, limits);
    assert.ok(isSameFailure(failure, report.result));
    assert.ok(report.plan.nodes <= 2);
    assert.ok(report.plan.faultyMs < 500);

    // The command repeats it.
    assert.match(report.command, new RegExp(`^raftwright simulate --seed ${report.plan.seed} `));
    const again = await runPlan(drawPlan(report.plan.seed, parseChanges(listChanges(report.plan))));
    assert.equal(again.traceHash, report.result.traceHash);

    // So does the script, when it is run as it stands, and it says why.
    assert.ok(report.script !== null);
    assert.ok(report.script.split('\n').length <= 10, report.script);
    const { breach, text } = playScenario(parseScript('it', report.script));
    assert.equal(breach?.rule, failure.violation?.rule);
    assert.equal(text, report.trace);
    assert.match(
      report.trace,
      /\n {2}BROKEN: a candidate asks for votes when its own is durable \(n\d\)/,
    );
  });
  const fine = await runPlan(drawPlan(3, { faultyMs: 500 }));
  assert.equal(fine.violation, null, 'the core is whole again');
});

test('the script of a broken core breaks nothing when the core is right', async () => {
  const script = await withHastyCore(async () => {
    return (await explainFailure(drawPlan(3, { faultyMs: 2000 }), runPlan, limits)).script ?? '';
  });
  const { breach, failures } = playScenario(parseScript('it', script));
  assert.deepEqual([breach, failures], [null, []]);
});

test('shrinking is deterministic, and keeps to its limits', async () => {
  await withHastyCore(async () => {
    let runs = 0;
    const counted: RunPlan = (...args) => {
      runs++;
      return runPlan(...args);
    };
    const plan = drawPlan(5, { faultyMs: 2000 });
    const few = { maxRuns: 7, maxScriptLines: 200 };
    const report = await explainFailure(plan, counted, few);
    assert.equal(report.runs, runs);
    assert.ok(runs <= few.maxRuns + 2);
    assert.ok(report.scriptRuns < 50);
    assert.deepEqual(await explainFailure(plan, runPlan, few), report);
  });
});

/** A counter that forgets one step in its snapshots. */
class ForgetfulCounter {
  #n = 0;
  apply(step: number): number {
    this.#n += step;
    return this.#n;
  }
  query(): number {
    return this.#n;
  }
  snapshot(): number {
    return this.#n - 1;
  }
  restore(n: number): void {
    this.#n = n;
  }
}

const runCounter: RunPlan = ({ seed, faults, ...plan }, options) =>
  simulate<number, null, number, number>({
    seed,
    faults,
    plan,
    machine: () => new ForgetfulCounter(),
    workload: (random) =>
      random() < 0.3 ? { kind: 'query', query: null } : { kind: 'command', command: 1 },
    ...options,
  });

test("a broken machine is no matter for the cores: a small plan, and the run's last events", async () => {
  const settings = { snapshotEntries: 6, trailingEntries: 0 };
  const plan = drawPlan(4, { faultyMs: 1500, settings, faults: { crashEveryMs: 200, downMs: 50 } });
  const failure = await runCounter(plan);
  assert.notEqual(failure.violation, null);
  const report = await explainFailure(plan, runCounter, { ...limits, maxRuns: 30 });
  assert.ok(isSameFailure(failure, report.result));
  assert.equal(report.script, null);
  const faultsOf = ({ faults }: Plan): number => Object.values(faults).filter(Boolean).length;
  assert.ok(faultsOf(report.plan) < faultsOf(plan));
  assert.ok(report.plan.nodes <= plan.nodes);
  assert.match(report.trace, /^\d+\.\d{4} {1,3}n\d .*$/m);
  assert.match(report.trace, / n\d ← n\d \w+/);
});

test('a plan that does not fail is not explained', async () => {
  await assert.rejects(explainFailure(drawPlan(1, { faultyMs: 100 }), runPlan), RangeError);
});

test('a script loses what is not needed, and what cannot be carried out any more', async () => {
  await withHastyCore(() => {
    const lines = [
      'cluster n1 n2 n3 seed=4',
      'read n1 r7',
      'tick n1 3',
      'tick n2 2',
      'timeout n2',
      'deliver preVoteRequest from n2 to n1 round=1',
      'deliver preVoteResponse from n1 to n2',
      'deliver first voteRequest from n2 to n3 term=1',
      'tick n3',
    ];
    const { breach, lines: done } = attemptScript(lines);
    assert.equal(breach?.rule, 'a candidate asks for votes when its own is durable');
    assert.equal(done.length, 7, 'the rest is not run');
    const short = shrinkScript(lines, breach as Breach);
    assert.deepEqual(short.lines, ['cluster n1 n2', 'elect n2']);
    const impossible = ['cluster n1', 'deliver timeoutNow', 'sync n1', 'nonsense', 'tick n1'];
    assert.deepEqual(attemptScript(impossible).lines, ['cluster n1', 'tick n1']);
  });
});

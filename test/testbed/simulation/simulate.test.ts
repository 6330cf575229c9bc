/** A run is decided by its seed, and runs are worth looking at. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPlan } from '../../../src/testbed/simulation/plan.ts';
import { runPlan, simulate } from '../../../src/testbed/simulation/simulate.ts';
import type { SimulationResult } from '../../../src/testbed/simulation/simulation.ts';
import type { TraceEvent } from '../../../src/testbed/simulation/trace.ts';

const short = { faultyMs: 1500 };

function assertValid(result: SimulationResult): void {
  assert.equal(result.violation, null, JSON.stringify(result.violation));
  assert.equal(result.verdict, 'valid');
}

test('the same seed gives the same run, event by event', async () => {
  for (const seed of [3, 11, 12]) {
    const runs = await Promise.all(
      [1, 2].map(async () => {
        const events: string[] = [];
        const onEvent = (event: TraceEvent): void => void events.push(JSON.stringify(event));
        const { traceHash } = await simulate({ seed, plan: short, onEvent });
        return { traceHash, events };
      }),
    );
    assert.deepEqual(runs[0], runs[1]);
    assert.ok((runs[0]?.events.length ?? 0) > 100, 'there is something to compare');
  }
});

test('looking at a run does not change it', async () => {
  const { traceHash } = await simulate({ seed: 4, plan: short });
  const watched = await simulate({ seed: 4, plan: short, onEvent: () => {} });
  assert.equal(watched.traceHash, traceHash);
});

test('other seeds give other runs', async () => {
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 10; seed++) {
    hashes.add((await simulate({ seed, plan: { faultyMs: 300 } })).traceHash);
  }
  assert.equal(hashes.size, 10);
});

test('without faults everything is answered, and nobody is elected twice', async () => {
  const plan = {
    nodes: 5,
    rate: 100,
    faultyMs: 5000,
    requestTimeoutMs: 900,
    clientTimeoutMs: 1000,
  };
  const result = await simulate({ seed: 1, faults: 'none', plan: { ...plan, settings: {} } });
  assertValid(result);
  assert.equal(result.counts.elections, 1);
  assert.equal(result.counts.crashes, 0);
  assert.equal(result.counts.info, 0);
  assert.ok(result.counts.ok > 150, `${result.counts.ok} ok`);
});

test('a part of a plan can be given, and leaves the rest as the seed draws it', () => {
  const drawn = drawPlan(8);
  const changed = drawPlan(8, {
    nodes: 4,
    faults: { loss: 0.25 },
    settings: { trailingEntries: 7 },
  });
  assert.deepEqual(changed, {
    ...drawn,
    nodes: 4,
    faults: { ...drawn.faults, loss: 0.25 },
    settings: { ...drawn.settings, trailingEntries: 7 },
  });
});

test('every fault happens in some of the first hundred seeds, and in some it is brutal', () => {
  const plans = Array.from({ length: 100 }, (_, at) => drawPlan(at + 1));
  const most = (strength: (plan: (typeof plans)[number]) => number): number =>
    Math.max(...plans.map(strength));
  assert.ok(most(({ faults }) => faults.loss) >= 0.3);
  assert.ok(most(({ faults }) => faults.duplication) >= 0.5);
  assert.ok(most(({ faults }) => faults.clockSpread) >= 0.5);
  assert.ok(most(({ faults }) => faults.massCrash) > 0.3);
  const electionMs = ({ settings, tickMs }: (typeof plans)[number]): number =>
    settings.electionTimeoutTicks.min * tickMs;
  assert.ok(most((plan) => plan.faults.spikeMs / electionMs(plan)) > 9, 'ten election timeouts');
  for (const fault of Object.keys(drawPlan(1).faults) as (keyof ReturnType<
    typeof drawPlan
  >['faults'])[]) {
    assert.ok(
      plans.some(({ faults }) => faults[fault] > 0),
      `${fault} is never on`,
    );
    const isAlwaysOn = ['latencyMs', 'lostWrites', 'pauseMs'].includes(fault);
    assert.ok(
      isAlwaysOn || plans.some(({ faults }) => faults[fault] === 0),
      `${fault} is always on`,
    );
  }
  const smallest = (limit: (plan: (typeof plans)[number]) => number): number =>
    Math.min(...plans.map(limit));
  assert.equal(
    smallest(({ settings }) => settings.maxAppendEntries),
    1,
  );
  assert.equal(
    smallest(({ settings }) => settings.maxInflightAppends),
    1,
  );
  assert.equal(
    smallest(({ settings }) => settings.snapshotEntries),
    1,
  );
  assert.equal(
    smallest(({ settings }) => settings.maxSnapshotChunkBytes),
    10,
  );
});

test('every kind of event is seen somewhere', async () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const onEvent = (event: TraceEvent): void => {
      kinds.add(event.kind === 'fault' ? `${event.fault} ${event.phase}` : event.kind);
      if (event.kind === 'step') kinds.add(`input ${event.input.kind}`);
      if (event.kind === 'drain') for (const { kind } of event.effects) kinds.add(`effect ${kind}`);
    };
    // All at once is rare: few seeds draw it, and not at each crash.
    const faults = seed === 1 ? { crashEveryMs: 300, massCrash: 0.5 } : {};
    assertValid(await simulate({ seed, faults, plan: { faultyMs: 2500 }, onEvent }));
  }
  const wanted = ['start', 'step', 'drain', 'durable', 'snapshot', 'halt', 'crash']
    .concat(['send', 'receive', 'lose', 'invoke', 'complete', 'rot moment'])
    .concat(['kill begin', 'kill end', 'pause begin', 'pause end'])
    .concat(['partition begin', 'partition end'])
    .concat([
      'changeMembership moment',
      'transferLeadership moment',
      'input snapshotTaken',
      'input snapshotRead',
    ])
    .concat(['effect restore', 'effect compact', 'effect readReady', 'effect refuse'])
    .concat(['effect transferred', 'effect halt', 'input storageFailed']);
  assert.deepEqual(
    wanted.filter((kind) => !kinds.has(kind)),
    [],
  );
});

test('clusters of one and of seven nodes come to rest', async () => {
  for (const nodes of [1, 2, 7]) {
    assertValid(await simulate({ seed: 21, plan: { ...short, nodes } }));
  }
});

test('a plan can be run again as it was drawn', async () => {
  const plan = drawPlan(6, short);
  const copy = JSON.parse(JSON.stringify(plan));
  assert.equal((await runPlan(copy)).traceHash, (await runPlan(plan)).traceHash);
});

test('messages may travel as text: nothing depends on sharing memory', async () => {
  for (const seed of [5, 6]) {
    const asText = await simulate({ seed, plan: short, faults: { textWire: 1 } });
    const asObjects = await simulate({ seed, plan: short, faults: { textWire: 0 } });
    assertValid(asText);
    assert.equal(asText.traceHash, asObjects.traceHash);
  }
});

test('a seed is a whole number', async () => {
  await assert.rejects(
    simulate({ seed: 0.5 }),
    /seed must be a whole number from 0 to 4294967295: 0.5/,
  );
});

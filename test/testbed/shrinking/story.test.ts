/** A simulated run, retold as a scenario, goes the same way there. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playScenario } from '../../../src/testbed/scenario/run.ts';
import { parseScript } from '../../../src/testbed/scenario/script.ts';
import { Recording } from '../../../src/testbed/shrinking/recording.ts';
import { type Story, tellStory } from '../../../src/testbed/shrinking/story.ts';
import { drawPlan, type Plan, type PlanChanges } from '../../../src/testbed/simulation/plan.ts';
import { runPlan } from '../../../src/testbed/simulation/simulate.ts';
import type { StateSummary } from '../../../src/testbed/simulation/trace.ts';

const withoutSnapshots = { snapshotEntries: 100_000, snapshotBytes: 2 ** 40 };

const short: PlanChanges = { faultyMs: 150, rate: 30, settings: withoutSnapshots };

interface Retold {
  readonly plan: Plan;
  readonly story: Story;
  /** How the run's cores ended, those that were up. */
  readonly last: ReadonlyMap<string, StateSummary>;
}

async function retell(seed: number, changes: PlanChanges): Promise<Retold> {
  const plan = drawPlan(seed, changes);
  const recording = new Recording();
  const { verdict } = await runPlan(plan, { onEvent: recording.onEvent });
  assert.notEqual(verdict, 'invalid', `seed ${seed}`);
  const last = new Map<string, StateSummary>();
  for (const event of recording.events) {
    if (event.kind === 'start' || event.kind === 'step') last.set(event.node, event.state);
    if (event.kind === 'crash') last.delete(event.node);
  }
  return { plan, story: tellStory(plan, recording.events), last };
}

/** The script says itself how every core has to end. */
function withExpectations(script: readonly string[], last: Retold['last']): string {
  const expectations = Array.from(last, ([node, state]) => [
    `expect ${node} ${state.role}`,
    `expect ${node} term ${state.term}`,
    `expect ${node} vote ${state.votedFor ?? 'nobody'}`,
    `expect ${node} last ${state.lastIndex}`,
    `expect ${node} commit ${state.commitIndex}`,
  ]).flat();
  return [...script.map((line) => `quiet ${line}`), ...expectations].join('\n');
}

test('the cores of a run and those of its script end alike', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const { story, last } = await retell(seed, short);
    assert.equal(story.difference, null, `seed ${seed}`);
    assert.ok(last.size > 0);
    const script = parseScript(`seed ${seed}`, withExpectations(story.script, last));
    const { failures, breach, expectations } = playScenario(script);
    assert.deepEqual([failures, breach], [[], null]);
    assert.equal(expectations, 5 * last.size);
  }
});

test('a story with snapshots is told in the same words, but for what they contain', async () => {
  const settings = { ...withoutSnapshots, snapshotEntries: 4, maxSnapshotChunkBytes: 1_000_000 };
  const faults = { crashEveryMs: 300, downMs: 100, diskMs: 3, loss: 0, latencyMs: 1 };
  const { story } = await retell(4, { faultyMs: 1200, rate: 60, settings, faults });
  assert.equal(story.difference, null);
  assert.ok(story.script.some((line) => line.startsWith('save ')));
  assert.ok(story.script.some((line) => /^crash n\d/.test(line)));
});

test('what arrives twice was duplicated before, and what happens together is a batch', async () => {
  const { story } = await retell(2, {
    ...short,
    faults: { duplication: 0.5, reordering: 1, deferMs: 8, crashEveryMs: 0, partitionEveryMs: 0 },
  });
  assert.equal(story.difference, null);
  for (const word of ['duplicate first ', 'deliver first ', 'batch ', 'drain ']) {
    assert.ok(
      story.script.some((line) => line.startsWith(word)),
      word,
    );
  }
});

test('a difference is told, with the line: here an event was not recorded', async () => {
  const plan = drawPlan(1, short);
  const recording = new Recording();
  await runPlan(plan, { onEvent: recording.onEvent });
  const isVote = (event: (typeof recording.events)[number]): boolean =>
    event.kind === 'step' &&
    event.input.kind === 'receive' &&
    event.input.message.kind === 'voteResponse';
  const events = recording.events.filter((event) => !isVote(event));
  assert.match(tellStory(plan, events).difference ?? '', /^(line \d+: n\d is |on its way is no )/);
});

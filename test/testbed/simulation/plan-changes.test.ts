/** Plans in words: what can be said, what is refused, and that a command repeats a plan. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '../../../src/raft/index.ts';
import { noFaults } from '../../../src/testbed/simulation/faults.ts';
import { drawPlan } from '../../../src/testbed/simulation/plan.ts';
import {
  BadChange,
  describePlan,
  listChanges,
  parseChange,
  parseChanges,
} from '../../../src/testbed/simulation/plan-changes.ts';

test('every number of a plan has a name', () => {
  assert.deepEqual(parseChange('nodes=3'), { nodes: 3 });
  assert.deepEqual(parseChange('rate=2.5'), { rate: 2.5 });
  assert.deepEqual(parseChange('faults.loss=0.25'), { faults: { loss: 0.25 } });
  assert.deepEqual(parseChange('settings.heartbeatTicks=2'), { settings: { heartbeatTicks: 2 } });
  assert.deepEqual(parseChange('settings.leaseReads=true'), { settings: { leaseReads: true } });
  assert.deepEqual(parseChange('settings.electionTimeoutTicks=10..20'), {
    settings: { electionTimeoutTicks: { min: 10, max: 20 } },
  });
  assert.deepEqual(parseChange('faults=none'), { faults: noFaults });
});

test('what cannot be understood is refused, with what is known instead', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['nodes', /"nodes" is not a change like nodes=3/],
    ['', /is not a change like/],
    ['nodse=3', /no "nodse"; known: nodes .* settings.NAME faults.NAME/],
    ['faults.los=3', /no "faults.los"; known: .*faults.loss/],
    ['settings.x=3', /no "settings.x"; known: .*settings.priority/],
    ['constructor=3', /no "constructor"/],
    ['faults.toString=3', /no "faults.toString"/],
    ['settings.valueOf=3', /no "settings.valueOf"/],
    ['seed=3', /no "seed"/],
    ['nodes=', /nodes=: must be a whole number from 1 to 15/],
    ['nodes=0', /must be a whole number/],
    ['nodes=2.5', /must be a whole number/],
    ['nodes=x', /must be a whole number/],
    ['faults.loss=1.5', /faults.loss=1.5: must be a number from 0 to 1/],
    ['faults.loss=NaN', /must be a number/],
    ['faults.clockSpread=1', /from 0 to 0.99/],
    ['faults.reordering=0.5', /must be a whole number from 0 to 1/],
    ['rate=Infinity', /must be a number/],
    ['settings.maxAppendEntries=0', /must be a whole number from 1/],
    ['settings.leaseReads=1', /true or false/],
    ['settings.electionTimeoutTicks=10', /MIN\.\.MAX/],
    ['settings.electionTimeoutTicks=10..19', /at least twice/],
    ['faults=all', /no "faults"/],
  ];
  for (const [text, reason] of refused) {
    assert.throws(
      () => parseChange(text),
      (error) => error instanceof BadChange && reason.test(error.message),
      text,
    );
  }
});

test('of several changes the later one counts', () => {
  const changes = parseChanges(['faults.loss=0.1', 'faults=none', 'faults.loss=0.2', 'nodes=5']);
  assert.deepEqual(changes.faults, { ...noFaults, loss: 0.2 });
  assert.equal(changes.nodes, 5);
});

test('a plan is told by its differences from what its seed draws', () => {
  assert.equal(describePlan(drawPlan(17)), 'raftwright simulate --seed 17');
  const { loss } = drawPlan(17).faults;
  const other = drawPlan(17, { nodes: 4, faults: { loss: loss / 2 + 0.01 } });
  const command = `raftwright simulate --seed 17 --set nodes=4 --set faults.loss=${loss / 2 + 0.01}`;
  assert.equal(describePlan(other), command);
});

test('the changes that are listed give the plan again', () => {
  const variations = [
    [],
    ['faults=none', 'settings=default'],
    ['settings=short', 'faults.diskMs=4', 'nodes=2'],
    ['faults=none', 'faults.loss=0.5', 'settings=default', 'settings.trailingEntries=0'],
  ];
  for (let seed = 1; seed <= 30; seed++) {
    for (const variation of variations) {
      const plan = drawPlan(seed, parseChanges(variation));
      assert.deepEqual(drawPlan(seed, parseChanges(listChanges(plan))), plan);
    }
  }
  const plan = drawPlan(1, { faults: noFaults, settings: defaultSettings });
  assert.ok(listChanges(plan).length <= 2, 'all at once is said at once');
});

/** The explorer against a plain one that knows neither numbers in rows nor symmetry. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asNodeId } from '../../src/raft/index.ts';
import { explore, type World, worldOf } from '../../src/testbed/exploration/index.ts';
import { type Row, Space } from '../../src/testbed/exploration/space.ts';
import { StateSet } from '../../src/testbed/exploration/state-set.ts';

const ids = ['a', 'b', 'c'].map(asNodeId);

function smallWorld(): World {
  return worldOf({ name: 'small', aim: '', ids, budgets: { timeouts: 1, crashes: 1 } });
}

/** Every state, whatever its names, by depth-first search. */
function allStates(space: Space): ReadonlyMap<string, Row> {
  const found = new Map([[space.initial.join(), space.initial]]);
  const waiting = [space.initial];
  for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
    for (const action of space.actionsOf(row)) {
      const step = space.take(row, action);
      assert.notEqual(step.kind, 'broken');
      if (step.kind !== 'to' || found.has(step.row.join())) continue;
      found.set(step.row.join(), step.row);
      waiting.push(step.row);
    }
  }
  return found;
}

test('one state of each kind is kept, and none is missed, when names are interchangeable', () => {
  const space = new Space(smallWorld());
  assert.equal(space.symmetries.length, 5, 'three names can be handed out in six ways');
  const all = allStates(space);
  const kinds = new Set([...all.values()].map((row) => space.representative(row).join()));
  const { verdict, figures } = explore(smallWorld(), { maxStates: 1_000_000 });
  assert.equal(verdict.kind, 'complete');
  assert.equal(figures.states, kinds.size);
  assert.ok(all.size > 4 * kinds.size, `${all.size} states of ${kinds.size} kinds`);
});

test('names are not interchangeable where the world tells them apart', () => {
  const [a] = ids;
  assert.ok(a !== undefined);
  const world = { ...smallWorld(), mayTimeOut: [a] };
  assert.equal(new Space(world).symmetries.length, 1, 'only b and c can change names');
});

test('the exploration stops where it is told to', () => {
  const { verdict, figures } = explore(smallWorld(), { maxStates: 100 });
  assert.equal(verdict.kind, 'bounded');
  assert.ok(figures.states >= 100 && figures.states < 150, `${figures.states}`);
});

test('a state set tells rows apart by all of their numbers, however many there are', () => {
  const set = new StateSet();
  const rowOf = (i: number): number[] => [i % 7, i, ...new Array<number>(i % 5).fill(3)];
  for (let i = 0; i < 300_000; i++) assert.ok(set.add(rowOf(i), i - 1));
  for (let i = 0; i < 300_000; i += 1000) {
    assert.equal(set.add(rowOf(i), -1), false);
    assert.deepEqual(set.rowOf(i), rowOf(i));
    assert.equal(set.parentOf(i), i - 1);
  }
  assert.equal(set.size, 300_000);
});

test('a world that starts in a broken state is told with the way to it', () => {
  // Two leaders to be: their disks say that they voted for different nodes in term 1, and the log
  // of one has an entry that a later term of the other contradicts below the same entry.
  const [a, b] = ids;
  assert.ok(a !== undefined && b !== undefined);
  const world = worldOf({
    name: 'broken',
    aim: '',
    ids: [a, b],
    starts: [
      { id: a, term: 3, votedFor: null, log: [1, 3] },
      { id: b, term: 3, votedFor: null, log: [2, 3] },
    ],
    budgets: { timeouts: 1 },
  });
  const { verdict } = explore(world, { maxStates: 1000 });
  assert.ok(verdict.kind === 'violation');
  assert.equal(verdict.rule, 'log matching');
  assert.equal(verdict.tale.beginning.length, 2);
  assert.match(verdict.tale.steps.at(-1) ?? '', /hears nobody for too long/);
  assert.match(verdict.tale.end, /differ at 1/);
});

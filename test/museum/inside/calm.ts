/** Runs in a build: replicas between which nothing goes wrong. Fails when one of them does. */

import assert from 'node:assert/strict';
import {
  add,
  followersOf,
  leaderOf,
  resultOf,
  submit,
  sum,
  withLeader,
} from '../../replica/world.ts';

const world = await withLeader(3);
const leader = leaderOf(world);
assert.ok(leader !== undefined);
for (let i = 1; i <= 20; i++) {
  for (const member of [leader, ...followersOf(world)]) await submit(world, member, add(1), 30);
}
for (const member of world.members)
  assert.equal(resultOf(await submit(world, member, sum, 30)), 60);
await world.clock.advance(1000);
for (const { machine } of world.members) assert.equal(machine.total, 60);
assert.equal(leaderOf(world), leader);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPlan } from '../../../src/testbed/simulation/plan.ts';

test('nobody gives up before nodes that put things off could have served a client', () => {
  // Of the first a client went after 50 ms, and what it asked for took 70.
  for (const seed of [4_411_314, ...Array.from({ length: 5000 }, (_, position) => position)]) {
    const { requestTimeoutMs, clientTimeoutMs, faults } = drawPlan(seed);
    const least = Math.min(requestTimeoutMs, clientTimeoutMs);
    assert.ok(least >= 10 * faults.deferMs, `seed ${seed}: ${least} ms`);
  }
});

/**
 * As many seeds as fit into a test run. `make soak SEEDS=1..100000` runs as many as one likes;
 * SIMULATION_SEEDS=17..17 repeats one here.
 */

import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import type { SeedResult } from '../../../src/testbed/simulation/run-seed.ts';
import { soak } from '../../../src/testbed/simulation/soak.ts';

const [from = 1, to = from] = (process.env['SIMULATION_SEEDS'] ?? '1..400').split('..').map(Number);

test(`seeds ${from} to ${to} keep every promise`, async () => {
  const results: SeedResult[] = [];
  await soak({
    from,
    to,
    jobs: availableParallelism(),
    changes: {},
    maxFailures: 1,
    onResult: (result) => results.push(result),
  });
  for (const { seed, verdict, violation } of results) {
    assert.equal(violation, null, `raftwright simulate --seed ${seed}: ${violation?.rule}`);
    assert.equal(verdict, 'valid', `raftwright simulate --seed ${seed} cannot be decided`);
  }
  assert.equal(results.length, to - from + 1);
  // The seeds were worth running.
  const sum = (count: keyof SeedResult['counts']): number =>
    results.reduce((total, { counts }) => total + counts[count], 0);
  assert.ok(sum('elections') > 2 * results.length, `${sum('elections')} elections`);
  assert.ok(sum('crashes') > 2 * results.length, `${sum('crashes')} crashes`);
  assert.ok(sum('committed') > 50 * results.length, `${sum('committed')} entries committed`);
  assert.ok(sum('ok') > 100 * results.length, `${sum('ok')} operations ok`);
});

test('a seed gives the same run in whichever thread', async () => {
  const hashes = async (jobs: number): Promise<string[]> => {
    const results: SeedResult[] = [];
    await soak({
      from: 1,
      to: 6,
      jobs,
      changes: { faultyMs: 500 },
      maxFailures: 1,
      onResult: (result) => results.push(result),
    });
    return results.sort((a, b) => a.seed - b.seed).map(({ traceHash }) => traceHash);
  };
  assert.deepEqual(await hashes(2), await hashes(1));
});

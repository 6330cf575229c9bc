/** Every machine that comes with raftwright, in clusters under faults, beside a model of itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from '../../../src/testbed/simulator.ts';
import { drawnMachines } from '../../machine/drawn-operations.ts';

for (const { name, kit, draw } of drawnMachines) {
  test(`${name}: keeps its promises through faults, on every node`, async () => {
    let ok = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const { violation, counts } = await simulate({
        seed,
        machine: () => kit.create(),
        workload: draw,
        snapshotFormat: kit.snapshots,
        // Nodes that were away get snapshots, not only entries.
        plan: { faultyMs: 2500, settings: { snapshotEntries: 6, trailingEntries: 2 } },
      });
      assert.equal(violation, null, `seed ${seed}: ${JSON.stringify(violation)}`);
      ok += counts.ok;
    }
    assert.ok(ok > 50, `${ok} operations were answered`);
  });
}

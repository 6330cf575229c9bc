/** The core's traces are ones that Raft allows. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect, Input, RaftView } from '../../src/raft/index.ts';
import type { EffectView, InputView } from '../../src/specification/step-view.ts';
import type { NodeView } from '../../src/specification/view.ts';
import { World } from './world.ts';

/** What the core has fits into what the specification looks at; the compiler checks it. */
export const fits: {
  readonly view: (view: RaftView) => NodeView;
  readonly input: (input: Input<unknown>) => InputView;
  readonly effect: (effect: Effect<unknown>) => EffectView;
} = { view: (view) => view, input: (input) => input, effect: (effect) => effect };

const seeds = Number(process.env['SPECIFICATION_SEEDS'] ?? 120);
const firstSeed = Number(process.env['SPECIFICATION_SEED'] ?? 1);

test(`all steps of ${seeds} random worlds are allowed`, () => {
  const seen: Record<string, number> = {};
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const world = new World(seed);
    try {
      world.run(400);
    } catch (error) {
      const how = `SPECIFICATION_SEED=${seed} SPECIFICATION_SEEDS=1`;
      throw new Error(`seed ${seed} (${how})`, { cause: error });
    }
    for (const kind of ['apply', 'readReady', 'restore', 'takeSnapshot', 'transferred']) {
      seen[kind] = (seen[kind] ?? 0) + world.count(kind);
    }
  }
  // The worlds were worth looking at.
  assert.ok((seen['apply'] ?? 0) > seeds * 10, JSON.stringify(seen));
  assert.ok((seen['readReady'] ?? 0) > seeds, JSON.stringify(seen));
  assert.ok((seen['restore'] ?? 0) > seeds / 10, JSON.stringify(seen));
  assert.ok((seen['transferred'] ?? 0) > seeds / 20, JSON.stringify(seen));
});

/** The rules for stores, held against stores that are right, and against those that are not. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FailingStoreHarness,
  failingStoreConformance,
  MemoryStore,
  type Store,
  type StoreHarness,
  type StoreRule,
  storeConformance,
} from '../../src/storage/index.ts';
import { delayedHarness } from './delayed-store.ts';
import { wrongDelayedStores } from './wrong-delayed-stores.ts';
import { wrongKeepers } from './wrong-keepers.ts';
import { wrongWriters } from './wrong-writers.ts';

/** The medium is the store itself, which nothing can harm. */
function keptHarness(store: Store<string>): StoreHarness {
  return {
    async open() {
      return store;
    },
    async close() {},
    async crash() {},
    async destroy() {},
  };
}

for (const { rule, run } of storeConformance) {
  test(`a memory store: ${rule}`, () => run(keptHarness(new MemoryStore())));
  test(`a store that takes its time: ${rule}`, () => run(delayedHarness()));
}

for (const { rule, run } of failingStoreConformance) {
  test(`a store that takes its time: ${rule}`, () => run(delayedHarness()));
}

/** The first rule that a store breaks, or null. */
async function firstBroken<Harness extends StoreHarness>(
  rules: readonly StoreRule<Harness>[],
  harness: () => Harness,
): Promise<string | null> {
  for (const { rule, run } of rules) {
    const problem = await run(harness()).then(
      () => null,
      (error: Error) => error.message,
    );
    if (problem !== null) {
      assert.ok(problem.startsWith(`${rule}: `), problem);
      return rule;
    }
  }
  return null;
}

for (const { defect, create } of [...wrongWriters, ...wrongKeepers]) {
  test(`caught: a store that ${defect}`, async () => {
    const harness = (): StoreHarness => keptHarness(create(new MemoryStore()));
    assert.notEqual(await firstBroken(storeConformance, harness), null);
  });
}

for (const { defect, create } of wrongDelayedStores) {
  test(`caught: a store that ${defect}`, async () => {
    const rules: readonly StoreRule<FailingStoreHarness>[] = [
      ...failingStoreConformance,
      ...storeConformance,
    ];
    assert.notEqual(await firstBroken(rules, () => delayedHarness(create)), null);
  });
}

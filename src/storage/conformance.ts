/**
 * What every store must do, as rules that can be run against any store with any test runner:
 *
 * ```ts
 * for (const { rule, run } of storeConformance) test(rule, () => run(new MyHarness()));
 * ```
 *
 * The contract is in store.ts, and the order of a write's parts in PersistEffect.
 */

import { type FailingStoreHarness, failingRules } from './conformance/failing.ts';
import { ownSnapshotRules } from './conformance/own-snapshots.ts';
import { randomWalkRules } from './conformance/random-walk.ts';
import type { StoreRule } from './conformance/rule.ts';
import { receivedSnapshotRules } from './conformance/snapshots.ts';
import { writingRules } from './conformance/writing.ts';

export type { FailingStoreHarness } from './conformance/failing.ts';
export type { StoreRule } from './conformance/rule.ts';
export type { StoreHarness } from './conformance/trial.ts';

/** The rules of the contract, apart from those of a medium that fails. */
export const storeConformance: readonly StoreRule[] = [
  ...writingRules,
  ...receivedSnapshotRules,
  ...ownSnapshotRules,
  ...randomWalkRules,
];

/** The rules of a medium that fails, for a harness that can make it fail. */
export const failingStoreConformance: readonly StoreRule<FailingStoreHarness>[] = failingRules;

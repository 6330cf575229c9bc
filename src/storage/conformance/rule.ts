/** A rule of the contract, as something that can be run. */

import { type StoreHarness, Trial } from './trial.ts';

/** A rule of the contract of stores, as something that any test runner can run. */
export interface StoreRule<Harness extends StoreHarness = StoreHarness> {
  /** The rule in a sentence. */
  readonly rule: string;
  /**
   * Tries a store of this harness, and destroys the harness in the end. Rejects when the store
   * breaks the rule, with an Error that says the rule, what was expected, and what was there. A
   * store that never reports a write keeps it waiting for ever.
   */
  run(harness: Harness): Promise<void>;
}

export function storeRule<Harness extends StoreHarness = StoreHarness>(
  rule: string,
  story: (trial: Trial<Harness>) => Promise<void>,
): StoreRule<Harness> {
  return {
    rule,
    async run(harness) {
      try {
        const trial = await Trial.begin(harness);
        await story(trial);
        trial.assertNoFault();
      } catch (cause) {
        const problem = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`${rule}: ${problem}`, { cause });
      } finally {
        await harness.destroy();
      }
    },
  };
}

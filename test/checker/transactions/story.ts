/** Stories of transactions: who did what, when, and what is found. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransactionsResult } from '../../../src/checker/transactions/check.ts';
import { describeTransactions } from '../../../src/checker/transactions/describe.ts';
import type { ModelName } from '../../../src/checker/transactions/models.ts';

export interface Story {
  readonly shows: string;
  /** One transaction a line: when it began and ended, and what it did. */
  readonly history: readonly string[];
  /** All anomalies that are found, worst first. */
  readonly finds: readonly string[];
  /** What is said of the first of them, from the first transaction on; of cycles, the edges. */
  readonly says?: readonly string[];
  readonly models?: readonly ModelName[];
  /** The verdict; without it, invalid when something is found. */
  readonly is?: 'valid' | 'invalid';
}

/** A test for each story. */
export function testStories(
  stories: readonly Story[],
  check: (history: readonly string[], models?: readonly ModelName[]) => TransactionsResult,
): void {
  for (const { shows, history, finds, says = [], models, is } of stories) {
    test(shows, () => {
      const result = check(history, models);
      const told = describeTransactions(result);
      const names = [...new Set(result.found.map(({ anomaly }) => anomaly.name))];
      assert.deepEqual(names, finds, told);
      assert.equal(result.verdict, is ?? (finds.length > 0 ? 'invalid' : 'valid'), told);
      for (const line of says) assert.ok(told.includes(`\n  ${line}`), `${line}\n${told}`);
    });
  }
}

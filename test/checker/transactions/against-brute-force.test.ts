/**
 * Small random histories, judged by the graph and by trying every order. What the graph condemns has
 * no order; of lists, what has no order is condemned.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkListAppend, checkRwRegister } from '../../../src/checker/transactions/check.ts';
import { describeTransactions } from '../../../src/checker/transactions/describe.ts';
import type {
  ListTransaction,
  RegisterTransaction,
} from '../../../src/checker/transactions/transaction.ts';
import { seeded } from '../random.ts';
import { hasStrictOrder } from './brute-force.ts';
import { type Chance, simulated } from './histories.ts';

const seeds = Number(process.env['CHECKER_SEEDS'] ?? 3000);

function smallChance(random: () => number): Chance {
  return {
    random,
    transactions: 2 + Math.floor(random() * 5),
    processes: 1 + Math.floor(random() * 4),
    keys: 1 + Math.floor(random() * 2),
    maxLength: 3,
    writesPerKey: 4,
    info: random() < 0.5 ? 0 : 0.2,
    fail: random() < 0.5 ? 0 : 0.2,
  };
}

/** Some reads see another version of their key: a shorter list, or another's. */
function withOtherReads(random: () => number, history: ListTransaction[]): ListTransaction[] {
  const seen = new Map<string, (readonly string[])[]>();
  for (const { operations } of history) {
    for (const { kind, key, value } of operations) {
      if (kind === 'read' && value !== undefined) seen.set(key, [...(seen.get(key) ?? []), value]);
    }
  }
  return history.map((it) => ({
    ...it,
    operations: it.operations.map((step) => {
      if (step.kind !== 'read' || step.value === undefined || random() < 0.7) return step;
      const versions = seen.get(step.key) ?? [];
      const version = versions[Math.floor(random() * versions.length)] ?? [];
      const length = random() < 0.5 ? version.length : Math.floor(random() * version.length);
      return { ...step, value: version.slice(0, length) };
    }),
  }));
}

function withOtherValues(
  random: () => number,
  history: RegisterTransaction[],
): RegisterTransaction[] {
  return history.map((it) => ({
    ...it,
    operations: it.operations.map((step) => {
      if (step.kind !== 'read' || step.value === undefined || random() < 0.7) return step;
      const value = Math.floor(random() * 4);
      return { ...step, value: value === 0 ? null : String(value) };
    }),
  }));
}

test('of lists, a history is condemned exactly when no order explains it', () => {
  let without = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const random = seeded(seed);
    const history = withOtherReads(random, simulated('list', smallChance(random)));
    const result = checkListAppend(history);
    const isOrdered = hasStrictOrder('list', history);
    assert.equal(
      result.verdict,
      isOrdered ? 'valid' : 'invalid',
      `seed ${seed}
${describeTransactions(result)}
${JSON.stringify(history, null, 1)}`,
    );
    if (!isOrdered) without++;
  }
  assert.ok(without > seeds / 10 && without < (seeds * 9) / 10, `${without} have no order`);
});

test('of registers, what is condemned has no order, and most of what has none is condemned', () => {
  let without = 0;
  let missed = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const random = seeded(seed);
    const history = withOtherValues(random, simulated('register', smallChance(random)));
    const result = checkRwRegister(history);
    const isOrdered = hasStrictOrder('register', history);
    if (isOrdered) {
      assert.equal(
        result.verdict,
        'valid',
        `seed ${seed}
${describeTransactions(result)}`,
      );
    } else {
      without++;
      if (result.verdict === 'valid') missed++;
    }
  }
  assert.ok(without > seeds / 10 && without < (seeds * 9) / 10, `${without} have no order`);
  assert.ok(missed <= without / 100, `${missed} of ${without} are not condemned`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CheckResult,
  type Contents,
  type Counterexample,
  checkHistory,
  type Operation,
  readJsonlHistory,
} from '../../src/checker/index.ts';
import { registerOf } from '../../src/checker/register.ts';
import { search, type Tuning } from '../../src/checker/search.ts';
import { scheduleOf } from '../../src/checker/turns.ts';
import { apply, endOf, isLinearizable, mustHappen, upTo } from './oracle.ts';
import { randomHistory, seeded } from './random.ts';

const HISTORIES = 3000;

function smallHistory(seed: number): readonly Operation[] {
  const random = seeded(seed * 7919 + 1);
  const lines = randomHistory(seed, {
    operations: 3 + Math.floor(random() * 6),
    processes: 1 + Math.floor(random() * 4),
    values: 1 + Math.floor(random() * 3),
    info: random() * 0.4,
    refusal: random() * 0.2,
    lie: random() < 0.3 ? 0 : random() * 0.5,
    reads: random() * 0.6,
    cas: random() * 0.6,
  });
  return readJsonlHistory(lines).keys.flatMap((it) => it.operations);
}

/** A history in which so much is never answered that a search has many ways to explain what was. */
function unansweredHistory(seed: number): readonly Operation[] {
  const lines = randomHistory(seed, {
    operations: 60,
    processes: 8,
    values: 4,
    info: 0.3,
    refusal: 0,
    lie: seed % 2 === 0 ? 0 : 0.1,
    reads: 0.4,
    cas: 0.4,
  });
  return readJsonlHistory(lines).keys.flatMap((it) => it.operations);
}

for (const strict of [false, true]) {
  test(`agrees with the definition on ${HISTORIES} small histories, strict ${strict}`, () => {
    const counts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 0; seed < HISTORIES; seed += 1) {
      const operations = smallHistory(seed);
      const result = checkHistory({ keys: [{ key: 'k', operations }] }, { strict });
      const truth = isLinearizable(operations, strict) ? 'valid' : 'invalid';
      assert.equal(result.verdict, truth, `seed ${seed}`);
      counts[truth] += 1;
      const counterexample = counterexampleOf(result);
      if (counterexample !== undefined) {
        assertIsEarliest(counterexample, operations, strict, `seed ${seed}`);
        assertIsOrder(counterexample, operations, strict, `seed ${seed}`);
      }
    }
    assert.ok(counts.valid > HISTORIES / 4 && counts.invalid > HISTORIES / 10, `${counts}`);
  });
}

test('a search that can hardly keep anything finds what one finds that leaves nothing out', () => {
  const exhaustive: Tuning = {
    levels: 0,
    width: 1,
    widthFactor: 1,
    vicinity: 1,
    vicinityFactor: 2,
    refutation: 20,
    refutationFactor: 4,
    checkpoint: 1,
  };
  const cramped = { ...exhaustive, levels: 3 };
  const counts = { ordered: 0, contradiction: 0, harder: 0 };
  for (let seed = 0; seed < 500; seed += 1) {
    const { turns } = scheduleOf(registerOf(unansweredHistory(seed), false).steps);
    const truth = search(turns, 1_000_000, exhaustive);
    const found = search(turns, 1_000_000, cramped);
    assert.ok(truth.kind !== 'exhausted');
    assert.equal(found.kind, truth.kind, `seed ${seed}`);
    if (found.kind !== 'ordered') {
      assert.ok(truth.kind === 'contradiction');
      assert.equal(found.turn, truth.turn, `seed ${seed}`);
    }
    counts[truth.kind] += 1;
    if (found.configurations > truth.configurations) counts.harder += 1;
  }
  assert.ok(Math.min(...Object.values(counts)) > 50, JSON.stringify(counts));
});

function counterexampleOf({ keys: [key] }: CheckResult): Counterexample | undefined {
  return key?.verdict === 'invalid' ? key.counterexample : undefined;
}

/**
 * The history just before the completion that a counterexample names is linearizable, and just
 * after it is not.
 */
function assertIsEarliest(
  { operation }: Counterexample,
  operations: readonly Operation[],
  strict: boolean,
  message: string,
): void {
  const rank = endOf(operation);
  assert.ok(isLinearizable(upTo(operations, rank - 1), strict), message);
  assert.ok(!isLinearizable(upTo(operations, rank), strict), message);
}

/**
 * The order that a counterexample gives has in it what completed before, and obeys real time and
 * the register.
 */
function assertIsOrder(
  { operation, ordering, possible }: Counterexample,
  operations: readonly Operation[],
  strict: boolean,
  message: string,
): void {
  const ordered = ordering.map((it) => it.operation);
  for (const it of operations) {
    const matters = it.outcome === 'ok' || (strict && it.observation !== undefined);
    if (matters && it.f !== 'write' && endOf(it) < endOf(operation)) {
      assert.ok(ordered.includes(it), `${message}: ${it.f} ${it.id} is missing`);
    }
  }
  let held: Contents = { kind: 'absent' };
  for (const [at, { operation: it, leaves }] of ordering.entries()) {
    assert.ok(mustHappen(it) || it.outcome === 'info' || it.outcome === 'open', message);
    const overtaken = ordered.slice(at + 1).some((later) => endOf(later) < it.invoked.rank);
    assert.ok(!overtaken, `${message}: ${it.f} ${it.id} is too early`);
    const after: Contents | undefined = apply(it, held);
    assert.deepEqual(after, leaves, `${message}: ${it.f} ${it.id}`);
    held = leaves;
  }
  assert.equal(new Set(ordered).size, ordered.length, message);
  for (const contents of possible) {
    assert.equal(apply(operation, contents), undefined, message);
  }
}

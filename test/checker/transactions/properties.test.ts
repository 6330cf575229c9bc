/**
 * Histories by chance: a store that carries out one transaction after the other is never condemned,
 * and what is changed in its history is found.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkListAppend, checkRwRegister } from '../../../src/checker/transactions/check.ts';
import { describeTransactions } from '../../../src/checker/transactions/describe.ts';
import type {
  ListTransaction,
  RegisterTransaction,
  Transaction,
} from '../../../src/checker/transactions/transaction.ts';
import { seeded } from '../random.ts';
import { type Chance, simulated } from './histories.ts';

const seeds = Number(process.env['CHECKER_SEEDS'] ?? 200);

function chanceOf(random: () => number, most: number): Chance {
  return {
    random,
    transactions: 1 + Math.floor(random() * most),
    processes: 1 + Math.floor(random() * 12),
    keys: 1 + Math.floor(random() * 8),
    maxLength: 1 + Math.floor(random() * 6),
    writesPerKey: 1 + Math.floor(random() * 40),
    info: random() < 0.5 ? 0 : random() * 0.3,
    fail: random() < 0.5 ? 0 : random() * 0.5,
  };
}

test('what a correct store answers is never condemned, by any model', () => {
  for (let seed = 0; seed < seeds; seed++) {
    const lists = checkListAppend(simulated('list', chanceOf(seeded(seed), 400)));
    assert.deepEqual(lists.found, [], `seed ${seed}\n${describeTransactions(lists)}`);
    assert.equal(lists.verdict, 'valid');
    const registers = simulated('register', chanceOf(seeded(seed), 400));
    for (const models of [
      ['strict-serializable'],
      ['serializable'],
      ['read-uncommitted'],
    ] as const) {
      const result = checkRwRegister(registers, models);
      assert.deepEqual(result.found, [], `seed ${seed}\n${describeTransactions(result)}`);
      assert.equal(result.verdict, 'valid');
    }
  }
});

/** A change of one transaction of a history; undefined when it cannot be made here. */
type Mutation<R> = (
  history: readonly Transaction<R>[],
  random: () => number,
) => readonly Transaction<R>[] | undefined;

/** Replaces one read of a transaction that ended ok, of those that the change is possible for. */
function changedRead<R>(
  history: readonly Transaction<R>[],
  random: () => number,
  change: (value: R, key: string, transaction: Transaction<R>) => R | undefined,
): readonly Transaction<R>[] | undefined {
  const places = history.flatMap((it, at) =>
    it.operations.flatMap((step, stepAt) => {
      if (it.outcome !== 'ok' || step.kind !== 'read' || step.value === undefined) return [];
      // A read after the transaction's own write is another matter: internal.
      const isOwn = it.operations.slice(0, stepAt).some(({ key }) => key === step.key);
      const value = isOwn ? undefined : change(step.value, step.key, it);
      return value === undefined ? [] : [{ at, stepAt, value }];
    }),
  );
  const place = places[Math.floor(random() * places.length)];
  if (place === undefined) return undefined;
  return history.map((it, at) => ({
    ...it,
    operations: it.operations.map((step, stepAt) =>
      at === place.at && stepAt === place.stepAt && step.kind === 'read'
        ? { ...step, value: place.value }
        : step,
    ),
  }));
}

/** Who wrote an element and has ended before the transaction began. */
function hadEnded(
  history: readonly Transaction<unknown>[],
  key: string,
  value: string,
  it: Transaction<unknown>,
): boolean {
  const writer = history.find(({ operations }) =>
    operations.some((step) => step.kind === 'write' && step.key === key && step.value === value),
  );
  return writer?.outcome === 'ok' && (writer.completed?.rank ?? Infinity) < it.invoked.rank;
}

const listMutations: { readonly [what: string]: Mutation<readonly string[]> } = {
  'a read misses the last element, whose append had ended': (history, random) =>
    changedRead(history, random, (value, key, it) =>
      value.length > 0 && hadEnded(history, key, value.at(-1) ?? '', it)
        ? value.slice(0, -1)
        : undefined,
    ),
  'a read is empty, though an append had ended': (history, random) =>
    changedRead(history, random, (value, key, it) =>
      value.some((element) => hadEnded(history, key, element, it)) ? [] : undefined,
    ),
  'an element is missing in the middle, whose append had ended': (history, random) =>
    changedRead(history, random, (value, key, it) => {
      const place = Math.floor(random() * (value.length - 1));
      const isSure = value.length > 1 && hadEnded(history, key, value[place] ?? '', it);
      return isSure ? value.toSpliced(place, 1) : undefined;
    }),
  'two elements change places': (history, random) =>
    changedRead(history, random, (value, key, it) => {
      const [a, b] = value.slice(-2);
      // Of two that overlapped, either can be the first, if nobody saw the other order.
      if (a === undefined || b === undefined || !hadEnded(history, key, b, it)) return undefined;
      const others = history.filter((other) => other !== it && other.outcome === 'ok');
      const isSeen = others.some(({ operations }) =>
        operations.some(
          (step) => step.kind === 'read' && step.key === key && step.value?.includes(b) === true,
        ),
      );
      return isSeen ? [...value.slice(0, -2), b, a] : undefined;
    }),
  'an element comes twice': (history, random) =>
    changedRead(history, random, (value) =>
      value.length > 0 ? [...value, value[0] ?? ''] : undefined,
    ),
  'an element is made up': (history, random) =>
    changedRead(history, random, (value) => [...value, 'made up']),
  'a transaction that was seen had failed': (history, random) => {
    const seen = history.filter(
      (it) =>
        it.outcome === 'ok' &&
        it.operations.some(
          (step) =>
            step.kind === 'write' &&
            history.some(
              (other) =>
                other !== it &&
                other.outcome === 'ok' &&
                other.operations.some(
                  (read) =>
                    read.kind === 'read' &&
                    read.key === step.key &&
                    read.value?.includes(step.value) === true,
                ),
            ),
        ),
    );
    const failed = seen[Math.floor(random() * seen.length)];
    if (failed === undefined) return undefined;
    return history.map((it) => (it === failed ? { ...it, outcome: 'fail' as const } : it));
  },
};

for (const [what, mutate] of Object.entries(listMutations)) {
  test(`lists: it is found when ${what}`, () => {
    let made = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const random = seeded(seed);
      const history: readonly ListTransaction[] = simulated('list', chanceOf(random, 100));
      const changed = mutate(history, random);
      if (changed === undefined) continue;
      made++;
      assert.equal(checkListAppend(changed).verdict, 'invalid', `seed ${seed}`);
    }
    assert.ok(made > seeds / 4, `${made} of ${seeds}`);
  });
}

const registerMutations: { readonly [what: string]: Mutation<string | null> } = {
  'a read sees nothing, though what it saw had been written before': (history, random) =>
    changedRead(history, random, (value, key, it) =>
      value !== null && hadEnded(history, key, value, it) ? null : undefined,
    ),
  'a read sees what was replaced before by a transaction that had ended': (history, random) =>
    changedRead(history, random, (value, key, it) => {
      if (value === null || !hadEnded(history, key, value, it)) return undefined;
      const writer = history.find(({ operations }) =>
        operations.some(
          (step) => step.kind === 'write' && step.key === key && step.value === value,
        ),
      );
      const before = writer?.operations.find(
        (step) => step.key === key && step.kind === 'read' && step.value !== value,
      );
      const first = writer?.operations.find((step) => step.key === key);
      return before?.kind === 'read' && before === first ? before.value : undefined;
    }),
  'a value is made up': (history, random) => changedRead(history, random, () => 'made up'),
};

for (const [what, mutate] of Object.entries(registerMutations)) {
  test(`registers: it is found when ${what}`, () => {
    let made = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const random = seeded(seed);
      const history: readonly RegisterTransaction[] = simulated('register', chanceOf(random, 100));
      const changed = mutate(history, random);
      if (changed === undefined) continue;
      made++;
      assert.equal(checkRwRegister(changed).verdict, 'invalid', `seed ${seed}`);
    }
    assert.ok(made > seeds / 4, `${made} of ${seeds}`);
  });
}

test('fifty thousand transactions take seconds, right or wrong', { timeout: 60_000 }, () => {
  const chance = { ...chanceOf(seeded(1), 1), transactions: 50_000, processes: 20, keys: 10 };
  const history = simulated('list', {
    ...chance,
    maxLength: 4,
    writesPerKey: 16,
    random: seeded(2),
  });
  assert.equal(checkListAppend(history).verdict, 'valid');
  // Every read two elements behind: a single knot of some ten thousand.
  const behind = history.map((it) => ({
    ...it,
    operations: it.operations.map((step) =>
      step.kind === 'read' && step.value !== undefined
        ? { ...step, value: step.value.slice(0, -2) }
        : step,
    ),
  }));
  const result = checkListAppend(behind);
  assert.ok(result.figures.largestComponent > 10_000);
  assert.ok('G-single-realtime' in result.counts);
});

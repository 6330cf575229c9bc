/** What is found in a counter, and what is not held against it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CounterAdd,
  type CounterHistory,
  type CounterRead,
  checkCounter,
  findCounterDisorder,
} from '../../src/checker/index.ts';
import { createRandom, nextInteger, type Random } from '../../src/raft/index.ts';
import { drawnCounter } from './drawn-calls.ts';

const check = (...drawing: readonly string[]) => checkCounter(drawnCounter(...drawing));
const wrongValues = (...drawing: readonly string[]) =>
  check(...drawing).wrong.map(({ read }) => read.value);

test('a final read is the sum of acknowledged adds, and of nothing else when all ends are known', () => {
  const adds = '|-add 3-| |-add -2-|  |-add 7-x  ';
  assert.deepEqual(wrongValues(`${adds}|==read 1==|`), []);
  for (const value of [0, 2, 3, 8]) {
    assert.deepEqual(wrongValues(`${adds}|==read ${value}==|`), [value]);
  }
});

test('an add that nobody knows the end of is in it or not, each on its own', () => {
  const adds = '|-add 10-|  |-add 5-?  |-add 3-?  |-add -20-?  ';
  assert.equal(check(adds).uncertain, 3);
  const sums = [-10, -7, -5, -2, 10, 13, 15, 18];
  for (let value = -15; value < 25; value++) {
    const expected = sums.includes(value) ? [] : [value];
    assert.deepEqual(wrongValues(`${adds}|==read ${value}==|`), expected, String(value));
  }
  assert.deepEqual(
    check(adds).acceptable.map(({ from, to }) => [from, to]),
    sums.map((sum) => [sum, sum]),
  );
});

test('hundreds of unknown ends run together into ranges; what cannot is bounded, and said to be', () => {
  const small = checkCounter(manyUnknown(300, (at) => (at % 10) - 5));
  assert.deepEqual(small.acceptable, [{ from: -450, to: 300 }]);
  assert.equal(small.isExact, true);
  const powers = checkCounter(manyUnknown(30, (at) => 3 ** at));
  assert.equal(powers.isExact, false);
  assert.deepEqual(powers.acceptable, [{ from: 0, to: (3 ** 30 - 1) / 2 }]);
});

function manyUnknown(count: number, deltaOf: (at: number) => number): CounterHistory {
  const moment = (rank: number) => ({ rank, line: rank, index: undefined, timeNs: 0 });
  const adds = Array.from({ length: count }, (_, at): CounterAdd => {
    const call = { process: at, outcome: 'info', isFinal: false, completed: undefined } as const;
    return { ...call, invoked: moment(at), delta: deltaOf(at) };
  });
  return { adds, reads: [] };
}

test('before the end a read may lack any add', () => {
  const { wrong, impossible } = check('|-add 3-|  |-read 0-|  |-add 2-|  |-read 2-|  |==read 5==|');
  assert.deepEqual([wrong, impossible], [[], []]);
});

test('but it cannot be more or less than all that had been asked for until it ended', () => {
  const { impossible } = check(
    '|-add 3-|              |-add 4-|     |-add 9-x',
    '   |-read 4-|  |-read -1-|  |-----read 7----|  |-read 8-|',
  );
  assert.deepEqual(
    impossible.map(({ read, possible }) => [read.value, possible.from, possible.to]),
    [
      [4, 0, 3],
      [-1, 0, 7],
      [8, 0, 7],
    ],
  );
});

test('final reads that differ, each of them possible, are told of', () => {
  assert.equal(check('|-add 3-?  |==read 4==|').isDisputed, false);
  assert.equal(check('|-add 3-?  |==read 4==|', ' |-add 1-|   |==read 1==|').isDisputed, true);
  assert.equal(check('|-add 3-?  |==read 4==|', ' |-add 1-|   |==read 4==|').isDisputed, false);
});

const disorders: readonly (readonly [shows: string, kind: string | null, ...drawing: string[]])[] =
  [
    ['a read finds what was acknowledged', null, '|-add 1-|  |-read 1-|'],
    ['a read does not find what was acknowledged', 'stale', '|-add 1-|  |-read 0-|'],
    ['a read finds more than was asked for', 'stale', '|-add 1-|  |-read 2-|'],
    [
      'a read during an add may find it or not',
      null,
      '|---add 1-----|',
      ' |-read 1-|',
      '  |-read 0-|',
    ],
    [
      'a read goes back behind another',
      'back',
      '|---------add 1------------|',
      ' |-read 1-|  |-read 0-|',
    ],
    ['a pn-counter may go back', null, '|-add 2-| |-read 2-| |-add -1-| |-read 1-|'],
    [
      'from one read to the next it moves by what was acknowledged meanwhile',
      'back',
      '|-add 5-?              ',
      '           |-read 5-| |-add 2-| |-read 2-|',
    ],
    [
      'a value between the bounds that is no sum',
      'no-sum',
      '|-----add 5----|',
      ' |-----add 5----|',
      '   |-read 3-|',
    ],
  ];

for (const [shows, kind, ...drawing] of disorders) {
  test(`${shows}: ${kind ?? 'nothing is found'}`, () => {
    const history = drawnCounter(...drawing);
    assert.equal(findCounterDisorder(history)?.kind ?? null, kind);
    assert.equal(isLinearizable(history), kind === null, 'by trying all orders');
  });
}

test('what is found is never wrong, and most of what is wrong is found', () => {
  const counts = { found: 0, missed: 0, fine: 0 };
  for (let seed = 0; seed < 4000; seed++) {
    const history = randomHistory(createRandom(seed));
    const isFound = findCounterDisorder(history) !== null;
    const isFine = isLinearizable(history);
    assert.ok(!(isFound && isFine), `seed ${seed}`);
    counts[isFine ? 'fine' : isFound ? 'found' : 'missed']++;
  }
  assert.ok(counts.fine > 200 && counts.found > 20 * counts.missed, JSON.stringify(counts));
});

/** Up to seven calls with any overlaps; reads return something near. */
function randomHistory(random: Random): CounterHistory {
  const count = nextInteger(random, 3, 8);
  const free = Array.from({ length: 2 * count }, (_, at) => at);
  const take = (): number => free.splice(nextInteger(random, 0, free.length), 1)[0] ?? 0;
  const moment = (rank: number) => ({ rank, line: rank, index: undefined, timeNs: rank });
  const adds: CounterAdd[] = [];
  const reads: CounterRead[] = [];
  for (let process = 0; process < count; process++) {
    const [a, b] = [take(), take()];
    const [invoked, completed] = [moment(Math.min(a, b)), moment(Math.max(a, b))];
    const call = { process, isFinal: false, invoked, completed };
    if (nextInteger(random, 0, 2) === 0) {
      const outcome = nextInteger(random, 0, 4) > 0 ? 'ok' : 'info';
      adds.push({ ...call, outcome, delta: nextInteger(random, -2, 4) });
    } else reads.push({ ...call, outcome: 'ok', value: nextInteger(random, -1, 4) });
  }
  const byInvocation = (a: CounterAdd | CounterRead, b: CounterAdd | CounterRead): number =>
    a.invoked.rank - b.invoked.rank;
  return { adds: adds.sort(byInvocation), reads: reads.sort(byInvocation) };
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly delta: number | null;
  readonly value: number;
  readonly mayBeLeftOut: boolean;
}

/** Tries every order. */
function isLinearizable({ adds, reads }: CounterHistory): boolean {
  const steps: Step[] = [
    ...adds
      .filter(({ outcome }) => outcome !== 'fail')
      .map(({ invoked, completed, outcome, delta }) => ({
        from: invoked.rank,
        to: outcome === 'ok' ? (completed?.rank ?? 0) : Number.POSITIVE_INFINITY,
        delta,
        value: 0,
        mayBeLeftOut: outcome !== 'ok',
      })),
    ...reads.map(({ invoked, completed, value }) => ({
      from: invoked.rank,
      to: completed.rank,
      delta: null,
      value,
      mayBeLeftOut: false,
    })),
  ];
  return canFollow(0, steps);
}

function canFollow(sum: number, rest: readonly Step[]): boolean {
  if (rest.every(({ mayBeLeftOut }) => mayBeLeftOut)) return true;
  const first = Math.min(...rest.map(({ to }) => to));
  return rest.some((step) => {
    if (step.from > first) return false;
    const others = rest.filter((other) => other !== step);
    if (step.delta !== null) return canFollow(sum + step.delta, others);
    return step.value === sum && canFollow(sum, others);
  });
}

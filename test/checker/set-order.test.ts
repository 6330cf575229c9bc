/** When a grow-only set is linearizable: each reason why not, and the same verdict as by trying all. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkGrowOnlySet,
  findSetDisorder,
  type SetAdd,
  type SetHistory,
  type SetRead,
} from '../../src/checker/index.ts';
import { createRandom, nextInteger, type Random } from '../../src/raft/index.ts';
import { drawnSet } from './drawn-calls.ts';

const stories: readonly (readonly [shows: string, kind: string | null, ...drawing: string[]])[] = [
  ['a read finds what was acknowledged', null, '|-add 1-|  |-read 1-|'],
  [
    'a read during an add may find it or not',
    null,
    '|---add 1----|',
    '   |-read 1-|',
    '  |-read-|',
  ],
  ['a read does not find what was acknowledged', 'stale', '|-add 1-|  |-read-|'],
  [
    'a read goes back behind another',
    'back',
    '|---------add 1------------|',
    ' |-read 1-|  |-read-|',
  ],
  [
    'an add whose end is unknown may happen late, but not twice',
    'back',
    '|-add 1-?   |-read 1-|  |-read-|',
  ],
  [
    'two reads at one time each miss what the other has',
    'apart',
    '|---add 1----|   ',
    ' |---add 2----|  ',
    '  |-read 1-|',
    '   |-read 2-|',
  ],
  [
    'an add is overtaken by one that began when it was acknowledged',
    'overtaken',
    '|-add 1-|',
    '            |--add 2--------|',
    '     |--------read 2-------|',
  ],
  ['a read has what is only asked for later', 'early', '|-read 1-|  |-add 1-|'],
  [
    'an acknowledged element that nobody reads afterwards is no contradiction',
    null,
    '|-read-| |-add 1-| |-add 2-|',
  ],
];

for (const [shows, kind, ...drawing] of stories) {
  test(`${shows}: ${kind ?? 'linearizable'}`, () => {
    const history = drawnSet(...drawing);
    assert.equal(findSetDisorder(history)?.kind ?? null, kind);
    assert.equal(isLinearizable(history), kind === null, 'by trying all orders');
  });
}

test('the verdict is that of trying all orders, on thousands of small histories', () => {
  const counts = { linearizable: 0, not: 0 };
  for (let seed = 0; seed < 6000; seed++) {
    const history = randomHistory(createRandom(seed));
    const expected = isLinearizable(history);
    assert.equal(findSetDisorder(history) === null, expected, `seed ${seed}`);
    counts[expected ? 'linearizable' : 'not']++;
  }
  assert.ok(counts.linearizable > 500 && counts.not > 500, JSON.stringify(counts));
});

test('a linearizable set is found well by the weaker checks, too', () => {
  for (let seed = 0; seed < 2000; seed++) {
    const history = randomHistory(createRandom(seed));
    if (findSetDisorder(history) !== null) continue;
    const { lost, stale, duplicated, unexpected } = checkGrowOnlySet(history);
    assert.deepEqual([lost, stale, duplicated, unexpected], [[], [], [], []], `seed ${seed}`);
  }
});

/** Up to seven calls of elements 0 to 2, with any overlaps; reads return whatever they like. */
function randomHistory(random: Random): SetHistory {
  const count = nextInteger(random, 3, 8);
  const moments = shuffled(
    Array.from({ length: 2 * count }, (_, at) => at),
    random,
  );
  const drawn = Array.from({ length: count }, (_, at) => {
    const [a = 0, b = 0] = [moments[2 * at], moments[2 * at + 1]];
    const moment = (rank: number) => ({ rank, line: rank, index: undefined, timeNs: rank * 1e6 });
    return { invoked: moment(Math.min(a, b)), completed: moment(Math.max(a, b)), process: at };
  }).sort((a, b) => a.invoked.rank - b.invoked.rank);
  const adds: SetAdd[] = [];
  const reads: SetRead[] = [];
  for (const call of drawn) {
    if (adds.length < 3 && nextInteger(random, 0, 2) === 0) {
      const isKnown = nextInteger(random, 0, 4) > 0;
      adds.push({
        ...call,
        isFinal: false,
        outcome: isKnown ? 'ok' : 'info',
        element: String(adds.length),
      });
    } else {
      reads.push({ ...call, isFinal: false, outcome: 'ok', elements: [] });
    }
  }
  return {
    adds,
    reads: reads.map((read) => ({
      ...read,
      elements: adds.filter(() => nextInteger(random, 0, 2) === 0).map(({ element }) => element),
    })),
  };
}

function shuffled(list: readonly number[], random: Random): number[] {
  const rest = [...list];
  return list.map(() => rest.splice(nextInteger(random, 0, rest.length), 1)[0] ?? 0);
}

interface Call {
  readonly from: number;
  readonly to: number;
  readonly element: string | null;
  readonly elements: readonly string[];
  readonly mayBeLeftOut: boolean;
}

/** Tries every order. */
function isLinearizable({ adds, reads }: SetHistory): boolean {
  const end = ({ outcome, completed }: SetAdd): number =>
    outcome === 'ok' && completed !== undefined ? completed.rank : Number.POSITIVE_INFINITY;
  const calls: Call[] = [
    ...adds
      .filter(({ outcome }) => outcome !== 'fail')
      .map((add) => ({
        from: add.invoked.rank,
        to: end(add),
        element: add.element,
        elements: [],
        mayBeLeftOut: add.outcome !== 'ok',
      })),
    ...reads.map((read) => ({
      from: read.invoked.rank,
      to: read.completed.rank,
      element: null,
      elements: read.elements,
      mayBeLeftOut: false,
    })),
  ];
  return canFollow(new Set(), calls);
}

function canFollow(held: ReadonlySet<string>, rest: readonly Call[]): boolean {
  if (rest.every(({ mayBeLeftOut }) => mayBeLeftOut)) return true;
  const first = Math.min(...rest.map(({ to }) => to));
  return rest.some((call) => {
    if (call.from > first) return false;
    const others = rest.filter((other) => other !== call);
    if (call.element !== null) return canFollow(new Set([...held, call.element]), others);
    const isSame =
      call.elements.length === held.size && call.elements.every((element) => held.has(element));
    return isSame && canFollow(held, others);
  });
}

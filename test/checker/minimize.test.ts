/** What is left of a history that is not linearizable, when all is left out that can be. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CheckResult,
  checkHistory,
  deadEndsOf,
  type History,
  type KeyResult,
  type MinimalPart,
  minimize,
  type Operation,
  readJsonlHistory,
  showOperation,
} from '../../src/checker/index.ts';
import { plainSearch } from './plain-search.ts';
import { randomHistory, seeded } from './random.ts';
import { timeline } from './timeline.ts';

type Invalid = Extract<KeyResult, { verdict: 'invalid' }>;

function firstBad({ keys }: CheckResult): Invalid | undefined {
  return keys.find((key): key is Invalid => key.verdict === 'invalid');
}

function minimal(history: History, strict = false): MinimalPart {
  const bad = firstBad(checkHistory(history, { strict }));
  assert.ok(bad !== undefined, 'it is not linearizable');
  return minimize(bad.history, bad.counterexample, { strict });
}

function told(operations: readonly Operation[]): string[] {
  return operations.map((it) => `${it.process}: ${showOperation(it)}`);
}

test('a stale read: the write that it saw, the write after that, and the read', () => {
  const part = minimal(
    timeline(
      '|-read-|  |-read 1-|   |-read 1-|    |-write 3-|           |-read 1-|  |-write 2-|',
      '  |-write 1-|     |-cas 1 4--x22   |---write 2---|  |-read 3-|    |-read 3-|',
    ),
  );
  // Whatever was before write 3, it was overwritten; the write that the read saw is shown again.
  assert.deepEqual(told(part.history.operations), ['1: write 1', '0: write 3', '0: read 1']);
  assert.ok(part.overwrites !== null);
  assert.equal(part.leftOut, 8);
  assert.equal(part.isMinimal, true);
  assert.deepEqual(part.counterexample.possible, [{ kind: 'value', value: '3' }]);
});

test('a value that nobody wrote: the read alone, and what it may have found instead', () => {
  const part = minimal(timeline('|-write 1-|  |-write 2-|  |-read 7-|'));
  assert.deepEqual(told(part.history.operations), ['0: write 2', '0: read 7']);
});

test('what explains an operation is never left out', () => {
  // Without the pending write the read of 1 could not be explained; it is the second that is wrong.
  const part = minimal(
    timeline(
      '|-------write 1----------------------------?',
      '   |-write 2-|  |-read 1-|  |-read 2-|',
    ),
  );
  assert.equal(showOperation(part.counterexample.operation), 'read 2');
  assert.deepEqual(told(part.history.operations), [
    '0: write 1 (info)',
    '1: write 2',
    '1: read 1',
    '1: read 2',
  ]);
});

test('two compare-and-sets that both found the same value', () => {
  const part = minimal(
    timeline('|-write 1-| |-cas 1 2-|  |-read 2-|', '               |-cas 1 3----|'),
  );
  assert.equal(part.history.operations.length, 3);
});

test('in strict checking what failed operations found counts, and can be the contradiction', () => {
  const part = minimal(timeline('|-write 1-|  |-read-x20'), true);
  assert.deepEqual(told(part.history.operations), ['0: write 1', '0: read (key-does-not-exist)']);
});

test('of random histories: the part contradicts itself, and only by the same operation', () => {
  let found = 0;
  for (let seed = 0; seed < 400; seed++) {
    const random = seeded(seed + 5000);
    const strict = random() < 0.3;
    const lines = randomHistory(seed, {
      operations: 10 + Math.floor(random() * 50),
      processes: 2 + Math.floor(random() * 5),
      values: 2 + Math.floor(random() * 4),
      info: random() * 0.2,
      refusal: random() * 0.2,
      lie: random() < 0.5 ? 0.03 : 0.2,
      reads: 0.2 + random() * 0.5,
      cas: random() * 0.4,
    });
    const bad = firstBad(checkHistory(readJsonlHistory(lines), { strict }));
    if (bad === undefined) continue;
    found++;
    const part = minimize(bad.history, bad.counterexample, { strict });
    const { operations } = part.history;
    const { operation } = part.counterexample;
    assert.equal(operation.id, bad.counterexample.operation.id, `seed ${seed}`);
    assert.equal(operations.length + part.leftOut, bad.history.operations.length);
    // Nothing that explained another operation went: without the impossible one it is right.
    const rest = operations.filter(({ id }) => id !== operation.id);
    const restHistory = { keys: [{ ...part.history, operations: rest }] };
    assert.equal(checkHistory(restHistory, { strict }).verdict, 'valid', `seed ${seed}`);
    // An independent search, which knows nothing of failures, agrees.
    if (!strict)
      assert.equal(
        plainSearch(operations, () => false),
        false,
        `seed ${seed}`,
      );
    assert.ok(part.isMinimal);
  }
  assert.ok(found > 100, `${found} were not linearizable`);
});

test('all orders of a small part come to an end, and none explains it', () => {
  const { history } = minimal(
    timeline('|-write 1-| |-cas 1 2-|  |-read 2-|', '               |-cas 1 3----|'),
  );
  const ends = deadEndsOf(history.operations, false);
  assert.deepEqual(
    ends?.map(({ order, stuck }) => [order.map(showOperation), stuck.map(showOperation)]),
    [
      [['write 1', 'cas 1 to 2'], ['cas 1 to 3']],
      [['write 1', 'cas 1 to 3'], ['cas 1 to 2']],
    ],
  );
  const many = timeline('|-write 1-| |-write 2-| |-write 3-| |-write 4-| |-write 5-| |-write 6-|');
  const more = [...(many.keys[0]?.operations ?? [])];
  assert.equal(deadEndsOf([...more, ...more], false), null, 'too many to be shown');
});

test('a limit on work ends the search with a larger part, and says so', () => {
  const lines = randomHistory(3, {
    operations: 300,
    processes: 5,
    values: 3,
    info: 0,
    refusal: 0,
    lie: 0.02,
    reads: 0.6,
    cas: 0.1,
  });
  const bad = firstBad(checkHistory(readJsonlHistory(lines)));
  assert.ok(bad !== undefined);
  const few = minimize(bad.history, bad.counterexample, { strict: false, maxWork: 1 });
  const all = minimize(bad.history, bad.counterexample, { strict: false });
  assert.equal(few.isMinimal, false);
  assert.ok(few.history.operations.length >= all.history.operations.length);
  assert.equal(few.counterexample.operation.id, all.counterexample.operation.id);
});

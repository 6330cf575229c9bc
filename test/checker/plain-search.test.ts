import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory, readJsonlHistory } from '../../src/checker/index.ts';
import { isLinearizable } from './oracle.ts';
import { plainSearch } from './plain-search.ts';
import { randomHistory } from './random.ts';
import { type Spoilt, simulatedHistory } from './simulated.ts';

const never = (): boolean => false;

test('the plain search agrees with the definition on 1,000 small histories', () => {
  const counts = { valid: 0, invalid: 0 };
  for (let seed = 0; seed < 1000; seed += 1) {
    const load = { operations: 7, processes: 3, values: 2, refusal: 0.1, reads: 0.4, cas: 0.3 };
    const lines = randomHistory(seed, { ...load, info: 0.2, lie: seed % 2 === 0 ? 0 : 0.3 });
    const operations = readJsonlHistory(lines).keys[0]?.operations ?? [];
    const truth = isLinearizable(operations, false);
    assert.equal(plainSearch(operations, never), truth, `seed ${seed}`);
    counts[truth ? 'valid' : 'invalid'] += 1;
  }
  assert.ok(counts.valid > 500 && counts.invalid > 100, JSON.stringify(counts));
});

test('the checker agrees with the plain search on 900 histories of 100 operations', () => {
  const counts = { valid: 0, invalid: 0, unknown: 0 };
  const ways: readonly (Spoilt | undefined)[] = [undefined, 'stale read', 'double cas'];
  for (let seed = 0; seed < 900; seed += 1) {
    const spoilt = ways[seed % 3];
    const lines = simulatedHistory({
      seed,
      operations: 100,
      clients: 3 + (seed % 5),
      values: seed % 4 < 2 ? 5 : 20,
      reads: seed % 2 === 0 ? 0.3 : 0.6,
      cas: 0.3,
      info: seed % 5 === 0 ? 0.05 : 0,
      ...(spoilt === undefined ? {} : { spoilt }),
    });
    if (lines === undefined) continue;
    const history = readJsonlHistory(lines);
    const truth = plainSearch(history.keys[0]?.operations ?? [], never);
    const { verdict } = checkHistory(history);
    assert.equal(verdict, truth ? 'valid' : 'invalid', `seed ${seed}`);
    counts[verdict] += 1;
  }
  assert.ok(counts.valid > 200 && counts.invalid > 100, JSON.stringify(counts));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRepeatedIds } from '../../src/checker/index.ts';
import { drawnIds } from './drawn-calls.ts';

test('an id that was given out twice is found, with all who were given it', () => {
  const given = drawnIds('|-id a-|  |-id b-|   |-id a-|', '  |-id c-|   |-id a-|');
  const repeated = findRepeatedIds(given).map(({ id, calls }) => [
    id,
    ...calls.map(({ process }) => process),
  ]);
  assert.deepEqual(repeated, [['a', 0, 1, 0]]);
});

test('ids that differ are unique, and so is one that nobody was told of', () => {
  assert.deepEqual(findRepeatedIds(drawnIds('|-id a-|  |-id b-?', '  |-id b-| |-id c-x')), []);
});

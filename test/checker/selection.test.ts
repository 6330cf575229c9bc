import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Configuration, initialConfiguration } from '../../src/checker/configuration.ts';
import { registerOf } from '../../src/checker/register.ts';
import { mostPromising } from '../../src/checker/selection.ts';
import type { Flight } from '../../src/checker/turns.ts';
import { timeline } from './timeline.ts';

/** Three reads in flight together; the first of them completes first, the last one last. */
const [soon, later, last] = flightsOf(
  '|--read 1--|',
  ' |--read 1-------|',
  '  |--read 1-----------|',
);
const flights = [last, soon, later];

test('a configuration that owes what completes next is the first to go', () => {
  const owesSoon = having({ done: later.bit | last.bit });
  const owesLater = having({ done: soon.bit | last.bit });
  const owesLast = having({ done: soon.bit | later.bit });
  assert.deepEqual(mostPromising([owesSoon, owesLast, owesLater], 2, flights), [
    owesLast,
    owesLater,
  ]);
});

test('what takes fewer pending steps to have happened comes first, whatever it owes', () => {
  const cheap = having({ done: 0n, cost: 1 });
  const dear = having({ done: soon.bit | later.bit | last.bit, cost: 2 });
  assert.deepEqual(mostPromising([dear, cheap], 1, flights), [cheap]);
});

test('something of every state is kept, the best of each', () => {
  const best = having({ done: soon.bit | later.bit });
  const good = having({ done: soon.bit });
  const other = having({ done: 0n, state: 2 });
  const worse = having({ done: 0n, state: 2, cost: 1 });
  assert.deepEqual(mostPromising([best, good, worse, other], 2, flights), [best, other]);
});

test('where there is room for all, all are kept as they stand', () => {
  const all = [having({ cost: 2 }), having({ cost: 1 })];
  assert.equal(mostPromising(all, 2, flights), all);
});

function having(more: Partial<Configuration>): Configuration {
  return { ...initialConfiguration, ...more };
}

function flightsOf(...drawing: readonly [string, string, string]): [Flight, Flight, Flight] {
  const { steps } = registerOf(timeline(...drawing).keys[0]?.operations ?? [], false);
  const [a, b, c] = steps.map((step, at) => ({ step, bit: 1n << BigInt(at) }));
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  return [a, b, c];
}

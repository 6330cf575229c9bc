/** The real clock: the only tests that wait for real time. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClock } from '../../src/replica/index.ts';

/** Calls at intervals of this clock, and what each does. Resolves after so many. */
function calls(count: number, ms: number, each: (call: number) => void): Promise<number[]> {
  const timesMs: number[] = [];
  return new Promise((resolve) => {
    const cancel = realClock.every(ms, () => {
      timesMs.push(realClock.now());
      each(timesMs.length);
      if (timesMs.length < count) return;
      cancel();
      resolve(timesMs);
    });
  });
}

function standStill(ms: number): void {
  const endMs = realClock.now() + ms;
  while (realClock.now() < endMs);
}

test('a late call puts off none after it', async () => {
  // Others may hold up this process, too: the best of some attempts counts.
  const tookMs: number[] = [];
  for (let attempt = 0; attempt < 10 && !tookMs.some((ms) => ms < 240); attempt++) {
    const startMs = realClock.now();
    const timesMs = await calls(20, 10, () => standStill(4));
    tookMs.push(Number(timesMs.at(-1)) - startMs);
  }
  const least = Math.min(...tookMs);
  assert.ok(least >= 195 && least < 240, `20 calls in ${tookMs.join(' ')} ms`);
});

test('what was missed is not made up for', async () => {
  const timesMs = await calls(4, 10, (call) => {
    if (call === 2) standStill(65);
  });
  const [, second = 0, , fourth = 0] = timesMs;
  assert.ok(fourth - second >= 65 + 5, `two calls ${fourth - second} ms after one of 65 ms`);
});

test('who cancels while it is called is not called again', async () => {
  let count = 0;
  const cancel = realClock.every(1, () => {
    count++;
    cancel();
  });
  await new Promise<void>((resolve) => realClock.after(20, resolve));
  assert.equal(count, 1);
});

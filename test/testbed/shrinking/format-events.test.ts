/** The end of a run that no scenario can tell: its last events, without what repeats itself. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatEvents } from '../../../src/testbed/shrinking/format-events.ts';
import type { TraceEvent } from '../../../src/testbed/simulation/trace.ts';

function said(...texts: readonly string[]): TraceEvent[] {
  return texts.map((text, at) => ({
    timeMs: 100 * at,
    kind: 'fault',
    fault: 'note',
    phase: 'moment',
    nodes: [],
    text,
  }));
}

function told(events: readonly TraceEvent[], count = 100): string[] {
  const lines = formatEvents(events, count).trimEnd().split('\n');
  return lines.map((line) => line.replace('fault: note: ', ''));
}

test('what is asked and refused again and again is told once, with how often it was', () => {
  const tries = [1, 2, 3, 4].flatMap((n) => [`asked (request ${n})`, `no request ${n}`]);
  assert.deepEqual(told(said('begins', ...tries, 'ends')), [
    '0.0000 begins',
    '(before that the same 3 times)',
    '0.7000 asked (request 4)',
    '0.8000 no request 4',
    '0.9000 ends',
  ]);
  assert.deepEqual(told(said(...tries)).slice(0, 1), ['(before that the same 3 times)']);
});

test('what is only alike in part is told as it was', () => {
  const texts = ['a', 'b', 'a', 'c', 'b', 'c', 'd'];
  const lines = told(said(...texts));
  assert.deepEqual(
    lines.map((line) => line.slice(-1)),
    texts,
  );
});

test('no more lines are told than were asked for, and they are the last', () => {
  assert.deepEqual(told(said('a', 'b', 'c', 'd'), 2), ['0.2000 c', '0.3000 d']);
});

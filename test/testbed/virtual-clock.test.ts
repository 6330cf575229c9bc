/** Time that passes when somebody lets it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom, nextInteger } from '../../src/raft/index.ts';
import { NodeClock } from '../../src/testbed/simulation/node-clock.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

function runAll(clock: VirtualClock, untilMs: number): void {
  while (clock.runNext(untilMs));
}

test('timers go off in order of time, and of being set', () => {
  const clock = new VirtualClock();
  const random = createRandom(1);
  const set = Array.from({ length: 2000 }, (_, order) => ({
    order,
    dueMs: nextInteger(random, 0, 300),
  }));
  const seen: typeof set = [];
  for (const timer of set) clock.after(timer.dueMs, () => void seen.push(timer));
  runAll(clock, 1000);
  const expected = [...set].sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
  assert.deepEqual(seen, expected);
  assert.equal(clock.now(), 1000);
});

test('what is cancelled does not happen', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const cancel = clock.after(5, () => seen.push('once'));
  const stop = clock.every(2, () => {
    seen.push(`at ${clock.now()}`);
    if (clock.now() === 6) stop();
  });
  clock.after(3, cancel);
  runAll(clock, 20);
  assert.deepEqual(seen, ['at 2', 'at 4', 'at 6']);
});

test('what is deferred happens before time passes', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  clock.after(1, () => {
    clock.defer(() => {
      seen.push(`deferred at ${clock.now()}`);
      clock.defer(() => seen.push('and what that deferred'));
    });
    seen.push('first');
  });
  clock.after(1, () => seen.push('second'));
  runAll(clock, 5);
  assert.deepEqual(seen, ['first', 'deferred at 1', 'and what that deferred', 'second']);
});

const nodeClock = (clock: VirtualClock, rate = 1, deferMs = 0): NodeClock =>
  new NodeClock({ clock, rate, deferMs });

test("a node's clock runs at its own rate", () => {
  const clock = new VirtualClock();
  const fast = nodeClock(clock, 1.5);
  const seen: number[] = [];
  fast.every(30, () => seen.push(clock.now()));
  fast.after(45, () => seen.push(clock.now()));
  runAll(clock, 60);
  assert.deepEqual(seen, [20, 30, 40, 60]);
  assert.equal(fast.now(), 90);
});

test('while a node stands still nothing happens; afterwards, what was due, and one tick', () => {
  const clock = new VirtualClock();
  const paused = nodeClock(clock);
  const seen: string[] = [];
  paused.every(10, () => seen.push(`tick at ${clock.now()}`));
  paused.after(25, () => seen.push(`timer at ${clock.now()}`));
  clock.after(15, () => paused.pause());
  clock.after(52, () => paused.resume());
  runAll(clock, 60);
  assert.deepEqual(seen, ['tick at 10', 'tick at 52', 'timer at 52', 'tick at 60']);
});

test('a life that has ended does nothing more', () => {
  const clock = new VirtualClock();
  const ended = nodeClock(clock);
  const seen: string[] = [];
  ended.every(1, () => seen.push('tick'));
  ended.after(5, () => seen.push('timer'));
  ended.defer(() => seen.push('deferred'));
  ended.end();
  ended.every(1, () => seen.push('late tick'));
  ended.perform(() => seen.push('message'));
  runAll(clock, 10);
  assert.deepEqual(seen, []);
});

test('a node may be slow to act', () => {
  const clock = new VirtualClock();
  const slow = nodeClock(clock, 1, 7);
  const seen: number[] = [];
  clock.after(1, () => slow.defer(() => seen.push(clock.now())));
  runAll(clock, 20);
  assert.deepEqual(seen, [8]);
});

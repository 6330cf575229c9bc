import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinObservers, type Observer } from '../../src/replica/index.ts';

test('several observers are told the same, in their order', () => {
  const told: string[] = [];
  const named = (name: string): Observer => ({
    onHalted: (reason, during) => void told.push(`${name}: ${reason}, ${during?.kind}`),
  });
  joinObservers(named('a'), {}, named('b')).onHalted?.('broken', { kind: 'tick' });
  assert.deepEqual(told, ['a: broken, tick', 'b: broken, tick']);
});

test('what nobody wants to know is not told: the hook is absent', () => {
  const joined = joinObservers({ onTimer: () => {} }, { onTimer: () => {} }, {});
  assert.deepEqual(Object.keys(joined), ['onTimer']);
  assert.deepEqual(Object.keys(joinObservers()), []);
});

test('an observer may be a class, alone or among others', () => {
  class Counting implements Observer {
    calls = 0;
    onTimer(): void {
      this.calls++;
    }
  }
  const [first, second] = [new Counting(), new Counting()];
  joinObservers(first).onTimer?.(0);
  joinObservers(first, second).onTimer?.(0);
  assert.deepEqual([first.calls, second.calls], [2, 1]);
});

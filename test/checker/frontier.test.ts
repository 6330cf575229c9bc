import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Configuration,
  covers,
  initialConfiguration,
} from '../../src/checker/configuration.ts';
import { Frontier } from '../../src/checker/frontier.ts';
import { seeded } from './random.ts';

test('what is covered is not kept, also if the sets differ in their high bits alone', () => {
  for (const place of [0n, 29n, 30n, 31n, 100n]) {
    const bit = 1n << place;
    const poor = { ...initialConfiguration, spent: bit };
    const rich = { ...initialConfiguration, done: bit };
    const frontier = new Frontier();
    assert.equal(frontier.add(poor), true);
    assert.equal(frontier.add(rich), true);
    assert.equal(frontier.add(poor), false);
    assert.deepEqual(frontier.all, [rich]);
  }
});

test('of 100 random ones those remain that no other covers, and of many more none twice', () => {
  const random = seeded(1);
  const set = (): bigint => {
    const high = BigInt(Math.floor(random() * 4)) << 40n;
    return high | BigInt(Math.floor(random() * 8));
  };
  const any = (): Configuration => ({
    ...initialConfiguration,
    state: Math.floor(random() * 2),
    done: set(),
    spent: set(),
    shadow: Math.floor(random() * 3),
  });
  for (let round = 0; round < 50; round += 1) {
    const added = Array.from({ length: 100 }, any);
    const frontier = new Frontier();
    for (const it of added) frontier.add(it);
    assertCovered(added, frontier.all);
    for (const it of frontier.all) {
      const others = frontier.all.filter((other) => other !== it && other.state === it.state);
      assert.ok(!others.some((other) => covers(other, it)));
    }
  }
  // None of these covers another.
  const antichain = Array.from({ length: 500 }, (_, at) => {
    const number = BigInt(at);
    return { ...initialConfiguration, done: number, spent: number };
  });
  const frontier = new Frontier();
  for (const it of antichain) assert.equal(frontier.add(it), true);
  for (const it of antichain) assert.equal(frontier.add(it), false);
  assert.deepEqual(frontier.all, antichain);
});

function assertCovered(all: readonly Configuration[], kept: readonly Configuration[]): void {
  for (const it of all) {
    assert.ok(kept.some((other) => other.state === it.state && covers(other, it)));
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../src/raft/index.ts';
import { describeGrudge } from '../../src/testbed/nemesis.ts';
import type { Grudge } from '../../src/testbed/network.ts';
import { drawPartition } from '../../src/testbed/partitions.ts';

const names = (count: number) => Array.from({ length: count }, (_, position) => `n${position}`);

/** For each node whom it hears, itself included. */
function heard(grudge: Grudge, nodes: readonly string[]): string[][] {
  return nodes.map((node) => nodes.filter((other) => !grudge.get(node)?.has(other)));
}

/** Sizes of the parts of a grudge that cuts the nodes into parts. */
function parts(grudge: Grudge, nodes: readonly string[]): number[] {
  const groups = new Set(heard(grudge, nodes).map((group) => group.join()));
  return [...groups].map((group) => group.split(',').length).sort();
}

test('shapes that cut the cluster into parts, for clusters of three to nine', () => {
  const table: [size: number, one: number[], majority: number[], minorityThird: number[]][] = [
    [3, [1, 2], [1, 2], [3]],
    [4, [1, 3], [2, 2], [1, 3]],
    [5, [1, 4], [2, 3], [1, 4]],
    [7, [1, 6], [3, 4], [2, 5]],
    [9, [1, 8], [4, 5], [2, 7]],
  ];
  for (const [size, one, majority, minorityThird] of table) {
    const nodes = names(size);
    for (let seed = 0; seed < 20; seed++) {
      const draw = (shape: Parameters<typeof drawPartition>[0]) =>
        parts(drawPartition(shape, nodes, createRandom(seed)), nodes);
      assert.deepEqual(draw('one'), one);
      assert.deepEqual(draw('majority'), majority);
      assert.deepEqual(draw('minority-third'), minorityThird);
    }
  }
});

test('majorities ring: everybody hears a majority, and no two the same', () => {
  for (const size of [3, 5, 7, 9]) {
    const nodes = names(size);
    for (let seed = 0; seed < 20; seed++) {
      const views = heard(drawPartition('majorities-ring', nodes, createRandom(seed)), nodes);
      for (const view of views) assert.ok(view.length > size / 2, `${size}: ${view}`);
      if (size <= 5) {
        assert.equal(new Set(views.map((view) => view.join())).size, size);
        for (const view of views) assert.equal(view.length, Math.floor(size / 2) + 1);
      }
    }
  }
});

test('the ring of three is one-way: no pair can answer each other, yet all are connected', () => {
  const nodes = names(3);
  for (let seed = 0; seed < 20; seed++) {
    const grudge = drawPartition('majorities-ring', nodes, createRandom(seed));
    const hears = (node: string, other: string) => !grudge.get(node)?.has(other);
    for (const [a, b] of [
      ['n0', 'n1'],
      ['n1', 'n2'],
      ['n0', 'n2'],
    ] as const) {
      assert.notEqual(hears(a, b), hears(b, a));
    }
  }
});

test('who is drawn differs from seed to seed, and not for the same seed', () => {
  const nodes = names(5);
  const draw = (seed: number) =>
    describeGrudge(drawPartition('one', nodes, createRandom(seed)), nodes);
  const drawn = new Set(Array.from({ length: 50 }, (_, seed) => draw(seed)));
  assert.equal(drawn.size, 5);
  assert.equal(draw(7), draw(7));
});

test('a partition is described in a few words', () => {
  const nodes = names(3);
  const cut = new Map([
    ['n0', new Set(['n1', 'n2'])],
    ['n1', new Set(['n0'])],
    ['n2', new Set(['n0'])],
  ]);
  assert.equal(describeGrudge(cut, nodes), 'n0 | n1 n2');
  assert.equal(describeGrudge(new Map(), nodes), 'nobody is cut off');
  assert.equal(
    describeGrudge(new Map([['n0', new Set(['n1'])]]), nodes),
    'n0 hears n2, n1 hears n0 n2, n2 hears n0 n1',
  );
});

/**
 * The shapes of partitions that Jepsen draws from (its documentation of `nemesis.combined`, and
 * what Maelstrom shows in its runs).
 */

import { nextInteger, type Random } from '../raft/index.ts';
import type { Grudge } from './network.ts';
import { shuffle } from './targets.ts';

export const partitionShapes = ['one', 'majority', 'majorities-ring', 'minority-third'] as const;
export type PartitionShape = (typeof partitionShapes)[number];

/** What networks do besides: Jepsen's bridge, links that work in one direction, and any links. */
export type AnyPartitionShape = PartitionShape | 'bridge' | 'one-deaf' | 'one-mute' | 'some-links';

export const allPartitionShapes: readonly AnyPartitionShape[] = [
  ...partitionShapes,
  'bridge',
  'one-deaf',
  'one-mute',
  'some-links',
];

/** Draws who does not hear whom. */
export function drawPartition(
  shape: AnyPartitionShape,
  nodes: readonly string[],
  random: Random,
): Grudge {
  const shuffled = shuffle(nodes, random);
  const [first = ''] = shuffled;
  const others = new Set(shuffled.slice(1));
  switch (shape) {
    case 'bridge':
      return bridge(shuffled);
    case 'one-deaf':
      return new Map([[first, others]]);
    case 'one-mute':
      return new Map(Array.from(others, (node) => [node, new Set([first])]));
    case 'some-links':
      return new Map(
        nodes.map((node) => [node, new Set(nodes.filter(() => nextInteger(random, 0, 5) < 2))]),
      );
    case 'one':
      return split(shuffled, 1);
    case 'majority':
      return split(shuffled, Math.floor(nodes.length / 2));
    case 'minority-third':
      // Up to, but not including, a third: of three nodes that is nobody.
      return split(shuffled, Math.floor((nodes.length - 1) / 3));
    case 'majorities-ring':
      return nodes.length <= 5 ? smallRing(shuffled) : largeRing(shuffled, random);
  }
}

/** Cuts all links between the first `count` nodes and the rest. */
function split(nodes: readonly string[], count: number): Grudge {
  const here = new Set(nodes.slice(0, count));
  const there = new Set(nodes.slice(count));
  return new Map(nodes.map((node) => [node, here.has(node) ? there : here]));
}

/** Two halves that hear one node between them, and not each other. */
function bridge([first = '', ...others]: readonly string[]): Grudge {
  const grudge = new Map(split(others, Math.floor(others.length / 2)));
  grudge.set(first, new Set());
  return grudge;
}

/**
 * Every node hears a majority, and no two the same: nodes stand in a ring, and of each run of a
 * majority the middle one hears just the others. With three nodes a run has two, so each node hears
 * its neighbour on one side only, and is heard by the other.
 */
function smallRing(nodes: readonly string[]): Grudge {
  const majority = Math.floor(nodes.length / 2) + 1;
  const middle = Math.floor(majority / 2);
  return new Map(
    nodes.map((node, position) => {
      const heard = new Set<string>();
      for (let offset = -middle; offset < majority - middle; offset++) {
        heard.add(nodes[(position + offset + nodes.length) % nodes.length] ?? node);
      }
      return [node, new Set(nodes.filter((other) => !heard.has(other)))];
    }),
  );
}

/** For larger clusters: adds links between the least connected nodes until each has a majority. */
function largeRing(nodes: readonly string[], random: Random): Grudge {
  const majority = Math.floor(nodes.length / 2) + 1;
  const links = new Map(nodes.map((node) => [node, new Set([node])]));
  const linksOf = (node: string): Set<string> => links.get(node) ?? new Set();
  for (;;) {
    const order = shuffle(nodes, random).sort((a, b) => linksOf(a).size - linksOf(b).size);
    const [poorest = ''] = order;
    if (linksOf(poorest).size >= majority) break;
    const partner = order.find((other) => !linksOf(poorest).has(other)) ?? poorest;
    linksOf(poorest).add(partner);
    linksOf(partner).add(poorest);
  }
  return new Map(
    nodes.map((node) => [node, new Set(nodes.filter((other) => !linksOf(node).has(other)))]),
  );
}

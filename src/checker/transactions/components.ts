/**
 * Strongly connected components: nodes that each lead to each other, so that a cycle lies within
 * one. Tarjan, "Depth-first search and linear graph algorithms" (1972), with a stack of its own in
 * the place of recursion: a history's chain of transactions is as long as the history.
 */

import type { Graph } from './graph.ts';

/** In the place of a component for nodes that are on no cycle. */
export const noComponent = -1;

/**
 * The component of each node, as a number; `noComponent` where a node would be alone in it.
 *
 * @param follows which edges there are, by their labels
 */
export function componentsOf(
  graph: Graph<unknown>,
  follows: (edgeLabel: number) => boolean,
): Int32Array {
  const { nodeCount, start, to, labels } = graph;
  const components = new Int32Array(nodeCount).fill(noComponent);
  /** When a node was first met, from 1; 0 for not yet. */
  const order = new Int32Array(nodeCount);
  /** The earliest node that is known to be in the same component. */
  const low = new Int32Array(nodeCount);
  const isOpen = new Uint8Array(nodeCount);
  const nextEdge = start.slice();
  const open: number[] = [];
  const path: number[] = [];
  let met = 0;
  let found = 0;

  const meet = (node: number): void => {
    met++;
    order[node] = met;
    low[node] = met;
    isOpen[node] = 1;
    open.push(node);
    path.push(node);
  };
  const lower = (node: number, bound: number): void => {
    if (bound < (low[node] ?? 0)) low[node] = bound;
  };
  /** Whether the walk has gone on to a node that is new. */
  const advance = (node: number): boolean => {
    const end = start[node + 1] ?? 0;
    for (let edge = nextEdge[node] ?? 0; edge < end; edge++) {
      if (!follows(labels[edge] ?? 0)) continue;
      const target = to[edge] ?? 0;
      if (order[target] === 0) {
        nextEdge[node] = edge + 1;
        meet(target);
        return true;
      }
      if (isOpen[target] === 1) lower(node, order[target] ?? 0);
    }
    return false;
  };
  const leave = (node: number): void => {
    path.pop();
    const before = path.at(-1);
    if (before !== undefined) lower(before, low[node] ?? 0);
    if (low[node] !== order[node]) return;
    const members = open.splice(open.lastIndexOf(node));
    for (const member of members) isOpen[member] = 0;
    if (members.length === 1) return;
    for (const member of members) components[member] = found;
    found++;
  };

  for (let root = 0; root < nodeCount; root++) {
    if (order[root] !== 0) continue;
    meet(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      if (!advance(node)) leave(node);
    }
  }
  return components;
}

/** How many nodes the largest component has; 0 when there is none. */
export function largestComponent(components: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const it of components) if (it !== noComponent) sizes.set(it, (sizes.get(it) ?? 0) + 1);
  let largest = 0;
  for (const size of sizes.values()) if (size > largest) largest = size;
  return largest;
}

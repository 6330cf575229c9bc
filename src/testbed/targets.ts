/** Which nodes a fault is to hit: the specifications that Jepsen's `nemesis.combined` draws from. */

import { nextInteger, type Random } from '../raft/index.ts';

export const targets = ['one', 'minority', 'majority', 'all'] as const;
export type Target = (typeof targets)[number];

/** Draws how many, and who; in the order of `nodes`. Never nobody, however small the cluster. */
export function drawTarget(
  nodes: readonly string[],
  random: Random,
): { readonly target: Target; readonly nodes: readonly string[] } {
  const target = targets[nextInteger(random, 0, targets.length)] ?? 'one';
  const drawn = new Set(shuffle(nodes, random).slice(0, sizeOf(target, nodes.length)));
  return { target, nodes: nodes.filter((node) => drawn.has(node)) };
}

function sizeOf(target: Target, nodeCount: number): number {
  const majority = Math.floor(nodeCount / 2) + 1;
  switch (target) {
    case 'one':
      return 1;
    case 'minority':
      // The largest one; where there is none, in clusters of one or two, it is one node.
      return Math.max(1, majority - 1);
    case 'majority':
      return majority;
    case 'all':
      return nodeCount;
  }
}

export function shuffle(nodes: readonly string[], random: Random): string[] {
  const shuffled = [...nodes];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = nextInteger(random, 0, i + 1);
    const [a = '', b = ''] = [shuffled[i], shuffled[j]];
    shuffled[i] = b;
    shuffled[j] = a;
  }
  return shuffled;
}

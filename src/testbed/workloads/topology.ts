/** Who is whose neighbour: the topologies that Maelstrom offers to nodes. */

export const topologyNames = ['line', 'grid', 'tree2', 'tree3', 'tree4', 'total'] as const;
export type TopologyName = (typeof topologyNames)[number];

/** The neighbours of each node. */
export type Topology = { readonly [node: string]: readonly string[] };

/**
 * - `line`: each has the one before and the one after;
 * - `grid`: rows of ⌈√n⌉, each has those beside, above and below;
 * - `tree2`, `tree3`, `tree4`: so many children each, filled level by level;
 * - `total`: each has all others.
 */
export function makeTopology(name: TopologyName, nodes: readonly string[]): Topology {
  const neighboursOf = neighbourPositions(name, nodes.length);
  return Object.fromEntries(
    nodes.map((node, position) => [
      node,
      neighboursOf(position).flatMap((neighbour) => nodes[neighbour] ?? []),
    ]),
  );
}

/** Positions that are no node's are left out later. */
function neighbourPositions(
  name: TopologyName,
  count: number,
): (position: number) => readonly number[] {
  switch (name) {
    case 'line':
      return (position) => [position - 1, position + 1];
    case 'grid': {
      const side = Math.ceil(Math.sqrt(count));
      return (position) => [
        position + side,
        position - side,
        ...(position % side < side - 1 ? [position + 1] : []),
        ...(position % side > 0 ? [position - 1] : []),
      ];
    }
    case 'tree2':
      return treeOf(2);
    case 'tree3':
      return treeOf(3);
    case 'tree4':
      return treeOf(4);
    case 'total':
      return (position) =>
        Array.from({ length: count }, (_, other) => other).filter((other) => other !== position);
  }
}

function treeOf(branches: number): (position: number) => readonly number[] {
  return (position) => [
    ...(position > 0 ? [Math.floor((position - 1) / branches)] : []),
    ...Array.from({ length: branches }, (_, child) => branches * position + 1 + child),
  ];
}

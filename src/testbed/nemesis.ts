/** Injects faults while a test runs: a partition, a pause, the next partition. */

import { nextFraction, nextInteger, type Random } from '../raft/index.ts';
import type { Cancel, Clock } from '../replica/index.ts';
import type { Grudge, Network } from './network.ts';
import { drawPartition, type PartitionShape, partitionShapes } from './partitions.ts';

export type FaultEvent =
  | { readonly f: 'start-partition'; readonly shape: PartitionShape; readonly grudge: Grudge }
  | { readonly f: 'stop-partition' };

export interface NemesisOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly nodes: readonly string[];
  /** How long a partition, or the pause after it, lasts on average. */
  readonly intervalMs: number;
  readonly onEvent: (event: FaultEvent) => void;
}

/** Starts with a partition at once. The returned function ends it; the network stays as it is. */
export function startPartitions(options: NemesisOptions): Cancel {
  const { clock, random, network, nodes, intervalMs, onEvent } = options;
  let cancel: Cancel = () => {};
  const act = (isStart: boolean): void => {
    if (isStart) {
      const shape = partitionShapes[nextInteger(random, 0, partitionShapes.length)] ?? 'one';
      const grudge = drawPartition(shape, nodes, random);
      network.partition(grudge);
      onEvent({ f: 'start-partition', shape, grudge });
    } else {
      network.heal();
      onEvent({ f: 'stop-partition' });
    }
    cancel = clock.after(2 * intervalMs * nextFraction(random), () => act(!isStart));
  };
  act(true);
  return () => cancel();
}

/**
 * A partition in a few words: "n1 | n0 n2 n3 n4" when it cuts the nodes into parts that hear
 * themselves and nobody else; otherwise who hears whom.
 */
export function describeGrudge(grudge: Grudge, nodes: readonly string[]): string {
  const heardBy = (node: string): readonly string[] =>
    nodes.filter((other) => !grudge.get(node)?.has(other));
  const views = new Set(nodes.map((node) => heardBy(node).join(' ')));
  if (views.size === 1) return 'nobody is cut off';
  const isSplit = [...views].join(' ').split(' ').length === nodes.length;
  if (isSplit) return [...views].sort((a, b) => a.length - b.length).join(' | ');
  return nodes
    .map((node) => [node, 'hears', ...heardBy(node).filter((other) => other !== node)].join(' '))
    .join(', ');
}

/** Nodes of somebody's own machine on virtual time, in one process. */

import {
  LocalNetwork,
  type NodeOptions,
  type RaftNode,
  startNode,
} from '../../src/embedding/index.ts';
import { VirtualClock } from '../../src/testbed/virtual-clock.ts';

/** Adds numbers up, and can be made to misbehave. */
export class Sum {
  total = 0;

  apply(amount: number): number {
    if (amount === 666) throw new RangeError('no such number');
    this.total += amount;
    return this.total;
  }

  query(question: 'sum' | 'nonsense'): number {
    if (question === 'nonsense') throw new RangeError('no such question');
    return this.total;
  }

  snapshot(): number {
    return this.total;
  }

  restore(total: number): void {
    this.total = total;
  }
}

export type SumNode = RaftNode<number, 'sum' | 'nonsense', number>;
export type SumOptions = NodeOptions<number, 'sum' | 'nonsense', number, number>;

export interface SumCluster {
  readonly clock: VirtualClock;
  readonly network: LocalNetwork;
  readonly nodes: SumNode[];
  readonly start: (id: string, changes?: Partial<SumOptions>) => Promise<SumNode>;
}

export async function startSums(changes: Partial<SumOptions> = {}): Promise<SumCluster> {
  const clock = new VirtualClock();
  const network = new LocalNetwork({ delayMs: 1 });
  const names = ['a', 'b', 'c'];
  let seed = 1;
  const start: SumCluster['start'] = (id, more = {}) =>
    startNode({
      id,
      nodes: names,
      machine: () => new Sum(),
      storage: 'memory',
      network,
      clock,
      seed: seed++,
      ...changes,
      ...more,
    });
  const nodes = await Promise.all(names.map((id) => start(id)));
  return { clock, network, nodes, start };
}

/** Lets time pass until a promise is settled. */
export async function passing<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let step = 0; step < 3000 && !isSettled; step++) await clock.advance(10);
  if (!isSettled) throw new Error('nothing came of it in 30 s');
  return await promise;
}

export function leaderOf({ nodes }: Pick<SumCluster, 'nodes'>): SumNode {
  const leader = nodes.find((node) => node.status().role === 'leader');
  if (leader === undefined) throw new Error('nobody leads');
  return leader;
}

/** A counter of your own, on three nodes. */

import { LocalNetwork, startNode } from 'raftwright';

class Counter {
  total = 0;
  apply = (amount: number) => {
    this.total += amount;
    return this.total;
  };
  query = () => this.total;
  snapshot = () => this.total;
  restore = (total: number) => {
    this.total = total;
  };
}

const nodes = ['a', 'b', 'c'];
const network = new LocalNetwork();
const machine = () => new Counter();
const start = (id: string) => startNode({ id, nodes, machine, storage: 'memory', network });
const [a, b, c] = await Promise.all([start('a'), start('b'), start('c')]);
console.log(await a.command(5), await b.command(7), await c.query());
await Promise.all([a.stop(), b.stop(), c.stop()]);

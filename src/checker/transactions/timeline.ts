/** When transactions began and ended, as bars below each other. */

import { type AnyTransaction, endOf } from './transaction.ts';

/** Columns from one event to the next: order is drawn, not length. */
const step = 3;

/** One bar for each, all of one width: `├──────┤`, or `├─────╌` where the end is not known. */
export function timelinesOf(
  transactions: readonly (AnyTransaction | undefined)[],
): readonly string[] {
  const moments = transactions.flatMap((it) => {
    if (it === undefined) return [];
    const end = endOf(it);
    return end === Number.POSITIVE_INFINITY ? [it.invoked.rank] : [it.invoked.rank, end];
  });
  const order = [...new Set(moments)].sort((a, b) => a - b);
  const column = (rank: number): number => order.indexOf(rank) * step;
  const width = order.length * step;
  return transactions.map((it) => {
    if (it === undefined) return ' '.repeat(width);
    const begin = column(it.invoked.rank);
    const end = endOf(it);
    const isOpen = end === Number.POSITIVE_INFINITY;
    const last = isOpen ? width - 1 : column(end);
    const bar = `├${'─'.repeat(Math.max(0, last - begin - 1))}${isOpen ? '╌' : '┤'}`;
    return `${' '.repeat(begin)}${bar}`.padEnd(width);
  });
}

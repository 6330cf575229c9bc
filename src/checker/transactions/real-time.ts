/**
 * The order in real time: who had ended before who began.
 *
 * All its pairs would be quadratic in number. What is kept is its transitive reduction: a
 * transaction is linked from the *frontier* only, those that have ended and after which nobody has
 * begun and ended. Members of a frontier overlap each other, so there are no more of them than there
 * were clients at a time. All other pairs follow.
 */

import { type AnyTransaction, endOf } from './transaction.ts';

/**
 * Calls `link` for each pair of the reduction.
 *
 * @param nodes which of the transactions take part, by their positions
 */
export function linkRealTime(
  transactions: readonly AnyTransaction[],
  nodes: readonly number[],
  link: (before: number, after: number) => void,
): void {
  const events: { readonly rank: number; readonly node: number; readonly isEnd: boolean }[] = [];
  const ends = new Set<number>();
  for (const node of nodes) {
    const transaction = transactions[node];
    if (transaction === undefined) continue;
    events.push({ rank: transaction.invoked.rank, node, isEnd: false });
    const end = endOf(transaction);
    if (end === Number.POSITIVE_INFINITY) continue;
    ends.add(node);
    events.push({ rank: end, node, isEnd: true });
  }
  events.sort((a, b) => a.rank - b.rank);

  let frontier: number[] = [];
  /** Whom those that are open began after, where they have an end. */
  const beganAfter = new Map<number, ReadonlySet<number>>();
  for (const { node, isEnd } of events) {
    if (isEnd) {
      const before = beganAfter.get(node);
      beganAfter.delete(node);
      frontier = frontier.filter((it) => before?.has(it) !== true);
      frontier.push(node);
    } else {
      for (const it of frontier) link(it, node);
      if (ends.has(node)) beganAfter.set(node, new Set(frontier));
    }
  }
}

/**
 * Tries all orders of a few operations, one after the other, and says where each comes to its end.
 * The search of `search.ts` decides; this is for people, who want to see every way closed.
 */

import type { Contents, Operation } from './history.ts';
import { absentState, isPending, registerOf, type State, type Step } from './register.ts';

/** An order that cannot be continued. */
export interface DeadEnd {
  /** What happens, one after the other. */
  readonly order: readonly Operation[];
  /** What the register holds then. */
  readonly holds: Contents;
  /** Those of which one would have to be next; none finds what it saw. */
  readonly stuck: readonly Operation[];
}

/** More operations have too many orders to be shown. */
const maxOperations = 10;

const maxDeadEnds = 2000;

/** So many orders, and beginnings of orders, are tried. */
const maxTries = 100_000;

/**
 * All orders of operations that are not linearizable, each as far as it goes; those that go
 * farthest first. Null when there are too many.
 */
export function deadEndsOf(
  operations: readonly Operation[],
  strict: boolean,
): readonly DeadEnd[] | null {
  const { steps, contents } = registerOf(operations, strict);
  if (steps.length > maxOperations) return null;
  const found: DeadEnd[] = [];
  const contentsOf = (state: State): Contents => contents[state] ?? { kind: 'absent' };

  let tries = 0;
  const extend = (order: readonly Step[], state: State): void => {
    if (found.length > maxDeadEnds || tries++ > maxTries) return;
    const left = steps.filter((step) => !order.includes(step));
    const due = Math.min(...left.map(({ completed }) => completed));
    const next = left.filter((step) => step.invoked < due);
    const possible = next.filter((step) => step.admits(state));
    for (const step of possible) extend([...order, step], step.result ?? state);
    const isStuck = possible.every(isPending);
    if (!isStuck) return;
    const stuck = next.filter((step) => !isPending(step)).map(({ operation }) => operation);
    // What may never have happened need not be tried for its own sake.
    if (stuck.length === 0 || (order.length > 0 && isIdle(order))) return;
    found.push({
      order: order.map(({ operation }) => operation),
      holds: contentsOf(state),
      stuck,
    });
  };
  /** Whether the last step is a pending one that nobody asked for: the way without it is shown. */
  const isIdle = (order: readonly Step[]): boolean => {
    const last = order.at(-1);
    return last !== undefined && isPending(last);
  };
  extend([], absentState);
  if (found.length > maxDeadEnds || tries > maxTries) return null;
  const lengthOf = ({ order }: DeadEnd): number => order.length;
  return found.sort((a, b) => lengthOf(b) - lengthOf(a));
}

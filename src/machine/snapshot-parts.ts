/** Snapshots of machines inside of others: a beginning of one's own, and then what is inside. */

import type { StateMachine } from './machine.ts';

/** The inner machine's state is taken now; its parts are made when they are asked for. */
export function snapshotPartsAfter(
  first: Uint8Array,
  machine: StateMachine<never, never, unknown, Uint8Array>,
): Iterable<Uint8Array> {
  return inOrder(first, machine.snapshotParts?.() ?? [machine.snapshot()]);
}

function* inOrder(first: Uint8Array, rest: Iterable<Uint8Array>): Iterable<Uint8Array> {
  yield first;
  yield* rest;
}

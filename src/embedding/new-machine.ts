/** Makes a machine for a life of a node, and tries what can be tried before it has done anything. */

import type { StateMachine } from '../machine/machine.ts';
import type { Formats } from './formats.ts';

/** Machines that a node has. They have carried out commands, and can be nobody else's. */
const taken = new WeakSet<object>();

/**
 * @param create makes a machine in its first state
 * @throws TypeError saying what no node could live with: a machine that is not new, first states
 *     that differ, a snapshot that cannot be written, or that `restore` makes something else of
 */
export function newMachine<Command, Query, Result, Snapshot>(
  create: () => StateMachine<Command, Query, Result, Snapshot>,
  formats: Formats<Command, Result, Snapshot>,
): StateMachine<Command, Query, Result, Snapshot> {
  const isClass = typeof create?.prototype?.apply === 'function';
  if (typeof create !== 'function' || isClass) {
    throw new TypeError('machine must be a function that makes one: () => new Counter()');
  }
  const machine = create();
  for (const method of ['apply', 'query', 'snapshot', 'restore'] as const) {
    if (typeof machine?.[method] === 'function') continue;
    throw new TypeError(`the machine has no method ${method}: see StateMachine`);
  }
  const other = create();
  if (taken.has(machine) || other === machine) {
    throw new TypeError(
      'machine must make a new one each time: this one is in use, or was, and is not in its first ' +
        'state any more',
    );
  }
  const first = formats.snapshot.encode(machine.snapshot());
  if (!isSame(first, formats.snapshot.encode(other.snapshot()))) {
    throw new TypeError(
      "two new machines' snapshots differ: the first state must be the same on every node",
    );
  }
  other.restore(formats.snapshot.decode(first));
  if (!isSame(first, formats.snapshot.encode(other.snapshot()))) {
    throw new TypeError('restore comes to another state than the one that the snapshot was of');
  }
  taken.add(machine);
  return machine;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** All that it takes to replicate a machine: how it is made, and what its values are outside of it. */

import type { SnapshotFormat } from './encoded-snapshots.ts';
import type { StateMachine } from './machine.ts';

/**
 * All that it takes to replicate a machine: how it is made, and how its values are read and written.
 */
export interface MachineKit<
  Command,
  Query,
  Result,
  Snapshot,
  Machine extends StateMachine<Command, Query, Result, Snapshot> = StateMachine<
    Command,
    Query,
    Result,
    Snapshot
  >,
> {
  /** A machine in its first state. */
  create(): Machine;
  /** @throws TypeError when `value`, which a node has sent or a file has held, is not a command */
  parseCommand(value: unknown): Command;
  /** @throws TypeError when `value` is not a result of a command */
  parseResult(value: unknown): Result;
  /** What a command's result weighs while it is remembered, in bytes, about. */
  sizeOfResult(result: Result): number;
  readonly snapshots: SnapshotFormat<Snapshot>;
}

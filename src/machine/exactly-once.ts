/** A machine with all that a replica wants of it: snapshots that are bytes, and sessions. */

import { EncodedSnapshots, type SnapshotFormat } from './encoded-snapshots.ts';
import type { StateMachine } from './machine.ts';
import { SessionMachine, type SessionOptions } from './sessions.ts';

/** What `exactlyOnce` needs to know of a machine. */
export interface ExactlyOnceOptions<Result, Snapshot> extends SessionOptions<Result> {
  /** How the machine's snapshots become bytes. */
  readonly snapshots: SnapshotFormat<Snapshot>;
}

/** Puts `machine` into sessions, so that a command that is tried again takes effect once. */
export function exactlyOnce<Command, Query, Result, Snapshot>(
  machine: StateMachine<Command, Query, Result, Snapshot>,
  options: ExactlyOnceOptions<Result, Snapshot>,
): SessionMachine<Command, Query, Result> {
  return new SessionMachine(new EncodedSnapshots(machine, options.snapshots), options);
}

/** The lin-kv workload by itself; see workloads/lin-kv.ts. */

import type { SnapshotFormat } from '../machine/encoded-snapshots.ts';
import type {
  KeyValueCommand,
  KeyValueMachine,
  KeyValueQuery,
  KeyValueResult,
} from '../machine/key-value.ts';
import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import type { WireFormat } from '../replica/index.ts';
import type { MaelstromNode } from './node.ts';
import {
  type ServeOptions,
  type ServingReplica,
  type ServingSessions,
  serveWorkload,
  type WorkloadObserver,
  workloadLogFormat,
  workloadWireFormat,
} from './serve-workload.ts';
import { linKv } from './workloads/lin-kv.ts';

export type KeyValueReplica = ServingReplica;
export type KeyValueSessions = ServingSessions;
export type LinKvObserver = WorkloadObserver<KeyValueMachine>;
export type LinKvOptions = ServeOptions<
  KeyValueCommand,
  KeyValueQuery,
  KeyValueResult,
  KeyValueMachine
>;

/** What stands in the log. */
export type LoggedCommand = SessionCommand<KeyValueCommand>;

/** How commands and results stand in messages between nodes. */
export const linKvWireFormat: WireFormat<
  LoggedCommand,
  SessionResult<KeyValueResult>
> = workloadWireFormat(linKv.machine);

/** How commands stand in a store. */
export const loggedCommandFormat: SnapshotFormat<LoggedCommand> = workloadLogFormat(linKv.machine);

/** Makes `node` a lin-kv node. Call before `run`. */
export function serveLinKv(node: MaelstromNode, options: LinKvOptions): void {
  serveWorkload(node, linKv, options);
}

/** What a replica is made of. */

import type { StateMachine } from '../machine/machine.ts';
import type { SessionCommand, SessionResult } from '../machine/session-command.ts';
import type { Membership, NodeId, ReadConsistency, Settings } from '../raft/index.ts';
import type { Store } from '../storage/store.ts';
import type { Clock } from './clock.ts';
import type { Observer } from './observer.ts';
import type { PeerMessage, Transport } from './transport.ts';

/** What replicas say to each other: the log holds commands of sessions. */
export type ReplicaMessage<Command, Result> = PeerMessage<
  SessionCommand<Command>,
  SessionResult<Result>
>;

export interface ReplicaOptions<Command, Query, Result> {
  readonly id: NodeId;
  readonly membership: Membership;
  /** Determines this life's chance; different for each node, and for each start of it. */
  readonly seed: number;
  readonly settings?: Settings;
  /** The length of a tick, in milliseconds. */
  readonly tickMs?: number;
  /** A machine with sessions: see SessionMachine. */
  readonly machine: StateMachine<SessionCommand<Command>, Query, SessionResult<Result>, Uint8Array>;
  /** What a client's command weighs, in bytes, for flow control. */
  readonly sizeOf: (command: Command) => number;
  readonly store: Store<SessionCommand<Command>>;
  readonly transport: Transport<SessionCommand<Command>, SessionResult<Result>>;
  readonly clock: Clock;
  readonly observer?: Observer;
  /** What queries rest on. Default: messages alone. By lease only as Settings.leaseReads says. */
  readonly readConsistency?: ReadConsistency;
  /** How many operations may be open at once; more are refused as overloaded. */
  readonly maxOpenRequests?: number;
}

export const defaultTickMs = 10;

export const defaultMaxOpenRequests = 10_000;

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

/** What a replica is made of. */
export interface ReplicaOptions<Command, Query, Result> {
  /** This node. */
  readonly id: NodeId;
  /** The cluster's first membership; see RaftOptions. A store that holds another one counts. */
  readonly membership: Membership;
  /** Determines this life's chance; different for each node, and for each start of it. */
  readonly seed: number;
  /** Default: `defaultSettings`. */
  readonly settings?: Settings;
  /** The length of a tick, in milliseconds. Default: 10. */
  readonly tickMs?: number;
  /** A machine with sessions: see SessionMachine. */
  readonly machine: StateMachine<SessionCommand<Command>, Query, SessionResult<Result>, Uint8Array>;
  /** What a client's command weighs, in bytes, for flow control. */
  readonly sizeOf: (command: Command) => number;
  /** Where term, vote, log and snapshots are kept; it is loaded by `Replica.start`. */
  readonly store: Store<SessionCommand<Command>>;
  /** The way to the other nodes; what comes from them goes to `Replica.receive`. */
  readonly transport: Transport<SessionCommand<Command>, SessionResult<Result>>;
  /** `realClock`, or one of your own, on virtual time. */
  readonly clock: Clock;
  /** Told of what happens, for metrics, logs and traces. */
  readonly observer?: Observer;
  /** What queries rest on. Default: messages alone. By lease only as Settings.leaseReads says. */
  readonly readConsistency?: ReadConsistency;
  /** How many operations may be open at once; more are refused as overloaded. Default: 10,000. */
  readonly maxOpenRequests?: number;
}

/** The length of a tick in milliseconds, unless told. */
export const defaultTickMs = 10;

export const defaultMaxOpenRequests = 10_000;

/** What clients ask of a replica, and how it ends. */

import type { LogIndex } from '../raft/index.ts';

/** What a client asks of a replica. */
export type Operation<Command, Query> =
  /** Goes into the log and changes the state machine. */
  | { readonly kind: 'command'; readonly command: Command }
  /** Asks the state machine, linearizably, and changes nothing. */
  | { readonly kind: 'query'; readonly query: Query };

/** How an operation ended. Every operation ends in exactly one of these, within its deadline. */
export type Outcome<Result> =
  /**
   * A command took effect at this index, or was tried several times and did at an earlier one; what
   * a query was answered holds at this index.
   */
  | { readonly kind: 'done'; readonly result: Result; readonly index: LogIndex }
  /** It did not take effect and never will. */
  | { readonly kind: 'refused'; readonly reason: RefusedReason }
  /** It may have taken effect, or may still. */
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** Why an operation did not take effect, and never will. */
export type RefusedReason =
  /** This node is not the leader. Said between nodes; a client's operation waits for a leader. */
  | 'notLeader'
  /** No leader was found in time, or none that could be given anything. */
  | 'noLeader'
  /** Too much is waiting already. */
  | 'overloaded'
  /** A query that no leader has answered in time. */
  | 'timedOut'
  /** The replica has stopped. */
  | 'stopped';

/** Why nobody can say whether an operation took effect. */
export type UnknownReason =
  /** The command was given to some leader, and its deadline has passed. */
  | 'timedOut'
  /** The replica has stopped while the command was on its way. */
  | 'stopped'
  /**
   * A snapshot took the place of the log entry that would have told. Said between nodes: a client's
   * command is tried again, since its session knows.
   */
  | 'compacted'
  /** The cluster has ended the session, or dropped the result: there were too many. */
  | 'forgotten';

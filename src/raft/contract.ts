/**
 * The contract between a core and its driver: inputs go in, effects come out.
 *
 * A driver calls `step(input)` for whatever happened, as often as it likes, then `drain()`, and
 * carries out the effects in the order in which they stand. Three rules are the driver's part:
 *
 * - writes of `persist` effects are carried out in order, and `persisted` is reported in order;
 * - the messages inside a `persist` effect are sent after its write is durable, never before;
 * - entries of `apply` effects are applied in order, and `applied` is reported.
 *
 * Everything else may be late, lost or repeated without harm to safety.
 */

import type { Message, MessageKind } from './messages.ts';
import type { Entry, HardState, LogIndex, NodeId, RequestId, Term, WriteToken } from './types.ts';

export type Input<Command> =
  /** One unit of time has passed. Its length is the driver's choice. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'receive'; readonly message: Message<Command> }
  /** Replicate a command. Answered by `apply` with the request's id, or by `refuse`. */
  | {
      readonly kind: 'propose';
      readonly requestId: RequestId;
      readonly command: Command;
      readonly bytes: number;
    }
  /** Find an index at which a read is linearizable. Answered by `readReady` or `refuse`. */
  | {
      readonly kind: 'read';
      readonly requestId: RequestId;
      readonly consistency: ReadConsistency;
    }
  /** The write with this token is durable, and so are all before it. */
  | { readonly kind: 'persisted'; readonly token: WriteToken }
  /** A write failed. The core halts: nothing that depends on the store may be said any more. */
  | { readonly kind: 'storageFailed'; readonly reason: string }
  /** The state machine has applied everything up to and including this index. */
  | { readonly kind: 'applied'; readonly index: LogIndex };

/** What a read promises: the newest state as of some moment after the read was asked for. (6.4) */
export type ReadConsistency = 'linearizable';

export type Effect<Command> =
  /** May leave at once, even while earlier writes are not yet durable. */
  | { readonly kind: 'send'; readonly message: Message<Command> }
  | PersistEffect<Command>
  /**
   * Apply these committed entries, in order. `requestIds[i]` is the id of the proposal that became
   * `entries[i]`, or null when it was not proposed here.
   */
  | {
      readonly kind: 'apply';
      readonly entries: readonly Entry<Command>[];
      readonly requestIds: readonly (RequestId | null)[];
    }
  /** The read may be answered from any state that has applied `index`. */
  | { readonly kind: 'readReady'; readonly requestId: RequestId; readonly index: LogIndex }
  | { readonly kind: 'refuse'; readonly requestId: RequestId; readonly refusal: Refusal }
  | RoleChange
  /** A message was not acted on; the reason is for counting and for people. */
  | {
      readonly kind: 'drop';
      readonly from: NodeId;
      readonly message: MessageKind;
      readonly reason: DropReason;
    }
  /** The core has stopped for good; this is its last effect. */
  | { readonly kind: 'halt'; readonly reason: string };

/**
 * One write, and the messages that may leave only once it is durable. The parts are written in the
 * order in which they stand: term and vote, truncation, entries. A write without any of them is a
 * barrier: its messages wait for the writes before it.
 */
export interface PersistEffect<Command> {
  readonly kind: 'persist';
  readonly token: WriteToken;
  /** The new term and vote, or null when they have not changed. */
  readonly hardState: HardState | null;
  /** Delete this entry and all after it, or null. */
  readonly truncateFrom: LogIndex | null;
  /** Append these; the first follows the last entry that is left. */
  readonly entries: readonly Entry<Command>[];
  readonly messages: readonly Message<Command>[];
}

export type RoleKind = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** Why a node's role, term or leader changed. */
export type RoleChangeReason =
  | 'electionTimeout'
  | 'preVoteWon'
  | 'electionWon'
  | 'voteGranted'
  | 'higherTerm'
  | 'leaderFound'
  | 'quorumLost';

/** This node's role, term or view of the leader changed. One effect for each change, in order. */
export interface RoleChange {
  readonly kind: 'roleChange';
  readonly role: RoleKind;
  readonly term: Term;
  readonly leader: NodeId | null;
  readonly previousRole: RoleKind;
  readonly reason: RoleChangeReason;
}

/**
 * Why a request was not carried out. `definite` is true when it did not happen and never will, so
 * that it may be tried again, or its failure reported. Every refusal of the core is definite: a
 * proposal whose fate is open is not refused, it stays undecided until the log shows what became
 * of it.
 */
export type Refusal =
  /** Only a leader can do this. `leader` is whom this node follows, if anyone. */
  | { readonly kind: 'notLeader'; readonly definite: true; readonly leader: NodeId | null }
  /** Too much is waiting already; nothing of this request was kept. */
  | { readonly kind: 'overloaded'; readonly definite: true }
  /** Another leader's entry was committed at the place where this proposal stood. */
  | { readonly kind: 'superseded'; readonly definite: true }
  /** The leader that was to confirm this read has stepped down. Reads change nothing. */
  | { readonly kind: 'leadershipLost'; readonly definite: true }
  /** The store failed, and the core has halted. Said only of what came after that. */
  | { readonly kind: 'halted'; readonly definite: true };

/** Why a message was dropped. */
export type DropReason =
  /** It answers something that is over: an older term, an earlier campaign, a lost leadership. */
  | 'stale'
  /** A vote request while a leader is heard: it is ignored, its term too. (Dissertation 4.2.3) */
  | 'leaderIsAlive'
  /** No correct node sends this in this state; acting on it could break safety. */
  | 'impossible';

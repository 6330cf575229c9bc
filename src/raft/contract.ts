/** The contract between a core and its driver: inputs go in, effects come out. */

import type { Message, MessageKind } from './messages.ts';
import type {
  Entry,
  HardState,
  LogIndex,
  NodeId,
  RequestId,
  SnapshotChunk,
  SnapshotMeta,
  Term,
  WriteToken,
} from './types.ts';

/**
 * What goes into a core by `step`: time, messages, requests, and reports of what became of effects.
 */
export type Input<Command> =
  /** One unit of time has passed. Its length is the driver's choice. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'receive'; readonly message: Message<Command> }
  /** Replicate a command. Answered by `apply` with the request's id, or by `refuse`. */
  | {
      readonly kind: 'propose';
      readonly requestId: RequestId;
      readonly command: Command;
      /** What the command weighs on the wire and on disk; flow control counts it. */
      readonly bytes: number;
    }
  /** Find an index at which a read is linearizable. Answered by `readReady` or `refuse`. */
  | {
      readonly kind: 'read';
      readonly requestId: RequestId;
      readonly consistency: ReadConsistency;
    }
  /**
   * Make these the voters and learners, whoever was before; the leader sees to what is between.
   * Answered by `apply` with the request's id, or by `refuse`. New voters first receive the log as
   * learners, so this may take as long as that takes.
   */
  | {
      readonly kind: 'changeMembership';
      readonly requestId: RequestId;
      readonly voters: readonly NodeId[];
      readonly learners: readonly NodeId[];
    }
  /** Hand leadership over to this voter, or to the best. Answered by `transferred` or `refuse`. */
  | {
      readonly kind: 'transferLeadership';
      readonly requestId: RequestId;
      readonly target: NodeId | null;
    }
  /** The write with this token is durable, and so are all before it. */
  | { readonly kind: 'persisted'; readonly token: WriteToken }
  /** A write failed. The core halts: nothing that depends on the store may be said any more. */
  | { readonly kind: 'storageFailed'; readonly reason: string }
  /** The state machine has applied everything up to and including this index. */
  | { readonly kind: 'applied'; readonly index: LogIndex }
  /** The snapshot that `takeSnapshot` asked for is durable. */
  | { readonly kind: 'snapshotTaken'; readonly index: LogIndex }
  /** It could not be taken. Nothing is lost: the log stays, and it is asked for again later. */
  | { readonly kind: 'snapshotFailed'; readonly index: LogIndex }
  /** What `readSnapshot` asked for. */
  | {
      readonly kind: 'snapshotRead';
      readonly peer: NodeId;
      readonly chunk: Omit<SnapshotChunk, 'snapshot'> & { readonly snapshotIndex: LogIndex };
    }
  /** The snapshot that `readSnapshot` asked for is gone, replaced by a newer one. */
  | { readonly kind: 'snapshotLost'; readonly peer: NodeId; readonly snapshotIndex: LogIndex }
  /** The transport has lost its connection to a peer, and with it perhaps what was on its way. */
  | { readonly kind: 'peerUnreachable'; readonly peer: NodeId };

/**
 * What a read promises. Both are linearizable: the state as of some moment after the read was asked
 * for. They differ in what that rests on.
 *
 * - `linearizable`: on messages alone; a quorum confirms the leader. (Dissertation 6.4)
 * - `linearizableByLease`: also on ticks that come at about the same speed everywhere; no message
 *   is needed while the leader's lease lasts. (6.4.1) Where the settings do not allow leases, and on
 *   followers, it is carried out like `linearizable`.
 */
export type ReadConsistency = 'linearizable' | 'linearizableByLease';

/**
 * What comes out of a core by `drain`.
 *
 * A driver calls `step(input)` for whatever happened, as often as it likes, then `drain()`, and
 * carries out the effects in the order in which they stand; then it drains again, until there are
 * none. Three rules are the driver's part:
 *
 * - writes of `persist` effects are carried out in order, and `persisted` is reported in order;
 * - the messages inside a `persist` effect are sent after its write is durable, never before;
 * - what `apply` and `restore` effects bring is applied in order, and `applied` is reported; a
 *   snapshot is taken at `takeSnapshot`, when all that came before it is applied and nothing else.
 *
 * Everything else may be late, lost or repeated without harm to safety.
 */
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
  /**
   * Replace the state machine's state by this snapshot: it was received, and is durable. Report
   * `applied` with its index.
   */
  | { readonly kind: 'restore'; readonly snapshot: SnapshotMeta }
  /**
   * Take a snapshot of the state machine as it is after the effects before this one, make it
   * durable, and report `snapshotTaken`. Taking may go on while later effects are carried out.
   */
  | { readonly kind: 'takeSnapshot'; readonly snapshot: SnapshotMeta }
  /** Entries up to this index are no longer needed: the store may delete them. */
  | { readonly kind: 'compact'; readonly index: LogIndex }
  /** Read a part of the latest snapshot, at most so many bytes; report `snapshotRead` or `-Lost`. */
  | {
      readonly kind: 'readSnapshot';
      readonly peer: NodeId;
      readonly snapshotIndex: LogIndex;
      /** Where to begin, in bytes. */
      readonly offset: number;
      readonly maxBytes: number;
    }
  /** This node has handed over: it has stepped down for a later term. `roleChange` says whose. */
  | { readonly kind: 'transferred'; readonly requestId: RequestId }
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
  /** The core has stopped for good. After this it only refuses what it is asked. */
  | { readonly kind: 'halt'; readonly reason: string };

/**
 * One write, and the messages that may leave only once it is durable. The parts are written in the
 * order in which they stand: term and vote, snapshot, truncation, entries. A write without any of
 * them is a barrier: its messages wait for the writes before it.
 */
export interface PersistEffect<Command> {
  readonly kind: 'persist';
  /** To be reported by `persisted`. */
  readonly token: WriteToken;
  /** The new term and vote, or null when they have not changed. */
  readonly hardState: HardState | null;
  /**
   * A part of a snapshot that is being received; parts that came before it, of this snapshot only,
   * are kept until the last. The last one completes it, and from then on, in one step, it takes the
   * place of any older snapshot and of *all* entries in the store.
   */
  readonly snapshotChunk: SnapshotChunk | null;
  /** Delete this entry and all after it, or null. */
  readonly truncateFrom: LogIndex | null;
  /** Append these; the first follows the last entry that is left. */
  readonly entries: readonly Entry<Command>[];
  /** To be sent once the write is durable, and not before. */
  readonly messages: readonly Message<Command>[];
}

/** What a node is within its term. (Paper 5.1; pre-candidates: dissertation 9.6) */
export type RoleKind = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** Why a node's role, term or leader changed. */
export type RoleChangeReason =
  | 'electionTimeout'
  | 'preVoteWon'
  | 'electionWon'
  | 'voteGranted'
  | 'transferReceived'
  | 'removed'
  | 'higherTerm'
  | 'leaderFound'
  | 'quorumLost';

/** This node's role, term or view of the leader changed. One effect for each change, in order. */
export interface RoleChange {
  readonly kind: 'roleChange';
  /** What the node is now. */
  readonly role: RoleKind;
  readonly term: Term;
  /** Whom it takes for the leader of this term, if anyone. */
  readonly leader: NodeId | null;
  readonly previousRole: RoleKind;
  readonly reason: RoleChangeReason;
}

/**
 * Why a request was not carried out. `definite` is true when it did not happen and never will, so
 * that it may be tried again, or its failure reported. A proposal whose fate is open is not
 * refused: it stays undecided until the log shows what became of it.
 */
export type Refusal =
  /** Only a leader can do this. `leader` is whom this node follows, if anyone. */
  | { readonly kind: 'notLeader'; readonly definite: true; readonly leader: NodeId | null }
  /** Too much is waiting already; nothing of this request was kept. */
  | { readonly kind: 'overloaded'; readonly definite: true }
  /** This leader is handing over, and takes nothing new meanwhile. */
  | { readonly kind: 'transferring'; readonly definite: true; readonly target: NodeId }
  /** Another leader's entry was committed at the place where this proposal stood. */
  | { readonly kind: 'superseded'; readonly definite: true }
  /** The leader that was to carry this out has stepped down before it could have an effect. */
  | { readonly kind: 'leadershipLost'; readonly definite: true }
  /** One change of membership at a time; another, or an older leader's, is not committed yet. */
  | { readonly kind: 'membershipChangeInProgress'; readonly definite: true }
  /**
   * No entry of the leader's own term is committed yet, so another change may be half done that
   * this leader cannot see. (Ongaro, raft-dev, July 2015)
   */
  | { readonly kind: 'termNotCommitted'; readonly definite: true }
  /** What is asked for makes no sense; `problem` says why. */
  | { readonly kind: 'invalid'; readonly definite: true; readonly problem: string }
  /** A new voter did not catch up with the log; it stays a learner. (Dissertation 4.2.1) */
  | { readonly kind: 'learnerTooSlow'; readonly definite: true; readonly learner: NodeId }
  /** A snapshot has taken the place of the entry, and does not say whose command stood there. */
  | { readonly kind: 'outcomeUnknown'; readonly definite: false }
  /** The target did not take over in time; it may still. */
  | { readonly kind: 'transferTimedOut'; readonly definite: false }
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

/**
 * The messages that nodes exchange: one type for each RPC of the paper, request and response.
 *
 * Every message carries the sender's term. Every response echoes what it answers (a round, the
 * refused `prevIndex`), so that a late one is recognised for what it is: the network may lose,
 * duplicate, delay and reorder messages at will.
 */

import type { Entry, LogIndex, NodeId, SnapshotChunk, SnapshotMeta, Term } from './types.ts';

interface Envelope {
  /** Who sends it. */
  readonly from: NodeId;
  /** Who is to get it. */
  readonly to: NodeId;
}

/**
 * Asks whether the receiver would vote for the sender in a new term. Changes nothing at the
 * receiver: a node that cannot win does not disturb the others by raising terms. (Dissertation 9.6)
 */
export interface PreVoteRequest extends Envelope {
  readonly kind: 'preVoteRequest';
  /** The term that the sender would campaign in: its current term + 1. */
  readonly term: Term;
  /** Counts the sender's pre-votes; echoed, so that an answer to an earlier one does not count. */
  readonly round: number;
  /** The end of the sender's log. */
  readonly lastLogIndex: LogIndex;
  /** The term of the entry there. */
  readonly lastLogTerm: Term;
}

/**
 * Says whether the receiver of a pre-vote request would vote for its sender now. (Dissertation 9.6)
 */
export interface PreVoteResponse extends Envelope {
  readonly kind: 'preVoteResponse';
  /** The receiver's current term. A sender that is behind adopts it. */
  readonly term: Term;
  /** Echo of the request's round. */
  readonly round: number;
  /** Whether it would vote for the sender. */
  readonly granted: boolean;
}

/** RequestVote. (Paper 5.2, Figure 2) */
export interface VoteRequest extends Envelope {
  readonly kind: 'voteRequest';
  /** The term that the sender campaigns in. */
  readonly term: Term;
  /** The end of the sender's log. (5.4.1) */
  readonly lastLogIndex: LogIndex;
  /** The term of the entry there. */
  readonly lastLogTerm: Term;
  /** The leader itself has asked for this campaign: its followers may vote. (3.10, 4.2.3) */
  readonly isTransfer: boolean;
}

/** The answer to a vote request; it leaves once the vote is durable. (Paper 5.2, Figure 2) */
export interface VoteResponse extends Envelope {
  readonly kind: 'voteResponse';
  /** The campaign's term. */
  readonly term: Term;
  /** Whether the sender has voted for the candidate. */
  readonly granted: boolean;
  /** The end of the voter's log: the candidate, once it leads, begins there. */
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
}

/**
 * Tells whoever has asked something in an older term that there is a newer one. (Paper 5.1) It is
 * no answer of the kind that was asked for: its receiver may lead the newer term by now, and must
 * not take it for a word about that.
 */
export interface NewerTerm extends Envelope {
  readonly kind: 'newerTerm';
  /** The newer term, which is the sender's. */
  readonly term: Term;
}

/** AppendEntries with entries, or without when the leader looks for where the logs agree. (5.3) */
export interface AppendRequest<Command> extends Envelope {
  readonly kind: 'appendRequest';
  /** The leader's. */
  readonly term: Term;
  /** The entry just before `entries`; the receiver refuses unless its own log has it. */
  readonly prevIndex: LogIndex;
  /** The term of the entry at `prevIndex`. */
  readonly prevTerm: Term;
  /** Those after `prevIndex`, without gaps; none when the leader looks for where the logs agree. */
  readonly entries: readonly Entry<Command>[];
  /** The leader's commit index. It may lie beyond what this request verifies. */
  readonly commitIndex: LogIndex;
  /** The leader's current round of confirmation; echoed. */
  readonly round: number;
  /** The election timeout that suits the round trips that the leader sees, in ticks; timers.ts. */
  readonly electionTicks: number;
}

/** How a follower answers an append. */
export type AppendResult =
  /** Log and leader agree up to `matchIndex`, and all of it is durable at the follower. */
  | { readonly kind: 'accepted'; readonly matchIndex: LogIndex }
  /**
   * The follower has no entry (prevIndex, prevTerm). The hint is its last entry at or before
   * `prevIndex` whose term is at most `prevTerm`: nothing after that can agree with the leader.
   */
  | {
      readonly kind: 'inconsistent';
      readonly prevIndex: LogIndex;
      readonly hintIndex: LogIndex;
      readonly hintTerm: Term;
    };

/**
 * The answer to an append; one that accepts leaves once the entries are durable. (Paper 5.3)
 */
export interface AppendResponse extends Envelope {
  readonly kind: 'appendResponse';
  /** The follower's current one, which is the leader's. */
  readonly term: Term;
  /** Echo of the request's round. */
  readonly round: number;
  readonly result: AppendResult;
}

/**
 * Says that the leader is alive, and asks whether it still is the leader. The same for every
 * follower. (The paper's empty AppendEntries, without the consistency check: see
 * docs/divergences.md.)
 */
export interface HeartbeatRequest extends Envelope {
  readonly kind: 'heartbeatRequest';
  readonly term: Term;
  /** The leader's commit index. The follower's log may not reach it. */
  readonly commitIndex: LogIndex;
  /** The leader's round of confirmation; echoed. */
  readonly round: number;
  /** The election timeout that suits the round trips that the leader sees, in ticks; timers.ts. */
  readonly electionTicks: number;
}

/** Says that its sender follows the leader that asked, and how far its log is verified. */
export interface HeartbeatResponse extends Envelope {
  readonly kind: 'heartbeatResponse';
  readonly term: Term;
  /** Echo of the request's round. */
  readonly round: number;
  /** Up to here the follower's log is verified against this leader's, and durable. */
  readonly matchIndex: LogIndex;
  /** How much the follower is to be preferred as leader; transfer.ts. */
  readonly priority: number;
}

/**
 * Says that the leader is alive, and how far the log is committed, when nothing else was to be said
 * for an interval. Not answered.
 */
export interface CommitHint extends Envelope {
  readonly kind: 'commitHint';
  readonly term: Term;
  /** The leader's commit index. */
  readonly commitIndex: LogIndex;
  /** The election timeout that suits the round trips that the leader sees, in ticks; timers.ts. */
  readonly electionTicks: number;
}

/** InstallSnapshot: one part of a snapshot. (Paper 7, Figure 13) */
export interface SnapshotRequest extends Envelope, SnapshotChunk {
  readonly kind: 'snapshotRequest';
  readonly term: Term;
  /** The leader's round of confirmation; echoed. */
  readonly round: number;
}

/** What a follower makes of a part of a snapshot. */
export type SnapshotResult =
  /** The next part that the follower can use begins at this offset, in bytes. */
  | {
      readonly kind: 'expects';
      /** In bytes. */
      readonly offset: number;
    }
  /** The follower's log is durable and equal to the leader's up to the snapshot's end. */
  | { readonly kind: 'installed' };

/** The answer to a part of a snapshot. */
export interface SnapshotResponse extends Envelope {
  readonly kind: 'snapshotResponse';
  readonly term: Term;
  /** Echo of the request's round, snapshot and offset. */
  readonly round: number;
  /** The end of the snapshot that the part is of. */
  readonly snapshotIndex: SnapshotMeta['index'];
  /** Where the part began that is answered, in bytes. */
  readonly offset: number;
  readonly result: SnapshotResult;
}

/** Asks the leader for an index at which reads of the sender are linearizable. (6.4) */
export interface ReadIndexRequest extends Envelope {
  readonly kind: 'readIndexRequest';
  readonly term: Term;
  /** Numbers the sender's questions; echoed. */
  readonly sequence: number;
}

/** The leader's answer: a read may be served from any state that has applied `index`. (6.4) */
export interface ReadIndexResponse extends Envelope {
  readonly kind: 'readIndexResponse';
  readonly term: Term;
  /** Echo of the request's sequence. */
  readonly sequence: number;
  /** Null when the leader has too many reads waiting already. */
  readonly index: LogIndex | null;
}

/** Asks its receiver to campaign at once: the sender hands over its leadership. (3.10) */
export interface TimeoutNow extends Envelope {
  readonly kind: 'timeoutNow';
  readonly term: Term;
}

/** All that nodes say to each other to keep their logs equal. */
export type Message<Command> =
  | PreVoteRequest
  | PreVoteResponse
  | VoteRequest
  | VoteResponse
  | NewerTerm
  | AppendRequest<Command>
  | AppendResponse
  | HeartbeatRequest
  | HeartbeatResponse
  | CommitHint
  | SnapshotRequest
  | SnapshotResponse
  | ReadIndexRequest
  | ReadIndexResponse
  | TimeoutNow;

/** What a message is. */
export type MessageKind = Message<unknown>['kind'];

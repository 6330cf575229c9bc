/**
 * All that a node remembers, as plain data: it can be copied, stored and compared.
 *
 * A role is one of four variants, and what only that role has stands on its variant: votes on the
 * candidates, progress and pending reads on the leader.
 */

import type { Effect } from './contract.ts';
import type { Log } from './log.ts';
import type { Message } from './messages.ts';
import type { Progress } from './progress.ts';
import type { Membership } from './quorum.ts';
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';
import type { HardState, LogIndex, NodeId, RequestId, Term, WriteToken } from './types.ts';

/** Follows whoever proves to be the leader of the current term. */
export interface Follower {
  readonly kind: 'follower';
  /** The leader of the current term, once one was heard. */
  leader: NodeId | null;
  /** Since the leader was last heard. */
  ticksSinceLeaderContact: number;
}

/** Asks whether it could win an election, before it starts one. (Dissertation 9.6) */
export interface PreCandidate {
  readonly kind: 'preCandidate';
  readonly round: number;
  /** Who would vote for this node, itself included. */
  readonly granted: NodeId[];
  ticksSinceRequest: number;
}

/** Asks for votes in the current term. (Paper 5.2) */
export interface Candidate {
  readonly kind: 'candidate';
  /** Who voted for this node; itself only once its own vote is durable. */
  readonly granted: NodeId[];
  readonly refused: NodeId[];
  ticksSinceRequest: number;
}

/** The leader of the current term. */
export interface Leader {
  readonly kind: 'leader';
  /** Where each of the other voters stands. */
  readonly progress: readonly Progress[];
  /** Index of the no-op of this leader's term; at this commit index it knows what is committed. */
  readonly termStart: LogIndex;
  /** Counts broadcasts. A response to round r shows that this node was leader after r began. */
  round: number;
  /** A broadcast is due at the next drain: for time, or for reads that wait for a new round. */
  broadcastDue: boolean;
  ticksSinceBroadcast: number;
  /** Reads whose answer is not yet safe, in order of arrival. */
  readonly reads: PendingRead[];
  /** Bytes of the entries beyond the commit index. */
  uncommittedBytes: number;
}

/** A read that waits for its index or its confirmation; see reads.ts. */
export interface PendingRead {
  readonly requestId: RequestId;
  /** The read index, or null until the leader knows what is committed. */
  index: LogIndex | null;
  /** The first round that began after the read arrived. */
  readonly round: number;
}

export type Role = Follower | PreCandidate | Candidate | Leader;

/** Undecided proposals of one term as leader, at consecutive indices; see proposals.ts. */
export interface ProposalRun {
  readonly term: Term;
  /** The index of the first of `requestIds`. */
  firstIndex: LogIndex;
  readonly requestIds: RequestId[];
}

/** A write that was handed out and is not reported durable yet. */
export interface Write {
  readonly token: WriteToken;
  readonly hardState: HardState | null;
  /** The log will be durable up to here, unless it is truncated again before the write is done. */
  lastIndex: LogIndex;
}

/** What is on disk, and what is on its way there; see durability.ts. */
export interface Durability {
  nextToken: WriteToken;
  /** Oldest first. */
  readonly inFlight: Write[];
  durableHardState: HardState;
  /** The log as it stands is durable up to here. */
  durableIndex: LogIndex;
  /** The newest term and vote that were handed out. */
  handedHardState: HardState;
  /** Entries up to here were handed out. */
  handedIndex: LogIndex;
  /** The next write has to begin by deleting from here, or null. */
  truncateFrom: LogIndex | null;
}

/** What waits for the next drain, apart from what a drain derives from the rest of the state. */
export interface Outbox<Command> {
  readonly effects: Effect<Command>[];
  /** Messages that wait until all that was written so far is durable. */
  readonly gated: Message<Command>[];
  readonly readsReady: { readonly requestId: RequestId; readonly index: LogIndex }[];
}

export interface RaftState<Command> {
  readonly id: NodeId;
  readonly settings: Settings;
  readonly membership: Membership;

  // What Figure 2 calls persistent. `durability` knows how much of it is on disk.
  currentTerm: Term;
  /** Who received this node's vote in the current term. */
  votedFor: NodeId | null;
  readonly log: Log<Command>;
  readonly durability: Durability;

  /** The highest entry known to be committed. (Figure 2) */
  commitIndex: LogIndex;
  /** The highest entry handed out to be applied; the driver has reported `appliedIndex`. */
  applyingIndex: LogIndex;
  appliedIndex: LogIndex;
  /**
   * Up to here the log is known to equal that of the current term's leader. What lies beyond may
   * be a leftover of an older term, and is not committed by whatever commit index is announced.
   */
  verifiedIndex: LogIndex;

  role: Role;
  /** Since a leader was heard, a vote was granted, or a campaign was begun. */
  electionElapsedTicks: number;
  /** Drawn anew for each wait, so that nodes rarely campaign at the same time. (Paper 5.2) */
  electionTimeoutTicks: number;
  preVoteRound: number;
  readonly random: Random;

  /** This node's own proposals whose fate is not known yet. */
  readonly proposals: ProposalRun[];
  readonly outbox: Outbox<Command>;
  /** Why the core stopped for good, or null. */
  haltReason: string | null;
}

/** Whom this node takes for the leader of the current term. */
export function knownLeader(state: RaftState<unknown>): NodeId | null {
  switch (state.role.kind) {
    case 'leader':
      return state.id;
    case 'follower':
      return state.role.leader;
    case 'preCandidate':
    case 'candidate':
      return null;
  }
}

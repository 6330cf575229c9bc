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
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';
import type {
  HardState,
  LogIndex,
  MembershipAt,
  NodeId,
  RequestId,
  SnapshotChunk,
  SnapshotMeta,
  Term,
  WriteToken,
} from './types.ts';

/** Follows whoever proves to be the leader of the current term. */
export interface Follower {
  readonly kind: 'follower';
  /** The leader of the current term, once one was heard. */
  leader: NodeId | null;
  /** Reads of this node for which the leader has been asked for an index; see reads.ts. */
  readonly reads: FollowerRead[];
  ticksSinceReadRequest: number;
}

/** A follower's read; the leader's answer to `sequence`, or to a later one, is good for it. */
export interface FollowerRead {
  readonly requestId: RequestId;
  sequence: number | null;
}

/** Asks whether it could win an election, before it starts one. (Dissertation 9.6) */
export interface PreCandidate {
  readonly kind: 'preCandidate';
  /** The first round of this pre-vote; each repetition of the request is a round of its own. */
  readonly firstRound: number;
  /** Who would vote for this node, itself included. */
  readonly granted: NodeId[];
  ticksSinceRequest: number;
}

/** Asks for votes in the current term. (Paper 5.2) */
export interface Candidate {
  readonly kind: 'candidate';
  /** The leader itself has asked for this campaign. */
  readonly isTransfer: boolean;
  /** Who voted for this node; itself only once its own vote is durable. */
  readonly granted: NodeId[];
  /** Who has refused its vote. */
  readonly refused: NodeId[];
  /** Up to where the logs of those who have answered can agree with this one. */
  readonly reaches: { readonly peer: NodeId; readonly index: LogIndex }[];
  ticksSinceRequest: number;
}

/** The leader of the current term. */
export interface Leader {
  readonly kind: 'leader';
  /** Where each of the other members stands. */
  readonly progress: Progress[];
  /** Index of the no-op of this leader's term; at this commit index it knows what is committed. */
  readonly termStart: LogIndex;
  /** Counts broadcasts. A response to round r shows that this node was leader after r began. */
  round: number;
  /** A broadcast is due at the next drain: for time, or for reads that wait for a new round. */
  broadcastDue: boolean;
  ticksSinceBroadcast: number;
  /** When the latest rounds began, oldest first; to measure round trips and leases by. */
  readonly roundStarts: RoundStart[];
  /** The driver was told that this node leads; what has waited for a leader may have come since. */
  isAnnounced: boolean;
  /** Followers that lack nothing but the commit index are told it at the next drain. */
  hintDue: boolean;
  /** Something was to be said to the followers since the last tick. */
  hasTraffic: boolean;
  /** In what share of the latest ticks that was so, smoothed; see timers.ts. */
  traffic: number;
  /** How long this leader leaves a follower without a word, in ticks. */
  intervalTicks: number;
  ticksSinceAdapted: number;
  /** The change of membership that waits for new voters to catch up; see membership-change.ts. */
  change: MembershipChange | null;
  /** This leader is handing over; see transfer.ts. */
  transfer: Transfer | null;
  /** When the last transfer ended, or leadership began. */
  transferEndTicks: number;
  /** Somebody was told to campaign in this term; no lease holds any more. */
  isLeaseVoid: boolean;
  /** Reads whose answer is not yet safe, in order of arrival. */
  readonly reads: PendingRead[];
  /** Bytes of the entries beyond the commit index. */
  uncommittedBytes: number;
}

/** A read that waits for its index or its confirmation; see reads.ts. */
export interface PendingRead {
  readonly origin: ReadOrigin;
  /** The read index, or null until the leader knows what is committed. */
  index: LogIndex | null;
  /** The first round that began after the read arrived. */
  readonly round: number;
}

/** Who waits for a read index: a request of this node, or a follower. */
export type ReadOrigin =
  | { readonly kind: 'own'; readonly requestId: RequestId }
  | { readonly kind: 'follower'; readonly peer: NodeId; readonly sequence: number };

/** When a round began, by the core's own ticks. */
export interface RoundStart {
  /** Which. */
  readonly round: number;
  /** When, by `RaftState.ticks`. */
  readonly ticks: number;
}

/** A change of membership before it is in the log. */
export interface MembershipChange {
  readonly requestId: RequestId;
  readonly voters: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** New voters whose logs lack too much yet. */
  readonly catchUps: CatchUp[];
}

/** A new voter catches up in rounds, each up to where the log ended as it began. (4.2.1) */
export interface CatchUp {
  readonly peer: NodeId;
  /** Which round it is in, from 1. */
  round: number;
  /** Where the log ended as the round began. */
  roundEnd: LogIndex;
  /** Since the round began. */
  roundTicks: number;
  /** What it had last, and since when it has got nothing more. */
  reached: number;
  idleTicks: number;
}

/** A leader's attempt to hand over. */
export interface Transfer {
  /** Null when the leader has decided it by itself. */
  readonly requestId: RequestId | null;
  readonly target: NodeId;
  /** Since it began. */
  ticks: number;
  /** Since the target was told to campaign; null while it lacks entries. */
  ticksSinceTold: number | null;
}

/** A node's role, with what only that role has. (Paper 5.1) */
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
  /** The write completes this snapshot, received from the leader. */
  readonly installs: SnapshotMeta | null;
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
  /** The next write contains this part of a snapshot, or null. */
  snapshotChunk: SnapshotChunk | null;
}

/** This node's snapshots: its own, and one that it receives; see snapshots.ts. */
export interface Snapshots {
  /** The newest that is durable, or null. */
  latest: SnapshotMeta | null;
  /** The driver was asked to take this one. */
  taking: SnapshotMeta | null;
  /** The index of the last that was asked for or received, and the bytes applied since. */
  askedIndex: LogIndex;
  /** See `askedIndex`. */
  bytesSince: number;
  /** A snapshot that the leader is sending, and the offset in bytes that is expected next. */
  receiving: {
    readonly snapshot: SnapshotMeta;
    /** In bytes. */
    nextOffset: number;
  } | null;
  /** Complete, but not durable yet, or not handed out to be restored yet. */
  installing: { readonly snapshot: SnapshotMeta; isDurable: boolean } | null;
}

/** What waits for the next drain, apart from what a drain derives from the rest of the state. */
export interface Outbox<Command> {
  effects: Effect<Command>[];
  /** Messages that wait until all that was written so far is durable. */
  gated: Message<Command>[];
  /** Reads whose index is known; they wait until it is handed out to be applied. */
  readonly readsReady: { readonly requestId: RequestId; readonly index: LogIndex }[];
}

/**
 * All of a core's memory: what Figure 2 calls persistent, what it calls volatile, and what this
 * implementation adds. Plain data, which `Raft.save` copies and `Raft.load` takes.
 */
export interface RaftState<Command> {
  readonly id: NodeId;
  readonly settings: Settings;
  /** What the log says of the membership, oldest first; see membership.ts. */
  readonly memberships: MembershipAt[];

  // What Figure 2 calls persistent. `durability` knows how much of it is on disk.
  currentTerm: Term;
  /** Who received this node's vote in the current term. */
  votedFor: NodeId | null;
  /** Who has shown to be the leader of the current term, also when it is heard no more. */
  termLeader: NodeId | null;
  readonly log: Log<Command>;
  readonly durability: Durability;
  readonly snapshots: Snapshots;

  /** The highest entry known to be committed. (Figure 2) */
  commitIndex: LogIndex;
  /** The highest entry handed out to be applied; the driver has reported `appliedIndex`. */
  applyingIndex: LogIndex;
  /** The highest entry that the driver has reported as applied. (Figure 2) */
  appliedIndex: LogIndex;
  /**
   * Up to here the log is known to equal that of the current term's leader. What lies beyond may
   * be a leftover of an older term, and is not committed by whatever commit index is announced.
   */
  verifiedIndex: LogIndex;
  /** The greatest commit index that the current term's leader has announced. */
  leaderCommit: LogIndex;

  role: Role;
  /** Since a leader was heard, a vote was granted, or a campaign was begun. */
  electionElapsedTicks: number;
  /** Drawn anew for each wait, so that nodes rarely campaign at the same time. (Paper 5.2) */
  electionTimeoutTicks: number;
  /** The shortest wait that suits the network, as far as is known; see timers.ts. */
  electionTicks: number;
  /** When the latest pre-votes began, oldest first; to measure round trips by. */
  readonly preVoteStarts: RoundStart[];
  /** Since this node was started: the clock by which the core remembers when things were. */
  ticks: number;
  /** When a leader, of whatever term, was last heard; for leases, when this node was started. */
  leaderHeardTicks: number;
  /** Numbers this node's questions for a read index. */
  readSequence: number;
  /** Numbers this node's pre-votes, and each repetition of one. */
  preVoteRound: number;
  readonly random: Random;

  /** This node's own proposals whose fate is not known yet. */
  proposals: ProposalRun[];
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

/** All that a node remembers, to look at and not to keep: it changes when the core is stepped. */
export type RaftView = DeepReadonly<RaftState<unknown>>;

type DeepReadonly<T> = T extends number | string | boolean | null | undefined | Uint8Array
  ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> };

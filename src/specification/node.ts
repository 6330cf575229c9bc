/**
 * One node as the specification knows it: the variables of Figure 2, and what it has been told by
 * the messages that it received. It is moved by the rules, and held against the node's own memory
 * after each step.
 */

import type { Disk } from './disk.ts';
import type { History } from './history.ts';
import type { Log } from './log.ts';
import type { SnapshotRequestView } from './message-view.ts';
import type { Network } from './network.ts';
import type { WriteView } from './step-view.ts';
import type { MembershipAtView, MembershipView, RoleName, SnapshotView } from './view.ts';

/** All that the rules look at beside one node. */
export interface World {
  readonly history: History;
  readonly network: Network;
  /** What was committed when followers' questions were first sent, by who asked and the number. */
  readonly questions: Map<string, number>;
  /** Clocks run at the same speed, so that reads by lease must be linearizable too. */
  readonly doClocksAgree: boolean;
  /** A lease lasts less than this: the shortest election timeout, in ticks. */
  readonly leaseTicks: number;
}

/** Where the log ended when votes were asked for. */
export interface Campaign {
  readonly term: number;
  readonly lastLogIndex: number;
  readonly lastLogTerm: number;
  readonly isTransfer: boolean;
}

/** A read, or a follower's question for a read index, that waits for its confirmation. */
export interface Read {
  /**
   * What was committed in the cluster when it came, or when a question was sent: what its answer
   * must cover.
   */
  readonly askedAt: number;
  /** A follower's question: who has asked it, of whom it is the word. */
  readonly asker: string | null;
  /** At a leader: the latest round that had been sent when it came. At a follower: null. */
  readonly roundBefore: number | null;
  /** It may be answered without a quorum's word. */
  readonly isByLease: boolean;
  /** A leader has heard from a quorum since. */
  isConfirmed: boolean;
  /** At a follower: the first question that was sent after it came. */
  sequence: number | null;
  /** At a follower: what leaders have answered to such questions. */
  readonly answers: number[];
}

/** What only a leader has. */
export interface Leading {
  readonly term: number;
  /** The first index of its term. Once that is committed it knows what is. (Dissertation 6.4) */
  readonly termStart: number;
  /** Up to where the others have told it that they have its log on disk. */
  readonly match: Map<string, number>;
  /** The latest round that the others have answered. */
  readonly acked: Map<string, number>;
  /** The latest round that it has sent. */
  sentRound: number;
  /** When the latest rounds were first sent, oldest first. */
  readonly roundStarts: { readonly round: number; readonly ticks: number }[];
  /** Who was told to campaign. */
  readonly told: Set<string>;
  /** Own reads and followers' questions without a quorum's word, in order of arrival. */
  readonly unconfirmed: Read[];
  /** Followers' questions, by who asked and the question's number. */
  readonly questions: Map<string, Read>;
}

/** What a node knew of a term that it has left since its effects were last handed over. */
export interface LeftTerm {
  readonly term: number;
  readonly verified: number;
  readonly roundHeard: number;
}

/**
 * Between two drains a node may take many steps, and what is handed over in the end was true at one
 * of them. This is what is remembered of them.
 */
export interface Window {
  readonly leftTerms: LeftTerm[];
  /** The node led at some moment. */
  led: Leading | null;
  readonly campaigns: Campaign[];
  readonly preCampaigns: Campaign[];
  /** Requests for a pre-vote that came, and whether they may be granted. */
  readonly preVotes: {
    readonly from: string;
    readonly round: number;
    readonly mayGrant: boolean;
  }[];
  readonly parts: SnapshotRequestView[];
  /** Bytes that were read of a snapshot, to be sent. */
  readonly chunks: Uint8Array[];
  /** The log has kept at least this much of what it had. */
  keptUpTo: number;
  /** Where the log ended at the last drain. */
  lastIndexBefore: number;
}

export interface Node {
  readonly id: string;
  isUp: boolean;
  hasFailedStore: boolean;
  /** Since it was started. */
  ticks: number;
  term: number;
  votedFor: string | null;
  role: RoleName;
  readonly log: Log;
  /** Oldest first; the last is in effect. */
  readonly memberships: MembershipAtView[];
  commit: number;
  /** Handed out to be applied. */
  applied: number;
  /** Up to here the log is known to be that of the leader of the term. */
  verified: number;
  /** The greatest commit index that this leader has announced. */
  announced: number;
  /** The latest round of that leader that was heard. */
  roundHeard: number;
  /** Who would vote for it, and the rounds of asking, in this life, of which that counts. */
  readonly preVotes: Set<string>;
  firstPreVoteRound: number;
  lastPreVoteRound: number;
  /** Who votes for it in its term. */
  readonly votes: Set<string>;
  leading: Leading | null;
  readonly reads: Map<number, Read>;
  /** The entries that requests have become. */
  readonly proposals: Map<number, { readonly index: number; readonly term: number }>;
  /** Durable. */
  readonly disk: Disk;
  /** When all that was handed over is durable. */
  readonly written: Disk;
  readonly pending: WriteView[];
  lastToken: number;
  /** Snapshots that were asked for. */
  readonly taking: SnapshotView[];
  /** And could not be taken, as it was said. They may be on disk all the same. */
  readonly notTaken: SnapshotView[];
  readonly window: Window;
  /** Where the patrol along the log is. */
  patrol: number;
}

/** A node that begins with what its disk holds. */
export function createNode(
  id: string,
  disk: Disk,
  log: Log,
  memberships: MembershipAtView[],
): Node {
  const covered = disk.snapshot?.index ?? 0;
  return {
    id,
    isUp: true,
    hasFailedStore: false,
    ticks: 0,
    term: disk.term,
    votedFor: disk.votedFor,
    role: 'follower',
    log,
    memberships,
    commit: covered,
    applied: covered,
    verified: 0,
    announced: 0,
    roundHeard: -1,
    preVotes: new Set(),
    firstPreVoteRound: 0,
    lastPreVoteRound: -1,
    votes: new Set(),
    leading: null,
    reads: new Map(),
    proposals: new Map(),
    disk,
    written: disk.copy(),
    pending: [],
    lastToken: 0,
    taking: [],
    notTaken: [],
    window: {
      leftTerms: [],
      led: null,
      campaigns: [],
      preCampaigns: [],
      preVotes: [],
      parts: [],
      chunks: [],
      keptUpTo: Number.POSITIVE_INFINITY,
      lastIndexBefore: log.lastIndex,
    },
    patrol: 0,
  };
}

/** All was handed over. What goes on is kept: a campaign, a leadership. */
export function beginWindow({ window, leading, role, log }: Node): void {
  const { leftTerms, campaigns, preCampaigns, preVotes, parts, chunks } = window;
  leftTerms.length = 0;
  preVotes.length = 0;
  parts.length = 0;
  chunks.length = 0;
  campaigns.splice(0, campaigns.length - (role === 'candidate' ? 1 : 0));
  preCampaigns.splice(0, preCampaigns.length - (role === 'preCandidate' ? 1 : 0));
  window.led = leading;
  window.keptUpTo = Number.POSITIVE_INFINITY;
  window.lastIndexBefore = log.lastIndex;
}

/** The membership in effect: the last one in the log. (Dissertation 4.1) */
export function membershipOf(node: Node): MembershipView {
  return node.memberships.at(-1)?.membership ?? nobody;
}

const nobody: MembershipView = { voters: [], outgoing: [], learners: [] };

/** The log in memory loses everything after `index`. */
export function truncate(node: Node, index: number): void {
  const { log, memberships, disk, written, window } = node;
  log.keepUpTo(index);
  while (memberships.length > 1 && (memberships.at(-1)?.index ?? 0) > index) memberships.pop();
  disk.distrustAfter(index);
  written.distrustAfter(index);
  window.keptUpTo = Math.min(window.keptUpTo, index);
}

/** Up to where a disk has what the node's memory has. */
export function durableUpTo(world: World, node: Node, disk: Disk): number {
  return disk.agreesUpTo(node.log, world.history);
}

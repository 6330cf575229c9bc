/** A node's state as a plain readonly value, for people and metrics. */

import type { RoleKind } from './contract.ts';
import { firstIndex, lastIndex, lastTerm } from './log.ts';
import { membershipInEffect } from './membership.ts';
import { knownLeader, type RaftState } from './state.ts';
import { asLogIndex, type LogIndex, type Membership, type NodeId, type Term } from './types.ts';

/** What one follower's log looks like to the leader. */
export interface PeerStatus {
  readonly peer: NodeId;
  /** How it is sent entries: one append at a time, a window of them, or a snapshot first. */
  readonly mode: 'probe' | 'replicate' | 'snapshot';
  /** Up to here the follower's log is known to equal the leader's, and durable. (Figure 2) */
  readonly matchIndex: LogIndex;
  /** The next entry to send. (Figure 2) */
  readonly nextIndex: LogIndex;
  /** Appends that were sent and not answered. */
  readonly inflightAppends: number;
  /** Since it was last heard to follow this leader. */
  readonly ticksSinceContact: number;
}

/**
 * Where a node stands, in numbers. Indices are positions in the log; 0 is before the first entry.
 */
export interface RaftStatus {
  readonly id: NodeId;
  readonly role: RoleKind;
  readonly currentTerm: Term;
  /** Who has this node's vote in the current term. */
  readonly votedFor: NodeId | null;
  /** Whom this node takes for the leader of the current term. */
  readonly leader: NodeId | null;
  /** In effect: the latest in the log, committed or not. */
  readonly membership: Membership;
  /** The first entry that is in the log; what came before it stands in a snapshot. */
  readonly firstIndex: LogIndex;
  /** The end of the log. */
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  /** Up to here the log is on disk. */
  readonly durableIndex: LogIndex;
  /** Up to here entries will never be lost or changed, as far as this node knows. */
  readonly commitIndex: LogIndex;
  /** Up to here the machine has applied. */
  readonly appliedIndex: LogIndex;
  /** On a follower, the greatest commit index that the term's leader has announced; else 0. */
  readonly leaderCommit: LogIndex;
  /** Own proposals whose fate is open. */
  readonly pendingProposals: number;
  /** Reads that wait for an index or its confirmation; on a leader, those of followers too. */
  readonly pendingReads: number;
  /** The end of the newest durable snapshot; 0 without one. */
  readonly snapshotIndex: LogIndex;
  /** The shortest election timeout that suits the network, as far as is known, in ticks. */
  readonly electionTicks: number;
  /** To whom this leader is handing over, if it is. */
  readonly transferTarget: NodeId | null;
  /** On a leader, the other members; empty otherwise. */
  readonly peers: readonly PeerStatus[];
  /** Why the core has stopped for good; null while it runs. */
  readonly haltReason: string | null;
}

export function statusOf(state: RaftState<unknown>): RaftStatus {
  const { role, log } = state;
  const isLeader = role.kind === 'leader';
  return {
    id: state.id,
    role: role.kind,
    currentTerm: state.currentTerm,
    votedFor: state.votedFor,
    leader: knownLeader(state),
    membership: membershipInEffect(state),
    firstIndex: firstIndex(log),
    lastIndex: lastIndex(log),
    lastTerm: lastTerm(log),
    durableIndex: state.durability.durableIndex,
    commitIndex: state.commitIndex,
    appliedIndex: state.appliedIndex,
    leaderCommit: state.leaderCommit,
    pendingProposals: state.proposals.reduce((sum, run) => sum + run.requestIds.length, 0),
    pendingReads: isLeader ? role.reads.length : role.kind === 'follower' ? role.reads.length : 0,
    snapshotIndex: asLogIndex(state.snapshots.latest?.index ?? 0),
    electionTicks: state.electionTicks,
    transferTarget: isLeader ? (role.transfer?.target ?? null) : null,
    peers: isLeader
      ? role.progress.map(({ peer, mode, matchIndex, nextIndex, ticksSinceContact }) => ({
          peer,
          mode: mode.kind,
          matchIndex,
          nextIndex,
          inflightAppends: mode.kind === 'replicate' ? mode.inflight.length : 0,
          ticksSinceContact,
        }))
      : [],
    haltReason: state.haltReason,
  };
}

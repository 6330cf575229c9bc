/** A node's state as a plain readonly value, for people and metrics. */

import type { RoleKind } from './contract.ts';
import { firstIndex, lastIndex, lastTerm } from './log.ts';
import { membershipInEffect } from './membership.ts';
import { knownLeader, type RaftState } from './state.ts';
import { asLogIndex, type LogIndex, type Membership, type NodeId, type Term } from './types.ts';

/** What one follower's log looks like to the leader. */
export interface PeerStatus {
  readonly peer: NodeId;
  readonly mode: 'probe' | 'replicate' | 'snapshot';
  readonly matchIndex: LogIndex;
  readonly nextIndex: LogIndex;
  readonly inflightAppends: number;
  readonly ticksSinceContact: number;
}

/**
 * Where a node stands, in numbers. Indices are positions in the log; 0 is before the first entry.
 */
export interface RaftStatus {
  readonly id: NodeId;
  readonly role: RoleKind;
  readonly currentTerm: Term;
  readonly votedFor: NodeId | null;
  readonly leader: NodeId | null;
  readonly membership: Membership;
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  readonly durableIndex: LogIndex;
  readonly commitIndex: LogIndex;
  readonly appliedIndex: LogIndex;
  /** On a follower, the greatest commit index that the term's leader has announced; else 0. */
  readonly leaderCommit: LogIndex;
  /** Own proposals whose fate is open. */
  readonly pendingProposals: number;
  readonly pendingReads: number;
  /** The end of the newest durable snapshot; 0 without one. */
  readonly snapshotIndex: LogIndex;
  /** The shortest election timeout that suits the network, as far as is known, in ticks. */
  readonly electionTicks: number;
  /** To whom this leader is handing over, if it is. */
  readonly transferTarget: NodeId | null;
  /** On a leader, the other members; empty otherwise. */
  readonly peers: readonly PeerStatus[];
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

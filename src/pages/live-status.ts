/**
 * What a node tells at `/status`, as JSON: all that its live page shows beside the metrics. Times are
 * milliseconds since 1970 by the node's clock, which is the system's at the start of the process and
 * goes on evenly from there, so that differences are right whatever becomes of the system's.
 */

import type { RoleChangeReason, RoleKind } from '../raft/index.ts';

export interface LiveStatus {
  /** This node's name. */
  readonly node: string;
  readonly version: string;
  /** The process id. */
  readonly process: number;
  /** When this was said, and when the process was started. */
  readonly nowMs: number;
  readonly startedMs: number;
  readonly uptimeSeconds: number;

  readonly role: RoleKind;
  readonly term: number;
  readonly votedFor: string | null;
  /** Whom this node takes for the leader of its term. */
  readonly leader: string | null;
  /** To whom this leader is handing over, if it is. */
  readonly transferTarget: string | null;
  /** Why this node has stopped for good; null while it goes on. */
  readonly haltReason: string | null;
  /** What it waits for: the lines of `Replica.explain`. */
  readonly explanation: readonly string[];

  /** Everybody of whom this node knows, itself included, in the order of their positions. */
  readonly members: readonly LiveMember[];
  readonly marks: LiveMarks;
  /** On a leader, how far each of the others is; empty otherwise. */
  readonly peers: readonly LivePeer[];
  /** Own proposals, and reads, whose fate is open. */
  readonly pendingProposals: number;
  readonly pendingReads: number;
  /** The shortest election timeout that suits the network. */
  readonly electionTimeoutMs: number;

  /** The latest changes of role, term or leader, oldest first; in the beginning, how it started. */
  readonly roleChanges: readonly LiveRoleChange[];
  /** How many more there were, which are forgotten. */
  readonly roleChangesForgotten: number;

  /** Health checks as in `/health`; the server adds them. */
  readonly checks: readonly LiveCheck[];
}

export interface LiveMember {
  readonly node: string;
  /**
   * Its part in the newest membership: `outgoing` votes only until the change of membership is over;
   * `none` was started with the others, and is no member.
   */
  readonly part: 'voter' | 'learner' | 'outgoing' | 'none';
  /** Where its page is, if it has the port that it would like to have; null when that is unknown. */
  readonly port: number | null;
}

/** Indices of this node's log. */
export interface LiveMarks {
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly durableIndex: number;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** The end of the newest durable snapshot; 0 without one. */
  readonly snapshotIndex: number;
  /** On a follower, the commit index that its leader has announced; else 0. */
  readonly leaderCommit: number;
}

export interface LivePeer {
  readonly node: string;
  readonly mode: 'probe' | 'replicate' | 'snapshot';
  readonly matchIndex: number;
  readonly nextIndex: number;
  readonly inflightAppends: number;
  /** Since it was heard. */
  readonly silentMs: number;
}

export interface LiveRoleChange {
  readonly atMs: number;
  readonly role: RoleKind;
  readonly term: number;
  readonly leader: string | null;
  /** `started` is how the node began. */
  readonly reason: RoleChangeReason | 'started';
}

export interface LiveCheck {
  readonly probe: string;
  readonly name: string;
  readonly ok: boolean;
  readonly excluded: boolean;
  /** Why not; empty when it is ok. */
  readonly reason: string;
}

/**
 * What the specification looks at, written down by hand: it shares no code with what it judges, not
 * even types. The values of the core fit into these shapes; a test checks at compile time that they
 * do. Everything here is only looked at, and may change after the call that brought it.
 */

export type RoleName = 'follower' | 'preCandidate' | 'candidate' | 'leader';

/** Who decides: `outgoing` are the old voters while both sides must agree, else nobody. */
export interface MembershipView {
  readonly voters: readonly string[];
  readonly outgoing: readonly string[];
  readonly learners: readonly string[];
}

/** A membership and the index of the entry that set it; 0 for the first. */
export interface MembershipAtView {
  readonly index: number;
  readonly membership: MembershipView;
}

export type EntryView =
  | {
      readonly kind: 'command';
      readonly index: number;
      readonly term: number;
      readonly command: unknown;
      readonly bytes: number;
    }
  | { readonly kind: 'noop'; readonly index: number; readonly term: number }
  | {
      readonly kind: 'membership';
      readonly index: number;
      readonly term: number;
      readonly membership: MembershipView;
    };

/** Where a snapshot ends, and the membership there. (Paper 7, Figure 12) */
export interface SnapshotView {
  readonly index: number;
  readonly term: number;
  readonly membership: MembershipAtView;
}

export interface ChunkView {
  readonly snapshot: SnapshotView;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly isLast: boolean;
}

/** A node's memory: the variables of Figure 2, and who it thinks decides. */
export interface NodeView {
  readonly currentTerm: number;
  readonly votedFor: string | null;
  readonly role:
    | { readonly kind: 'follower' | 'candidate' }
    /** `firstRound` numbers the first of the present questions; what answers earlier ones is old. */
    | { readonly kind: 'preCandidate'; readonly firstRound: number }
    | {
        readonly kind: 'leader';
        readonly progress: readonly { readonly peer: string; readonly matchIndex: number }[];
      };
  /** `entries[i]` has the index `baseIndex + 1 + i`; what is before them is in a snapshot. */
  readonly log: {
    readonly baseIndex: number;
    readonly baseTerm: number;
    readonly entries: readonly EntryView[];
  };
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** The last one is in effect. */
  readonly memberships: readonly MembershipAtView[];
  /** The newest snapshot that is on this node's disk. */
  readonly snapshots: { readonly latest: SnapshotView | null };
}

/**
 * The vocabulary of the protocol: terms, indices, node ids, log entries.
 *
 * Numbers that mean different things are branded, so that the compiler refuses a term where an
 * index is meant. A brand costs nothing at run time.
 */

declare const brand: unique symbol;

/**
 * A logical clock: each term has at most one leader. 0 is before the first election. (Paper 5.1)
 */
export type Term = number & { readonly [brand]: 'Term' };

/** A position in the log. The first entry has index 1; 0 is the position before it. (Paper 5.3) */
export type LogIndex = number & { readonly [brand]: 'LogIndex' };

/** The name of a node, unique in its cluster. Compared for equality only, never parsed. */
export type NodeId = string & { readonly [brand]: 'NodeId' };

/**
 * Names one request that a driver handed to its core. The driver chooses it, the core only hands it
 * back; it must not be used twice while the first request is undecided.
 */
export type RequestId = number & { readonly [brand]: 'RequestId' };

/** Names one `persist` effect. Later writes have greater tokens. */
export type WriteToken = number & { readonly [brand]: 'WriteToken' };

/** Takes a number for a term; it is not checked. */
export const asTerm = (value: number): Term => value as Term;
/** Takes a number for a position in the log; it is not checked. */
export const asLogIndex = (value: number): LogIndex => value as LogIndex;
/** Takes a text for the name of a node; it is not checked. */
export const asNodeId = (value: string): NodeId => value as NodeId;
/** Takes a number for the id of a request; it is not checked. */
export const asRequestId = (value: number): RequestId => value as RequestId;
/** Takes a number for the name of a write; it is not checked. */
export const asWriteToken = (value: number): WriteToken => value as WriteToken;

/**
 * The earlier of two positions in the log. By comparison, as the later: what `Math.min` gives may be
 * a double to V8, and once a field has held one, all reads and writes of it cost more.
 */
export const earlier = (a: LogIndex, b: LogIndex): LogIndex => (a < b ? a : b);
export const later = (a: LogIndex, b: LogIndex): LogIndex => (a > b ? a : b);

/** A client's command at its place in the log. */
export interface CommandEntry<Command> {
  readonly kind: 'command';
  readonly index: LogIndex;
  /** The term of the leader that created the entry. Together with the index it names the entry. */
  readonly term: Term;
  /** What the state machine is told. The core does not look into it. */
  readonly command: Command;
  /** What the command weighs on the wire and on disk, in bytes; flow control counts it. */
  readonly bytes: number;
}

/**
 * What a new leader appends first. It carries no command; committing it commits everything before
 * it, and tells the leader which entries are committed. (Paper 8, dissertation 6.4)
 */
export interface NoopEntry {
  readonly kind: 'noop';
  readonly index: LogIndex;
  /** The term of the leader that created the entry. */
  readonly term: Term;
  readonly bytes: 0;
}

/** A new membership, in effect from when it stands in a log. (Paper 6, dissertation 4.1) */
export interface MembershipEntry {
  readonly kind: 'membership';
  readonly index: LogIndex;
  /** The term of the leader that created the entry. */
  readonly term: Term;
  readonly membership: Membership;
  readonly bytes: 0;
}

/** An entry of the log. (Paper 5.3) */
export type Entry<Command> = CommandEntry<Command> | NoopEntry | MembershipEntry;

/** Who takes part, and how; what a quorum of it is: quorum.ts. */
export interface Membership {
  /** The voters; while a change is under way, those who will be when it is over. */
  readonly voters: readonly NodeId[];
  /** The voters before the change, while both sides must agree; empty at other times. */
  readonly outgoing: readonly NodeId[];
  /** Nodes that receive the log and have no say. */
  readonly learners: readonly NodeId[];
}

/** A membership and the index of the entry that set it; 0 for a cluster's first. */
export interface MembershipAt {
  readonly index: LogIndex;
  readonly membership: Membership;
}

/**
 * What a snapshot stands for: all entries up to and including `index`, the last of which is of
 * `term`, and the membership in effect there. (Paper 7, Figure 12)
 */
export interface SnapshotMeta {
  /** The last entry that the snapshot covers. */
  readonly index: LogIndex;
  /** Of that entry. */
  readonly term: Term;
  /** In effect there. */
  readonly membership: MembershipAt;
}

/** A part of a snapshot. What the bytes mean is the driver's affair. */
export interface SnapshotChunk {
  readonly snapshot: SnapshotMeta;
  /** Where in the snapshot `data` begins, in bytes. */
  readonly offset: number;
  readonly data: Uint8Array;
  /** Whether the snapshot ends with this part. */
  readonly isLast: boolean;
}

/**
 * What must be durable before a node answers anything that depends on it. (Paper, Figure 2,
 * "persistent state on all servers"; the log is the other part.)
 */
export interface HardState {
  /** The latest term that this node has seen. */
  readonly currentTerm: Term;
  /** The candidate that received this node's vote in `currentTerm`, or null. */
  readonly votedFor: NodeId | null;
}

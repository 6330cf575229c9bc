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

export const asTerm = (value: number): Term => value as Term;
export const asLogIndex = (value: number): LogIndex => value as LogIndex;
export const asNodeId = (value: string): NodeId => value as NodeId;
export const asRequestId = (value: number): RequestId => value as RequestId;
export const asWriteToken = (value: number): WriteToken => value as WriteToken;

/** A client's command at its place in the log. */
export interface CommandEntry<Command> {
  readonly kind: 'command';
  readonly index: LogIndex;
  /** The term of the leader that created the entry. Together with the index it names the entry. */
  readonly term: Term;
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
  readonly term: Term;
  readonly bytes: 0;
}

export type Entry<Command> = CommandEntry<Command> | NoopEntry;

/**
 * What must be durable before a node answers anything that depends on it. (Paper, Figure 2,
 * "persistent state on all servers"; the log is the other part.)
 */
export interface HardState {
  readonly currentTerm: Term;
  /** The candidate that received this node's vote in `currentTerm`, or null. */
  readonly votedFor: NodeId | null;
}

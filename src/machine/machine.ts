/**
 * The smallest thing that can be replicated. A machine does not know that Raft exists: it is given
 * the same commands in the same order on every node, and must come to the same state on each.
 *
 * So `apply` depends on nothing but the state and the command: no clock, no chance, no I/O.
 */
export interface StateMachine<Command, Query, Result, Snapshot> {
  /** Carries out a command and says what came of it. A command that cannot succeed is a result. */
  apply(command: Command): Result;
  /** Answers a question without changing anything. */
  query(query: Query): Result;
  /** All of the state, as a value that later commands do not change. */
  snapshot(): Snapshot;
  /**
   * The same in parts, one after the other, for a state so large that nobody can wait while it is
   * written down. Each part is made when it is asked for, and later commands are applied meanwhile:
   * all are of the state as it is now. Without it, the whole is one part.
   */
  snapshotParts?(): Iterable<Snapshot>;
  /** Replaces the state by what `snapshot` returned, here or on another node. */
  restore(snapshot: Snapshot): void;
}

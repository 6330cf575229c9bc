/** Why a store does not open, or writes nothing more: what, where, and what the operator can do. */

/** What keeps a store from being opened or written. */
export type StoreProblem =
  /** What was durable cannot be read any more. */
  | 'damaged'
  /** A file is missing. */
  | 'missing'
  /** The directory belongs to another node. */
  | 'otherNode'
  /** It was written by a newer version of this program. */
  | 'newerFormat'
  /** Another process has it. */
  | 'inUse'
  /** The file system fails. */
  | 'failed';

/**
 * A store does not open, or writes nothing more. The message says what is wrong, where, and what the
 * operator can do; `problem` says it to programs.
 */
export class StoreRefusal extends Error {
  /** What it is, for programs. */
  readonly problem: StoreProblem;
  /** What is wrong, in a sentence without its full stop. */
  readonly what: string;

  /**
   * @param where the directory, or a file in it
   * @param what see the field
   */
  constructor(problem: StoreProblem, where: string, what: string, directory: string) {
    super(`${where}: ${what}. ${adviceFor(problem, directory)}`);
    this.name = 'StoreRefusal';
    this.problem = problem;
    this.what = what;
  }
}

function adviceFor(problem: StoreProblem, directory: string): string {
  switch (problem) {
    case 'damaged':
    case 'missing':
      return (
        `Nothing was changed. \`raftwright wal verify ${directory}\` says what can be read and ` +
        'done, docs/storage-operations.md why; the safe way is to remove this node from the ' +
        'membership and add it again with an empty directory.'
      );
    case 'otherNode':
      return (
        'Nothing was changed. Give each node, and each machine, a directory of its own. (A cluster ' +
        'without a name goes by its first nodes: name the same ones at every start, whoever is a ' +
        'member now.)'
      );
    case 'newerFormat':
      return 'Nothing was changed. Use the version that wrote it, or a newer one.';
    case 'inUse':
      return 'Nothing was changed. Two processes on one directory would destroy it.';
    case 'failed':
      return (
        'Nothing more is written or acknowledged. What was acknowledged is on disk; see to the ' +
        'disk and start the node again.'
      );
  }
}

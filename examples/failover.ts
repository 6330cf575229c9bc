/** Three nodes in one process: the leader stops in the middle of the work, and another takes over. */

import {
  LocalNetwork,
  OperationError,
  type RaftNode,
  type StateMachine,
  startNode,
} from 'raftwright';

/** Who has done what, in order. */
class Journal implements StateMachine<string, void, readonly string[], readonly string[]> {
  #lines: string[] = [];

  apply(line: string): readonly string[] {
    this.#lines.push(line);
    return this.#lines;
  }

  query(): readonly string[] {
    return this.#lines;
  }

  snapshot(): readonly string[] {
    return this.#lines;
  }

  restore(lines: readonly string[]): void {
    this.#lines = [...lines];
  }
}

type JournalNode = RaftNode<string, void, readonly string[]>;

const nodes = ['a', 'b', 'c'];
const network = new LocalNetwork();
const cluster: JournalNode[] = await Promise.all(
  nodes.map((id) =>
    startNode({ id, nodes, machine: () => new Journal(), storage: 'memory', network }),
  ),
);
const [first] = cluster as [JournalNode, ...JournalNode[]];

// Any node may be asked; it waits until there is a leader.
await first.command('written under the first leader');
const leader = cluster.find((node) => node.leader === node.id) ?? first;
const others = cluster.filter((node) => node !== leader);
const [survivor] = others as [JournalNode, ...JournalNode[]];

await leader.stop();
console.log('The leader has stopped.');

// Sent while nobody leads: it waits for the election.
await survivor.command('written under the second leader');
const isAnother = survivor.leader !== null && survivor.leader !== leader.id;
console.log(`${isAnother ? 'Another' : 'No other'} node leads.`);
for (const line of await survivor.query()) console.log(`- ${line}`);

// One of three is no majority: nothing is done then, and whoever asks is told so.
for (const node of others) if (node !== survivor) await node.stop();
try {
  await survivor.query(undefined, { timeoutMs: 500 });
} catch (error) {
  if (!(error instanceof OperationError)) throw error;
  console.log(`One node alone: ${error.mayHaveHappened ? 'may have' : 'has not'} answered.`);
}
await survivor.stop();

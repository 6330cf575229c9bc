/**
 * What must hold in every scenario, whatever it is about: one leader a term, and one command at
 * each committed index. (Paper, Figure 3)
 */

import type { Entry } from '../../raft/index.ts';
import { demand } from './fault.ts';
import { commandsIn } from './machine.ts';
import type { ScenarioNode } from './node.ts';
import { type Command, formatEntries } from './notation.ts';

/** What is judged of a node. */
export type Judged = Pick<ScenarioNode, 'id' | 'roleChanges' | 'applied' | 'restored'>;

export class Safety {
  readonly #leaderOfTerm = new Map<number, string>();
  readonly #committed: Entry<Command>[] = [];
  /** Forged messages may say what no cluster would. */
  isOff = false;

  /** @throws ScriptFault when the nodes contradict each other. */
  check(nodes: readonly Judged[]): void {
    if (this.isOff) return;
    for (const node of nodes) {
      for (const { role, term } of node.roleChanges) {
        if (role === 'leader') this.#checkLeader(node.id, term);
      }
      this.#checkRestored(node.id, node.restored);
      for (const entry of node.applied) this.#checkCommitted(node.id, entry, entry.index - 1);
    }
  }

  /** A snapshot contains what was committed, as far as that is known. */
  #checkRestored(id: string, { index, commands }: Judged['restored']): void {
    const known = this.#committed.slice(0, index).filter((entry) => entry !== undefined);
    if (known.length < index) return;
    const wanted = commandsIn(known).join(' ');
    const actual = commands.join(' ');
    demand(wanted === actual, `UNSAFE: ${id} restores ${actual} where ${wanted} is committed`);
  }

  #checkLeader(id: string, term: number): void {
    const leader = this.#leaderOfTerm.get(term) ?? id;
    demand(leader === id, `UNSAFE: ${leader} and ${id} both lead term ${term}`);
    this.#leaderOfTerm.set(term, id);
  }

  #checkCommitted(id: string, entry: Entry<Command>, at: number): void {
    const known = this.#committed[at] ?? entry;
    const [wanted, actual] = [formatEntries([known]), formatEntries([entry])];
    demand(wanted === actual, `UNSAFE: ${id} commits ${actual} where ${wanted} is committed`);
    this.#committed[at] = entry;
  }
}

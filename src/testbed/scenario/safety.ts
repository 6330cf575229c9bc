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

/** How much of a node was looked at already. */
interface Seen {
  readonly roleChanges: number;
  readonly applied: number;
  readonly restored: Judged['restored'];
}

export class Safety {
  readonly #leaderOfTerm = new Map<number, string>();
  readonly #committed: Entry<Command>[] = [];
  readonly #seen = new Map<string, Seen>();
  /** Forged messages may say what no cluster would. */
  isOff = false;

  /** @throws ScriptFault when the nodes contradict each other. */
  check(nodes: readonly Judged[]): void {
    if (this.isOff) return;
    for (const node of nodes) {
      const seen = this.#seen.get(node.id);
      const isSameLife = seen?.restored === node.restored;
      for (const { role, term } of node.roleChanges.slice(seen?.roleChanges ?? 0)) {
        if (role === 'leader') this.#checkLeader(node.id, term);
      }
      if (!isSameLife) this.#checkRestored(node.id, node.restored);
      for (const entry of node.applied.slice(isSameLife ? seen.applied : 0)) {
        this.#checkCommitted(node.id, entry, entry.index - 1);
      }
      const { roleChanges, applied, restored } = node;
      const counts = { roleChanges: roleChanges.length, applied: applied.length };
      this.#seen.set(node.id, { ...counts, restored });
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

/** Every entry that ever stood in a log, and those that are committed, whoever knows it. */

import type { LogEntry, NodeWatch } from './node-watch.ts';
import { isSameValue } from './same-value.ts';

interface Registered {
  readonly entry: LogEntry;
  readonly termBefore: number;
}

type MembershipEntry = Extract<LogEntry, { kind: 'membership' }>;

export class CommittedLog {
  readonly #onBroken: (rule: string, detail: string) => void;
  /** By index, then by term. */
  readonly #registered: Map<number, Registered>[] = [];
  readonly #committed: LogEntry[] = [];
  /** In which term each was committed: not its own, when a later leader has committed it. */
  readonly #terms: number[] = [];
  readonly #memberships: MembershipEntry[] = [];
  /** Entries of which somebody was told that they will never take effect: index, then terms. */
  readonly #refused = new Map<number, Set<number>>();

  constructor(onBroken: (rule: string, detail: string) => void) {
    this.#onBroken = onBroken;
  }

  /** In order, from index 1. */
  get entries(): readonly LogEntry[] {
    return this.#committed;
  }

  has({ index, term }: LogEntry): boolean {
    return this.#committed[index - 1]?.term === term;
  }

  /** The last membership that is committed up to an index, or null when it is the first one. */
  membershipAt(index: number): MembershipEntry | null {
    return this.#memberships.findLast((entry) => entry.index <= index) ?? null;
  }

  /**
   * An entry stands in some log. Two entries of the same index and term must be the same, and so
   * must those before them: one step of the induction that shows log matching. (Paper 5.3)
   */
  register(entry: LogEntry, termBefore: number): void {
    const { index, term } = entry;
    if (term < termBefore) this.#onBroken('terms in a log never decrease', `${index}@${term}`);
    this.#registered[index] ??= new Map();
    const known = this.#registered[index]?.get(term);
    if (known === undefined) {
      this.#registered[index]?.set(term, { entry, termBefore });
      return;
    }
    const isSame = known.termBefore === termBefore && isSameContent(known.entry, entry);
    if (!isSame) this.#onBroken('logs that agree at an index agree before it', `${index}@${term}`);
  }

  /** The last entry that was committed in an earlier term: later leaders have it. (Figure 3) */
  lastCommittedBefore(term: number): LogEntry | undefined {
    return this.#committed[this.#terms.findLastIndex((committedIn) => committedIn < term)];
  }

  /** The leader of `term` has a log that is committed up to here. */
  extend(leader: NodeWatch, upTo: number, term: number): void {
    for (let index = this.#committed.length + 1; index <= upTo; index++) {
      const entry = leader.entryAt(index);
      if (entry === undefined) throw new Error(`the leader's log lacks ${index}`);
      this.#committed.push(entry);
      this.#terms.push(term);
      if (entry.kind === 'membership') this.#memberships.push(entry);
      this.#expectNotRefused(entry);
    }
  }

  /** The proposer of an entry was told that it will never take effect. */
  refuse(entry: LogEntry): void {
    const terms = this.#refused.get(entry.index) ?? new Set();
    this.#refused.set(entry.index, terms.add(entry.term));
    const committed = this.#committed[entry.index - 1];
    if (committed !== undefined) this.#expectNotRefused(committed);
  }

  #expectNotRefused({ index, term }: LogEntry): void {
    if (!this.#refused.get(index)?.has(term)) return;
    this.#onBroken('what was refused never takes effect', `${index}@${term}`);
  }
}

function isSameContent(a: LogEntry, b: LogEntry): boolean {
  if (a === b) return true;
  if (a.kind === 'command' && b.kind === 'command') return isSameValue(a.command, b.command);
  if (a.kind === 'membership' && b.kind === 'membership') {
    return isSameValue(a.membership, b.membership);
  }
  return a.kind === b.kind;
}

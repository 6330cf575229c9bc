/**
 * What has happened in the whole cluster, and is never taken back: who led which term, who voted
 * for whom, which entry was created where, and what is committed. No node knows this; whoever
 * watches all of them does. In the published TLA+ specification these are the history variables.
 */

import { fingerprintOfEntry } from './fingerprint.ts';
import type { Log } from './log.ts';
import type { EntryView, MembershipAtView } from './view.ts';
import { demand } from './violation.ts';

/** Of an entry that a snapshot covered before anybody watched. */
const unknownTerm = -1;

export class History {
  readonly #leaders = new Map<number, string>();
  /** By term, who got whose vote. */
  readonly #votes = new Map<number, Map<string, string>>();
  /** By term and index, which name an entry: the fingerprint of what was created there. (5.3) */
  readonly #created = new Map<number, Map<number, number>>();
  /** The terms of the committed entries: `#committed[index]`. */
  readonly #committed: number[] = [0];
  /** The terms of the leaders that have committed them, which never decrease. */
  readonly #committedIn: number[] = [0];
  /** Those among them that set a membership, after the first of all. */
  readonly #memberships: MembershipAtView[];

  constructor(first: MembershipAtView) {
    this.#memberships = [first];
  }

  leaderOf(term: number): string | null {
    return this.#leaders.get(term) ?? null;
  }

  /** Election safety: at most one leader a term. (Paper 5.2, Figure 3) */
  noteLeader(node: string, term: number): void {
    const other = this.#leaders.get(term);
    demand(other === undefined || other === node, node, 'a term has at most one leader', other);
    this.#leaders.set(term, node);
  }

  /** Each voter gives one vote a term, whatever it forgets. (Paper 5.2) */
  noteVote(node: string, term: number, candidate: string): void {
    const votes = this.#votes.get(term) ?? new Map<string, string>();
    this.#votes.set(term, votes);
    const earlier = votes.get(node) ?? candidate;
    demand(earlier === candidate, node, 'a node votes for one candidate a term', term, earlier);
    votes.set(node, candidate);
  }

  /** A leader has created an entry. */
  noteCreated(node: string, entry: EntryView): void {
    const { term, index } = entry;
    const ofTerm = this.#created.get(term) ?? new Map<number, number>();
    this.#created.set(term, ofTerm);
    demand(!ofTerm.has(index), node, 'an index of a term is used for one entry only', index, term);
    ofTerm.set(index, fingerprintOfEntry(entry));
  }

  /** Log matching: whoever holds an entry holds what was created under its name. (Paper 5.3) */
  checkEntry(node: string, entry: EntryView): void {
    const created = this.#created.get(entry.term)?.get(entry.index);
    const isGenuine = created === fingerprintOfEntry(entry);
    demand(isGenuine, node, 'an entry is what its leader created', entry.index, entry.term);
  }

  /** A log that was there before anybody watched. */
  adopt(node: string, log: Log): void {
    for (let index = log.baseIndex + 1; index <= log.lastIndex; index++) {
      const entry = log.entryAt(index);
      if (entry === null) continue;
      if (this.#created.get(entry.term)?.has(index) === true) this.checkEntry(node, entry);
      else this.noteCreated(node, entry);
    }
  }

  get committedIndex(): number {
    return this.#committed.length - 1;
  }

  committedTerm(index: number): number | null {
    return this.#committed[index] ?? null;
  }

  /** The last index that was committed in an earlier term than this. */
  committedBefore(term: number): number {
    return this.#committedIn.findLastIndex((committedIn) => committedIn < term);
  }

  /** The leader of `term` has committed its log up to `to`. */
  commit(node: string, term: number, log: Log, from: number, to: number): void {
    this.checkCommitted(node, log, from, Math.min(to, this.committedIndex));
    for (let index = this.committedIndex + 1; index <= to; index++) {
      const entry = log.entryAt(index);
      demand(entry !== null, node, 'what is committed is in the log', index);
      this.#committed.push(entry.term);
      this.#committedIn.push(term);
      if (entry.kind === 'membership') {
        this.#memberships.push({ index, membership: entry.membership });
      }
    }
  }

  /** State machine safety: what is committed at an index is the same everywhere. (Figure 3) */
  checkCommitted(node: string, log: Log, from: number, to: number): void {
    demand(to <= this.committedIndex, node, 'only a leader is the first to commit', to);
    for (let index = Math.max(from, log.baseIndex); index <= to; index++) {
      const term = this.#committed[index];
      const isSame = term === unknownTerm || term === log.termAt(index);
      demand(isSame, node, 'committed entries are the same on all nodes', index);
    }
  }

  /** What was committed before anybody watched, as a snapshot tells it. */
  adoptCommitted(index: number, term: number, membership: MembershipAtView): void {
    if (index <= this.committedIndex) return;
    while (this.committedIndex < index - 1) this.#committed.push(unknownTerm);
    this.#committed.push(term);
    while (this.#committedIn.length < this.#committed.length) this.#committedIn.push(0);
    this.#memberships.push(membership);
  }

  membershipAt(index: number): MembershipAtView | null {
    return this.#memberships.findLast((it) => it.index <= index) ?? null;
  }
}

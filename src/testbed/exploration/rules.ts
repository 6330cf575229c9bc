/**
 * The rules that a whole world must keep, and what must be remembered to check them.
 *
 * They are stated here once more, apart from the core and without its help: what a quorum is, for
 * one, is not asked of the core. (Paper, Figure 3; dissertation 6.4 for reads)
 */

import type { Membership, NodeId } from '../../raft/index.ts';
import type { NodeFacts } from './automaton.ts';
import { codeAt, type EntryKey, firstDifference, type LogFacts, lastOf } from './entry-key.ts';
import type { NodeEvent } from './node.ts';
import { BrokenRule } from './promises.ts';
import { isProposal } from './world.ts';

/** What has happened that later states must not contradict. */
export interface History {
  /** Every entry that was ever known to be committed, and the term of who committed it. */
  readonly committed: readonly { readonly entry: EntryKey; readonly inTerm: number }[];
  /** Who has led which term, by term. */
  readonly leaders: readonly { readonly term: number; readonly leader: NodeId }[];
  /** Reads that are not answered, and how much was committed when they were asked. */
  readonly reads: readonly {
    readonly request: number;
    readonly node: NodeId;
    readonly floor: number;
  }[];
  /** Proposals that were refused for good. */
  readonly refused: readonly number[];
}

export const emptyHistory: History = { committed: [], leaders: [], reads: [], refused: [] };

/** A step of one node, in the world as it is after it. */
export interface Change {
  readonly nodes: readonly NodeFacts[];
  readonly changed: NodeFacts;
  /** The same node before the step. */
  readonly before: NodeFacts;
  readonly events: readonly NodeEvent[];
  /** The request of a read that was asked in this step, or null. */
  readonly asked: number | null;
  readonly hasCrashed: boolean;
  /** The membership with which the cluster began. */
  readonly firstMembership: Membership;
}

/**
 * The history after a step.
 *
 * @throws BrokenRule
 */
export function advance(history: History, change: Change): History {
  const { changed, nodes } = change;
  const leaders = noteLeader(history, changed, nodes);
  for (const other of nodes) if (other.id !== changed.id) checkLogMatching(changed, other);
  const reads = noteQuestion(history, change);
  const committed = noteCommitted(history, change);
  checkCompleteness(committed, nodes);
  checkMembership(committed, change);
  checkEvents(committed, change);
  const refused = noteRefused(history, change.events);
  checkRefused(committed, refused);
  return { committed, leaders, reads: answerReads(reads, committed, change), refused };
}

/** At most one leader can be elected in a given term, by votes that a majority remembers. (5.2) */
function noteLeader(
  { leaders }: History,
  changed: NodeFacts,
  nodes: readonly NodeFacts[],
): History['leaders'] {
  if (changed.role !== 'leader') return leaders;
  const { term, id, membership } = changed;
  const known = leaders.find((it) => it.term === term);
  if (known === undefined) {
    const hasVoted = ({ diskTerm, diskVote }: NodeFacts): boolean =>
      diskTerm > term || (diskTerm === term && diskVote === id);
    const voters = nodes.filter(hasVoted).map((node) => node.id);
    if (!isAgreed(membership, (voter) => voters.includes(voter))) {
      throw new BrokenRule(
        'a leader has the votes of a majority',
        `${id} leads term ${term}; ${voters.join(' and ') || 'nobody'} may have voted for it`,
      );
    }
    return [...leaders, { term, leader: id }].sort((x, y) => x.term - y.term);
  }
  if (known.leader !== id) {
    throw new BrokenRule('election safety', `${known.leader} and ${id} both lead term ${term}`);
  }
  return leaders;
}

/** If two logs have an entry of the same index and term, they are equal up to there. (5.3) */
function checkLogMatching(x: NodeFacts, y: NodeFacts): void {
  const base = Math.max(x.log.base, y.log.base);
  for (let index = Math.min(lastOf(x.log), lastOf(y.log)); index > base; index--) {
    if (termOf(x.log, index) !== termOf(y.log, index)) continue;
    const difference = firstDifference(x.log, y.log, index);
    if (difference === null) return;
    throw new BrokenRule(
      'log matching',
      `${x.id} and ${y.id} have the same term at ${index}, and differ at ${difference}`,
    );
  }
}

function termOf(log: LogFacts, index: number): number | undefined {
  return log.keys[index - log.base - 1]?.[0];
}

/** What one node holds for committed is durable at a quorum, and is what all hold for committed. */
function noteCommitted({ committed }: History, change: Change): History['committed'] {
  const { changed, before, nodes } = change;
  const { id, log, commitIndex, term } = changed;
  const known = Math.min(commitIndex, committed.length);
  for (let index = log.base + 1; index <= known; index++) {
    if (codeAt(log, index) === codeOf(committed, index)) continue;
    throw new BrokenRule(
      'state-machine safety',
      `${id} holds ${codeAt(log, index)} committed at ${index}, not ${codeOf(committed, index)}`,
    );
  }
  if (commitIndex <= committed.length) return committed;
  const code = codeAt(log, commitIndex);
  const has = (voter: NodeId): boolean => {
    const node = nodes.find((it) => it.id === voter);
    return (
      node !== undefined &&
      (node.snapshotIndex >= commitIndex ||
        (code !== null && codeAt(node.disk, commitIndex) === code))
    );
  };
  // What was appended in this step after the commit, because of it, had no say in it.
  const lastAsOf = Math.max(commitIndex, lastOf(before.log));
  if (!isAgreed(membershipAsOf(committed, change, lastAsOf), has)) {
    throw new BrokenRule(
      'what is committed is durable at a quorum',
      `${id} holds ${code} committed at ${commitIndex}`,
    );
  }
  const news = log.keys.slice(committed.length - log.base, commitIndex - log.base);
  return [...committed, ...news.map((entry) => ({ entry, inTerm: term }))];
}

function codeOf(committed: History['committed'], index: number): string {
  return JSON.stringify(committed[index - 1]?.entry ?? null);
}

function isAgreed({ voters, outgoing }: Membership, has: (voter: NodeId) => boolean): boolean {
  const isMajority = (group: readonly NodeId[]): boolean =>
    2 * group.filter(has).length > group.length;
  return isMajority(voters) && (outgoing.length === 0 || isMajority(outgoing));
}

/** What was committed in a term is in the log of every leader of a later one. (5.4) */
function checkCompleteness(committed: History['committed'], nodes: readonly NodeFacts[]): void {
  for (const { id, role, term, log } of nodes) {
    if (role !== 'leader') continue;
    for (let index = log.base + 1; index <= committed.length; index++) {
      const inTerm = committed[index - 1]?.inTerm ?? term;
      if (inTerm >= term || codeAt(log, index) === codeOf(committed, index)) continue;
      throw new BrokenRule(
        'leader completeness',
        `${id} leads term ${term} and lacks ${codeOf(committed, index)}, ` +
          `committed at ${index} in term ${inTerm}`,
      );
    }
  }
}

/** The last membership in a node's log up to an index, or in what was committed before it. */
function membershipAsOf(
  committed: History['committed'],
  { changed, firstMembership }: Change,
  index: number,
): Membership {
  const { log } = changed;
  const before = committed.slice(0, log.base).map(({ entry }) => entry);
  const entries = [...before, ...log.keys.slice(0, index - log.base)];
  const found = entries.findLast(([, payload]) => typeof payload === 'object')?.[1];
  return typeof found === 'object' ? found : firstMembership;
}

/** The membership in effect is the last one in the log, or as of where the log begins. (6) */
function checkMembership(committed: History['committed'], change: Change): void {
  const { id, log, membership } = change.changed;
  const expected = JSON.stringify(membershipAsOf(committed, change, lastOf(log)));
  if (JSON.stringify(membership) === expected) return;
  throw new BrokenRule(
    'the membership in effect is the last in the log',
    `${id} goes by ${JSON.stringify(membership)}, not by ${expected}`,
  );
}

/** What is applied is what was committed, and so is what a snapshot stands for. */
function checkEvents(committed: History['committed'], { changed, events }: Change): void {
  for (const event of events) {
    if (
      event.kind === 'applied' &&
      JSON.stringify(event.entry) !== codeOf(committed, event.index)
    ) {
      throw new BrokenRule(
        'state-machine safety',
        `${changed.id} applies ${JSON.stringify(event.entry)} at ${event.index}, ` +
          `where ${codeOf(committed, event.index)} was committed`,
      );
    }
    if (event.kind === 'restored' && committed[event.index - 1]?.entry[0] !== event.term) {
      throw new BrokenRule(
        'state-machine safety',
        `${changed.id} restores a snapshot of ${event.index} in term ${event.term}`,
      );
    }
  }
}

function noteRefused({ refused }: History, events: readonly NodeEvent[]): readonly number[] {
  const news = events.flatMap((event) =>
    event.kind === 'refused' && event.isDefinite && isProposal(event.request)
      ? [event.request]
      : [],
  );
  return news.length === 0 ? refused : [...refused, ...news].sort((x, y) => x - y);
}

/** What was refused for good never happens. */
function checkRefused(committed: History['committed'], refused: readonly number[]): void {
  for (const { entry } of committed) {
    const [, payload] = entry;
    if (typeof payload !== 'number' || !refused.includes(payload)) continue;
    throw new BrokenRule('what was refused never happens', `proposal ${payload} was committed`);
  }
}

function noteQuestion({ reads, committed }: History, change: Change): History['reads'] {
  const { changed, asked, hasCrashed } = change;
  const left = hasCrashed ? reads.filter((read) => read.node !== changed.id) : reads;
  if (asked === null) return left;
  return [...left, { request: asked, node: changed.id, floor: committed.length }];
}

/**
 * A read sees all that was committed when it was asked (6.4), and nothing that is not committed:
 * together with the first, no later read sees less.
 */
function answerReads(
  reads: History['reads'],
  committed: History['committed'],
  { events }: Change,
): History['reads'] {
  let left = reads;
  for (const event of events) {
    if (event.kind !== 'readReady' && event.kind !== 'refused') continue;
    const read = left.find((it) => it.request === event.request);
    left = left.filter((it) => it !== read);
    if (event.kind === 'refused' || read === undefined) continue;
    if (event.index >= read.floor && event.index <= committed.length) continue;
    throw new BrokenRule(
      'reads are linearizable',
      `${read.node} answers a read at ${event.index}; ${read.floor} was committed ` +
        `when it was asked, and ${committed.length} is now`,
    );
  }
  return left;
}

/**
 * What must hold of all nodes together, seen by somebody who sees every memory and every disk.
 *
 * Each look is at the one node that has just done something, and at what has changed there, so that
 * looking after every step costs little. The rules are those of the paper's Figure 3, and what this
 * project adds to them; the judge shares no code with the core, and takes nothing that the core says
 * of itself for granted when it can be found out from disks and messages.
 */

import type { Effect, Input, RaftView, SnapshotMeta } from '../../raft/index.ts';
import type { PeerMessage } from '../../replica/transport.ts';
import type { StoreWrite } from '../../storage/store.ts';
import { CommittedLog } from './committed-log.ts';
import type { DurableLog } from './durable-log.ts';
import { durableIndexOf } from './durable-quorum.ts';
import { type LogEntry, NodeWatch } from './node-watch.ts';
import { isSameValue } from './same-value.ts';

export type OnBroken = (rule: string, node: string, detail: string) => void;

type AnyMessage = PeerMessage<unknown, unknown>;

export class ClusterInvariants {
  readonly #onBroken: OnBroken;
  readonly #nodes = new Map<string, NodeWatch>();
  readonly #committed: CommittedLog;
  /** The leader of each term. */
  readonly #leaders = new Map<number, string>();
  #newestLeader: NodeWatch | null = null;
  #newestTerm = 0;
  /** To whom each node has given its vote, by `term`. */
  readonly #votes = new Map<string, Map<number, string>>();
  /** The highest commit index that any node has known. */
  #knownCommit = 0;

  constructor(nodes: readonly string[], onBroken: OnBroken) {
    this.#onBroken = onBroken;
    for (const name of nodes) {
      this.#nodes.set(name, new NodeWatch(name));
      this.#votes.set(name, new Map());
    }
    this.#committed = new CommittedLog((rule, detail) => onBroken(rule, '', detail));
  }

  get leadersSeen(): number {
    return this.#leaders.size;
  }

  /** All that was ever committed, in order. */
  get committed(): readonly LogEntry[] {
    return this.#committed.entries;
  }

  /** A node begins with what its disk holds. */
  loaded(name: string, view: RaftView): void {
    const node = this.#node(name);
    const { disk } = node;
    node.begin(view);
    this.#expect(
      view.currentTerm === disk.currentTerm && view.votedFor === disk.votedFor,
      'a node remembers its term and vote',
      node,
      () =>
        `it has ${view.currentTerm}/${view.votedFor}, saved ${disk.currentTerm}/${disk.votedFor}`,
    );
    this.#lookAtLog(node, view);
    const last = node.entryAt(node.lastIndex);
    this.#expect(
      node.lastIndex === Math.max(disk.lastIndex, node.baseIndex) &&
        (last === undefined || disk.holds(last.index, last.term)),
      'a node remembers its log',
      node,
      () => `its log ends at ${node.lastIndex}, on disk at ${disk.lastIndex}`,
    );
    this.#expectCommitted(node, 0, view.commitIndex);
  }

  crashed(name: string): void {
    this.#node(name).view = null;
  }

  /** A write is on the disk. */
  durable(name: string, write: StoreWrite<unknown>): void {
    const { disk } = this.#node(name);
    disk.note(write);
    const hasNews = write.entries.length > 0 && disk.lastIndex > this.#committed.entries.length;
    if (hasNews) this.#noteDurableQuorum();
  }

  stepped(name: string, input: Input<unknown>, view: RaftView): void {
    const node = this.#node(name);
    if (input.kind === 'read') node.reads.set(input.requestId, this.#knownCommit);
    this.#lookAtLog(node, view);
    if (input.kind === 'propose') {
      const entry = node.entryAt(node.lastIndex);
      const isTaken = entry?.kind === 'command' && entry.command === input.command;
      if (isTaken) node.proposals.set(input.requestId, entry);
    }
    this.#lookAtRole(node, view);
    this.#lookAtCommit(node, view);
  }

  drained(name: string, effects: readonly Effect<unknown>[], view: RaftView): void {
    const node = this.#node(name);
    this.#lookAtLog(node, view);
    this.#lookAtRole(node, view);
    this.#lookAtCommit(node, view);
    for (const effect of effects) this.#lookAtEffect(node, effect);
  }

  #lookAtEffect(node: NodeWatch, effect: Effect<unknown>): void {
    switch (effect.kind) {
      case 'apply':
        for (const { index } of effect.entries) {
          const isNext = index === node.appliedIndex + 1 && index <= node.commitIndex;
          this.#expect(
            isNext,
            'entries are applied in order, when committed',
            node,
            () => `${index} after ${node.appliedIndex}, committed ${node.commitIndex}`,
          );
          node.appliedIndex = index;
        }
        break;
      case 'restore':
        this.#expectSnapshot(node, effect.snapshot);
        this.#expect(effect.snapshot.index >= node.appliedIndex, 'a snapshot never rewinds', node);
        node.appliedIndex = effect.snapshot.index;
        break;
      case 'takeSnapshot':
        this.#expectSnapshot(node, effect.snapshot);
        this.#expect(
          effect.snapshot.index <= node.appliedIndex,
          'a snapshot covers what is applied',
          node,
        );
        break;
      case 'readReady': {
        const floor = node.reads.get(effect.requestId) ?? 0;
        node.reads.delete(effect.requestId);
        this.#expect(
          effect.index >= floor,
          'a read sees what was committed before it',
          node,
          () => `read index ${effect.index}, committed ${floor}`,
        );
        this.#expect(node.appliedIndex >= effect.index, 'a read waits until it is applied', node);
        break;
      }
      case 'refuse': {
        const entry = node.proposals.get(effect.requestId);
        node.reads.delete(effect.requestId);
        if (entry !== undefined && effect.refusal.definite) this.#committed.refuse(entry);
        break;
      }
      case 'drop':
        this.#expect(
          effect.reason !== 'impossible',
          'nobody says what cannot be',
          node,
          () => `${effect.message} from ${effect.from}`,
        );
        break;
      default:
        break;
    }
  }

  /** A message has left a node. */
  sent(message: AnyMessage): void {
    const node = this.#node(message.from);
    const { disk } = node;
    switch (message.kind) {
      case 'voteResponse':
        if (message.granted) this.#noteVote(node, message.term, message.to);
        break;
      case 'appendResponse':
        this.#expectDurableTerm(node, message.term);
        if (message.result.kind === 'accepted')
          this.#expectDurable(node, message.term, message.result.matchIndex);
        break;
      case 'heartbeatResponse':
        this.#expectDurableTerm(node, message.term);
        this.#expectDurable(node, message.term, message.matchIndex);
        break;
      case 'snapshotResponse':
        this.#expectDurableTerm(node, message.term);
        if (message.result.kind !== 'installed') break;
        this.#expect(
          disk.lastIndex >= message.snapshotIndex,
          'what is acknowledged is durable',
          node,
        );
        break;
      default:
        break;
    }
  }

  #noteVote(node: NodeWatch, term: number, candidate: string): void {
    const votes = this.#votes.get(node.name);
    const earlier = votes?.get(term);
    this.#expect(
      earlier === undefined || earlier === candidate,
      'one vote a term',
      node,
      () => `in term ${term} it votes for ${candidate}, and has voted for ${earlier}`,
    );
    votes?.set(term, candidate);
    if (candidate === node.name) return;
    const { currentTerm, votedFor } = node.disk;
    this.#expect(
      currentTerm > term || (currentTerm === term && votedFor === candidate),
      'a vote is durable before it is given',
      node,
      () => `term ${term} for ${candidate}, on disk ${currentTerm}/${votedFor}`,
    );
  }

  #expectDurableTerm(node: NodeWatch, term: number): void {
    this.#expect(node.disk.currentTerm >= term, 'a term is durable before it is answered in', node);
  }

  /** To a leader of an older term it is said of what was there before the log was cut. */
  #expectDurable(node: NodeWatch, messageTerm: number, index: number): void {
    if (messageTerm < node.disk.currentTerm) return;
    const term = messageTerm === node.term ? node.entryAt(index)?.term : undefined;
    const isDurable =
      index <= node.disk.lastIndex && (term === undefined || node.disk.holds(index, term));
    this.#expect(
      isDurable,
      'what is acknowledged is durable',
      node,
      () => `it says ${index}, its disk ends at ${node.disk.lastIndex}`,
    );
  }

  #lookAtLog(node: NodeWatch, view: RaftView): void {
    const baseBefore = node.baseIndex;
    const { removed, added } = node.lookAtLog(view);
    if (removed !== null) {
      this.#expect(
        !this.#committed.has(removed),
        'a committed entry is never deleted',
        node,
        () => `${removed.index}@${removed.term}`,
      );
      const isLeader = node.wasLeader && view.currentTerm === node.term;
      this.#expect(!isLeader, 'a leader never deletes from its log', node);
    }
    for (const entry of added) this.#committed.register(entry, this.#termBefore(node, view, entry));
    const isMembershipOpen =
      node.baseIndex !== baseBefore ||
      (removed !== null && removed.index <= node.membership.index) ||
      added.some(({ kind }) => kind === 'membership') ||
      node.membership.membership === null;
    if (isMembershipOpen) this.#lookAtMembership(node, view);
  }

  #termBefore(node: NodeWatch, view: RaftView, { index }: LogEntry): number {
    if (index === node.baseIndex + 1) return view.log.baseTerm;
    return node.entryAt(index - 1)?.term ?? 0;
  }

  /** In effect is what the log says last, or else the snapshot, or else the first membership. */
  #lookAtMembership(node: NodeWatch, view: RaftView): void {
    const actual = view.memberships.at(-1);
    if (actual === undefined) return;
    const entry = node.findMembership() ?? this.#committed.membershipAt(node.baseIndex);
    node.membership = actual;
    const isRight =
      entry === null
        ? actual.index === 0
        : actual.index === entry.index && isSameValue(actual.membership, entry.membership);
    this.#expect(
      isRight,
      'the last membership in the log is in effect',
      node,
      () => `in effect ${actual.index}, in the log ${entry?.index ?? 0}`,
    );
  }

  #lookAtRole(node: NodeWatch, view: RaftView): void {
    const term = view.currentTerm;
    this.#expect(term >= node.term, 'terms never decrease', node);
    const isLeader = view.role.kind === 'leader';
    if (isLeader && (!node.wasLeader || term !== node.term)) this.#noteLeader(node, term);
    node.term = term;
    node.wasLeader = isLeader;
  }

  #noteLeader(node: NodeWatch, term: number): void {
    const other = this.#leaders.get(term);
    this.#expect(
      other === undefined || other === node.name,
      'one leader a term',
      node,
      () => `term ${term} has the leader ${other}`,
    );
    this.#leaders.set(term, node.name);
    this.#noteVote(node, term, node.name);
    if (term > this.#newestTerm) {
      this.#newestTerm = term;
      this.#newestLeader = node;
    }
    this.#expectComplete(node, term);
  }

  #expectComplete(leader: NodeWatch, term: number): void {
    const last = this.#committed.lastCommittedBefore(term);
    this.#expect(
      last === undefined || leader.has(last.index, last.term),
      'a leader has every committed entry',
      leader,
      () => `it lacks ${last?.index}@${last?.term}`,
    );
  }

  #lookAtCommit(node: NodeWatch, view: RaftView): void {
    const { commitIndex } = view;
    if (commitIndex === node.commitIndex) return;
    this.#expect(commitIndex > node.commitIndex, 'the commit index never decreases', node);
    const { entries } = this.#committed;
    if (commitIndex > entries.length) this.#noteDurableQuorum();
    // One that was deposed, and has not heard of it, may still commit what is of its own term.
    if (commitIndex > entries.length) this.#noteDurableQuorum(node, commitIndex);
    this.#expectCommitted(node, node.commitIndex, commitIndex);
    node.commitIndex = commitIndex;
    this.#knownCommit = Math.max(this.#knownCommit, commitIndex);
  }

  #expectCommitted(node: NodeWatch, after: number, upTo: number): void {
    const { entries } = this.#committed;
    this.#expect(
      upTo <= entries.length,
      'what is committed is durable on a quorum',
      node,
      () => `its commit index is ${upTo}; a quorum has ${entries.length} on disk`,
    );
    for (let index = after + 1; index <= Math.min(upTo, entries.length); index++) {
      const term = entries[index - 1]?.term ?? 0;
      this.#expect(
        node.has(index, term),
        'a committed entry is the same everywhere',
        node,
        () => `at ${index} it has term ${node.entryAt(index)?.term}, committed is ${term}`,
      );
    }
  }

  #expectSnapshot(node: NodeWatch, { index, term, membership }: SnapshotMeta): void {
    const last = this.#committed.entries[index - 1];
    this.#expect(
      last?.term === term,
      'a snapshot ends with a committed entry',
      node,
      () => `${index}@${term}, committed is ${last?.term}`,
    );
    const wanted = this.#committed.membershipAt(index);
    this.#expect(
      wanted === null ? membership.index === 0 : membership.index === wanted.index,
      'a snapshot carries the membership in effect at its end',
      node,
      () => `it carries ${membership.index}, in effect is ${wanted?.index ?? 0}`,
    );
  }

  /** What a quorum of a leader's membership has on disk, of its own term, is committed. (5.4.2) */
  #noteDurableQuorum(leader = this.#newestLeader, upTo = Number.POSITIVE_INFINITY): void {
    const { view } = leader ?? {};
    if (leader === null || view?.role.kind !== 'leader') return;
    const membership = view.memberships.at(-1)?.membership;
    if (membership === undefined) return;
    const diskOf = (name: string): DurableLog | undefined => this.#nodes.get(name)?.disk;
    const durable = Math.min(upTo, durableIndexOf(leader, membership, diskOf));
    if (durable <= this.#committed.entries.length) return;
    const { currentTerm } = view;
    if (leader.entryAt(durable)?.term !== currentTerm) return;
    this.#committed.extend(leader, durable, currentTerm);
    const newest = this.#newestLeader;
    if (newest?.view?.role.kind === 'leader') this.#expectComplete(newest, this.#newestTerm);
  }

  #node(name: string): NodeWatch {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  #expect(holds: boolean, rule: string, node: NodeWatch, detail: () => string = () => ''): void {
    if (!holds) this.#onBroken(rule, node.name, detail());
  }
}

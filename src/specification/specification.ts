/**
 * A second opinion on Raft: what the published algorithm allows, as a program that looks on.
 *
 * A *next-state relation* says which states may follow which. It does not say what happens, only
 * what may: an action may come at any time, or never. Ongaro's TLA+ specification of Raft is one,
 * a disjunction of a dozen actions (Restart, Timeout, BecomeLeader, ClientRequest, and so on), each
 * of them a few lines. An implementation is right if every transition that it ever makes is one of
 * those. So a trace is judged step by step: before each step the state is one that Raft allows, and
 * the question is whether the state after it is one that an action leads to. If so, the step was
 * right, whatever the reason; if not, no later good end makes up for it.
 *
 * The specification keeps each node's state by itself (node.ts), moves it by the rule that applies,
 * and holds the result against the node's memory:
 *
 * - elections.ts    term, vote and role
 * - logs.ts         the log
 * - commitment.ts   the commit index, and what is applied
 * - membership.ts   which memberships follow each other
 * - snapshots.ts    what a snapshot stands for
 * - proposals.ts    what a request is told
 * - reads.ts        when a read may be answered
 * - writes.ts       what goes to the disk, and what a node finds there when it begins again
 * - truth.ts        what a node says
 * - history.ts      what the cluster as a whole must never take back
 * - network.ts      what was ever sent
 *
 * It is naive on purpose, and written from the paper and the dissertation, not from the core, with
 * which it shares no code. Where the project differs from the paper, a comment says "divergence",
 * and why it is safe. It is strict where safety depends on it. It leaves open what does not matter
 * to safety: when anything happens, what is sent and how often, whether a message is heeded.
 */

import {
  judgeApply,
  judgeCommit,
  judgeMatch,
  judgeRestore,
  noteAnnounced,
  noteMatch,
} from './commitment.ts';
import { Disk } from './disk.ts';
import { judgeTermAndRole, noteVotes } from './elections.ts';
import { History } from './history.ts';
import { Log } from './log.ts';
import { demandSameLog, isRemoved, judgeLog } from './logs.ts';
import type { MessageView } from './message-view.ts';
import { Network } from './network.ts';
import { beginWindow, createNode, membershipOf, type Node, type World } from './node.ts';
import { judgeAnswered, judgeRefusal } from './proposals.ts';
import { isSameMembership } from './quorums.ts';
import { confirmReads, judgeReadReady, noteRead, noteReadMessage } from './reads.ts';
import { judgeCompaction, judgeTaking, noteNotTaken, noteTaken } from './snapshots.ts';
import type { EffectView, InputView } from './step-view.ts';
import { judgeMessage, noteLeft } from './truth.ts';
import type { MembershipAtView, NodeView } from './view.ts';
import { demand, SpecificationViolation } from './violation.ts';
import { judgeRestart, judgeWrite, noteDurable } from './writes.ts';

export type { EffectView, InputView, NodeView };
export { SpecificationViolation };

export interface SpecificationOptions {
  /** Everybody who may ever take part. */
  readonly nodes: readonly string[];
  /** The first membership. */
  readonly voters: readonly string[];
  readonly learners?: readonly string[];
  /** All nodes' clocks run at the same speed, so that reads by lease are judged as well. */
  readonly doClocksAgree?: boolean;
  /** The shortest election timeout in ticks; reads by lease are held against it. */
  readonly leaseTicks?: number;
}

/**
 * Judges the traces of all nodes of a cluster. Every method throws a SpecificationViolation when
 * what it is told is not allowed. It remembers about 100 bytes for each entry that was ever created,
 * and less for each of the last million messages.
 */
export class Specification {
  readonly #world: World;
  readonly #first: MembershipAtView;
  readonly #names: ReadonlySet<string>;
  readonly #nodes = new Map<string, Node>();

  constructor(options: SpecificationOptions) {
    const { nodes, voters, learners = [], doClocksAgree = false } = options;
    const { leaseTicks = Number.MAX_SAFE_INTEGER } = options;
    this.#names = new Set(nodes);
    this.#first = { index: 0, membership: { voters, outgoing: [], learners } };
    const history = new History(this.#first);
    const questions = new Map<string, number>();
    this.#world = { history, network: new Network(), questions, doClocksAgree, leaseTicks };
  }

  /**
   * A node begins, or begins again after a crash, with what its disk held. The first time, what it
   * holds is believed.
   */
  started(name: string, view: NodeView): void {
    demand(this.#names.has(name), name, 'only nodes of the cluster take part');
    const known = this.#nodes.get(name);
    const disk =
      known === undefined ? this.#believe(name, view) : judgeRestart(this.#world, known, view);
    const node = createNode(name, disk, Log.of(view.log), this.#membershipsOf(name, disk, view));
    this.#nodes.set(name, node);
    const covered = disk.snapshot?.index ?? 0;
    const isFresh = view.commitIndex <= covered && view.appliedIndex <= covered;
    demand(isFresh, name, 'a node begins with what its snapshot covers', view.commitIndex, covered);
    // A node that decides alone may have begun to campaign before anybody watched.
    judgeTermAndRole(this.#world, node, { kind: 'tick' }, view);
    demandSameLog(node, view);
  }

  /** What a node has when it is seen for the first time. */
  #believe(name: string, view: NodeView): Disk {
    const { history } = this.#world;
    const { latest } = view.snapshots;
    if (latest !== null) history.adoptCommitted(latest.index, latest.term, latest.membership);
    const log = Log.of(view.log);
    history.adopt(name, log);
    return view.role.kind === 'candidate'
      ? new Disk(view.currentTerm - 1, null, latest, log)
      : new Disk(view.currentTerm, view.votedFor, latest, log);
  }

  /** The memberships of a log, after the one that it begins with. */
  #membershipsOf(name: string, disk: Disk, view: NodeView): MembershipAtView[] {
    const first = disk.snapshot?.membership ?? this.#firstOf(name, view);
    const inLog = view.log.entries.filter((entry) => entry.kind === 'membership');
    return [first, ...inLog.filter(({ index }) => index > first.index)];
  }

  /** A node that joins later is given a membership that does not name it, or one to come. */
  #firstOf(name: string, { memberships: [first] }: NodeView): MembershipAtView {
    const { membership } = this.#first;
    const isOwn = first !== undefined && isSameMembership(first.membership, membership);
    if (isOwn || first?.index !== 0) return this.#first;
    const isNew = !membership.voters.includes(name);
    demand(isNew, name, 'the first nodes begin with the first membership');
    return first;
  }

  /** The node took in an input; `view` is its memory afterwards. */
  stepped(name: string, input: InputView, view: NodeView): void {
    const node = this.#running(name);
    if (input.kind === 'receive') this.#world.network.receive(name, input.message);
    if (node.hasFailedStore) return;
    if (input.kind === 'receive') this.#noteMessage(node, input.message);
    else this.#noteInput(node, input);
    const membership = membershipOf(node);
    judgeTermAndRole(this.#world, node, input, view);
    if (input.kind === 'receive') {
      noteRound(node, input.message);
      noteAnnounced(node, input.message);
      judgeMatch(node, input.message, view);
    }
    if (input.kind === 'read') noteRead(this.#world, node, input);
    judgeLog(this.#world, node, input, view);
    judgeCommit(this.#world, node, membership, input, view);
    const rule = 'only what was handed out to be applied is applied';
    demand(view.appliedIndex <= node.applied, name, rule, view.appliedIndex, node.applied);
  }

  #noteMessage(node: Node, message: MessageView): void {
    noteVotes(node, message);
    noteMatch(node, message);
    noteReadMessage(this.#world, node, message);
    if (message.kind === 'snapshotRequest') node.window.parts.push(message);
  }

  #noteInput(node: Node, input: InputView): void {
    switch (input.kind) {
      case 'tick':
        node.ticks++;
        return;
      case 'persisted':
        return noteDurable(this.#world, node, input.token);
      case 'storageFailed':
        node.hasFailedStore = true;
        return;
      case 'snapshotTaken':
        return noteTaken(node, input.index);
      case 'snapshotFailed':
        return noteNotTaken(node, input.index);
      case 'snapshotRead':
        node.window.chunks.push(input.chunk.data);
        return;
      default:
        return;
    }
  }

  /**
   * The node handed over effects: sends at once, and `persist` whose messages leave only after its
   * write is durable.
   */
  drained(name: string, effects: readonly EffectView[], view: NodeView): void {
    const node = this.#running(name);
    const role = view.role.kind;
    const hasMoved =
      view.currentTerm !== node.term ||
      view.votedFor !== node.votedFor ||
      view.commitIndex !== node.commit ||
      (role !== node.role && role !== 'follower');
    demand(!hasMoved, name, 'handing over changes nothing, but a leader may step down');
    judgeTermAndRole(this.#world, node, { kind: 'tick' }, view);
    demandSameLog(node, view);
    confirmReads(node);
    for (const effect of effects) this.#judgeEffect(node, effect);
    // (Dissertation 4.2.2)
    const mayLead = node.role !== 'leader' || !isRemoved(node);
    demand(mayLead, name, 'a leader steps down when its removal is committed');
    beginWindow(node);
  }

  #judgeEffect(node: Node, effect: EffectView): void {
    const world = this.#world;
    const { kind } = effect;
    if (node.hasFailedStore) {
      const isSilent = kind === 'halt' || kind === 'refuse';
      return demand(isSilent, node.id, 'nothing is done after the store has failed', kind);
    }
    switch (effect.kind) {
      case 'send':
        judgeMessage(world, node, effect.message, node.disk);
        noteLeft(world, effect.message);
        return world.network.send(effect.message);
      case 'persist':
        judgeWrite(world, node, effect);
        for (const message of effect.messages) {
          judgeMessage(world, node, message, node.written);
          world.network.send(message);
        }
        return;
      case 'apply':
        judgeApply(world, node, effect.entries);
        return judgeAnswered(node, effect.entries, effect.requestIds);
      case 'restore':
        return judgeRestore(node, effect.snapshot);
      case 'takeSnapshot':
        return judgeTaking(world, node, effect.snapshot);
      case 'compact':
        return judgeCompaction(node, effect.index);
      case 'readReady':
        return judgeReadReady(world, node, effect.requestId, effect.index);
      case 'refuse':
        return judgeRefusal(world, node, effect.requestId, effect.refusal);
      default:
        return;
    }
  }

  /** The node is gone, and with it its memory and whatever its disk had not made durable. */
  crashed(name: string): void {
    this.#running(name).isUp = false;
  }

  #running(name: string): Node {
    const node = this.#nodes.get(name);
    demand(node?.isUp === true, name, 'only a node that was started does anything');
    return node;
  }
}

/** A leader's round was heard, of the term that the node is in by now. */
function noteRound(node: Node, message: MessageView): void {
  if (message.term !== node.term) return;
  switch (message.kind) {
    case 'appendRequest':
    case 'heartbeatRequest':
    case 'snapshotRequest':
      node.roundHeard = Math.max(node.roundHeard, message.round);
  }
}

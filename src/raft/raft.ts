/**
 * The consensus core: one node's part in Raft, as a deterministic state machine.
 *
 * Raft keeps copies of a log equal on several nodes, and tells each node which entries are
 * *committed*: they will never be lost or changed while a majority of the nodes survives. Time is
 * cut into *terms*. In each term at most one node is *leader*, elected by a majority
 * (elections.ts). Only the leader adds to the log (leadership.ts) and makes the other logs equal to
 * its own (replication.ts on its side, following.ts on theirs). An entry is committed when a
 * majority has it on disk (commitment.ts). A node votes only for candidates whose log is at least
 * as complete as its own, so that every new leader has every committed entry: that is why nothing
 * is lost.
 *
 * The core performs nothing itself. Inputs go in by `step`, effects come out by `drain`
 * (contract.ts); a driver carries them out. Who does what with which message is one table
 * (dispatch.ts), all memory is one plain structure (state.ts), and the names are the paper's:
 * Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)",
 * here "paper", and Ongaro's dissertation "Consensus: Bridging Theory and Practice".
 */

import { assert } from './assert.ts';
import { commitByQuorum, noteApplied, takeApply } from './commitment.ts';
import type { Effect, Input } from './contract.ts';
import { receive } from './dispatch.ts';
import { createDurability, initialHardState, notePersisted, takePersist } from './durability.ts';
import { countOwnVote, tickElection } from './elections.ts';
import { explain } from './explain.ts';
import { requestReadIndex } from './follower-reads.ts';
import { checkStep, createMarks, type Marks } from './invariants.ts';
import { advanceLeader, lead, propose, tickLeader } from './leadership.ts';
import { createLog, type Log, lastIndex, lastTerm, termAt } from './log.ts';
import { adoptMemberships } from './membership.ts';
import { changeMembership } from './membership-change.ts';
import { refuse, takeEffects } from './outbox.ts';
import { membershipFault, membersOf } from './quorum.ts';
import { createRandom, nextInteger } from './random.ts';
import { startRead, takeReadsReady } from './reads.ts';
import { notePeerUnreachable } from './replication.ts';
import { createFollower } from './roles.ts';
import { checkSettings, defaultSettings, type Settings } from './settings.ts';
import { restartSnapshot, sendPart } from './snapshot-sending.ts';
import {
  createSnapshots,
  noteSnapshotFailed,
  noteSnapshotTaken,
  takeRestore,
  takeSnapshot,
} from './snapshots.ts';
import type { RaftState, RaftView } from './state.ts';
import { type RaftStatus, statusOf } from './status.ts';
import { resetElectionTimer } from './timers.ts';
import { transferLeadership } from './transfer.ts';
import {
  asLogIndex,
  type Entry,
  type HardState,
  type LogIndex,
  type Membership,
  type NodeId,
  type SnapshotMeta,
} from './types.ts';

/**
 * What a core begins with: a new cluster's, or what the store of a node that starts again holds.
 */
export interface RaftOptions<Command> {
  /** This node. */
  readonly id: NodeId;
  /**
   * The cluster's first membership, the same on all its first nodes. A node that joins later is
   * given one that does not name it, or the one it will join; the log tells it the rest.
   */
  readonly membership: Membership;
  /** Determines all of this core's chance: different for each node, and for each start of it. */
  readonly seed: number;
  /** Default: `defaultSettings`. */
  readonly settings?: Settings;
  /** Term and vote that the store holds, for a node that starts again. */
  readonly hardState?: HardState;
  /** The newest durable snapshot: the state machine has been restored from it. */
  readonly snapshot?: SnapshotMeta | null;
  /** The log: consecutive entries, of which some may be covered by the snapshot. */
  readonly entries?: readonly Entry<Command>[];
}

/**
 * One node's part in Raft, as a deterministic state machine: the same inputs give the same effects.
 * It performs nothing itself, and knows neither clock nor chance nor I/O.
 *
 * A driver steps in whatever happens, drains, and carries out the effects in their order; the rules
 * that are its part stand at `Effect`. `Replica` of `raftwright/replica`
 * is such a driver.
 */
export class Raft<Command> {
  readonly #state: RaftState<Command>;
  /** How things were after the last step or drain. */
  readonly #marks: Marks;

  private constructor(state: RaftState<Command>) {
    this.#state = state;
    this.#marks = createMarks(state);
  }

  /**
   * A core in its first state: a follower that has heard nobody.
   *
   * @throws InvariantViolation when the options do not fit together
   */
  static create<Command>(options: RaftOptions<Command>): Raft<Command> {
    return new Raft(createState(options));
  }

  /** A core that goes on exactly where `save` was called. What was saved is copied. */
  static load<Command>(saved: RaftState<Command>): Raft<Command> {
    return new Raft(structuredClone(saved));
  }

  /** A copy of all of this core's memory: plain data, which JSON can carry. */
  save(): RaftState<Command> {
    return structuredClone(this.#state);
  }

  /**
   * Takes in what happened. Changes memory only; what follows from it comes out of `drain`.
   *
   * @throws InvariantViolation when the driver breaks the contract, or this code a rule.
   */
  step(input: Input<Command>): void {
    const state = this.#state;
    if (state.haltReason !== null) return refuseAfterHalt(state, input);
    act(state, input);
    if (state.role.kind === 'leader') advanceLeader(state, state.role);
    checkStep(state, this.#marks);
  }

  /**
   * Hands over what is due since the last drain, in the order in which it is to be carried out: at
   * most one write, and at most one append for each peer within its window.
   *
   * @throws InvariantViolation when this code breaks a rule
   */
  drain(): readonly Effect<Command>[] {
    const state = this.#state;
    if (state.haltReason !== null) return takeEffects(state);
    const { role } = state;
    if (role.kind === 'leader') lead(state, role);
    if (role.kind === 'follower') requestReadIndex(state, role);
    const persist = takePersist(state);
    const restore = takeRestore(state);
    const committed = takeApply(state);
    const snapshot = takeSnapshot(state);
    const effects = takeEffects(state);
    if (persist !== null) effects.push(persist);
    if (restore !== null) effects.push(restore);
    if (committed !== null) effects.push(committed);
    if (snapshot !== null) effects.push(snapshot);
    if (state.outbox.readsReady.length > 0) {
      for (const read of takeReadsReady(state)) effects.push({ kind: 'readReady', ...read });
    }
    checkStep(state, this.#marks);
    return effects;
  }

  /** This core's memory itself, for whoever checks or traces each step. */
  get view(): RaftView {
    return this.#state as RaftView;
  }

  /** A snapshot of this node's state, for people and metrics. It does not change any more. */
  status(): RaftStatus {
    return statusOf(this.#state);
  }

  /**
   * A readable account of what this node is waiting for, and why; see explain.ts. With an index,
   * why that one is not committed.
   */
  explain(index?: LogIndex): string {
    return explain(this.#state, index);
  }
}

/** The questions of each life of a node are numbered from a multiple of this, drawn at random. */
export const numbersPerLife: number = 2 ** 20;

function createState<Command>(options: RaftOptions<Command>): RaftState<Command> {
  const { id, membership, seed } = options;
  const settings = options.settings ?? defaultSettings;
  const hardState = options.hardState ?? initialHardState;
  const snapshot = options.snapshot ?? null;
  checkSettings(settings);
  const problem = membershipFault(membership.voters, membership.learners);
  assert(problem === null || membersOf(membership).length === 0, problem ?? '');
  const log = createLogAfter(snapshot, options.entries ?? []);
  assert(lastTerm(log) <= hardState.currentTerm, 'no entry is of a later term than the current');
  const appliedIndex = snapshot?.index ?? asLogIndex(0);
  const random = createRandom(seed);
  const firstNumber = nextInteger(random, 0, 2 ** 29) * numbersPerLife;

  const state: RaftState<Command> = {
    id,
    settings,
    memberships: [snapshot?.membership ?? { index: asLogIndex(0), membership }],
    currentTerm: hardState.currentTerm,
    votedFor: hardState.votedFor,
    termLeader: null,
    log,
    durability: createDurability(hardState, lastIndex(log)),
    snapshots: createSnapshots(snapshot),
    commitIndex: appliedIndex,
    applyingIndex: appliedIndex,
    appliedIndex,
    verifiedIndex: asLogIndex(0),
    leaderCommit: asLogIndex(0),
    // Nodes start as followers. (Paper 5.2)
    role: createFollower(null),
    electionElapsedTicks: 0,
    electionTimeoutTicks: settings.electionTimeoutTicks.max,
    electionTicks: settings.electionTimeoutTicks.min,
    preVoteStarts: [],
    ticks: 0,
    // Who has never seen a term has never answered a leader.
    leaderHeardTicks: hardState.currentTerm === 0 ? -settings.electionTimeoutTicks.min : 0,
    // An answer to a question of an earlier life must not be taken for one to a question of this.
    preVoteRound: firstNumber,
    readSequence: firstNumber,
    random,
    proposals: [],
    outbox: { effects: [], gated: [], readsReady: [] },
    haltReason: null,
  };
  const known = state.memberships[0]?.index ?? 0;
  adoptMemberships(
    state,
    log.entries.filter(({ index }) => index > known),
  );
  resetElectionTimer(state);
  return state;
}

/** The log of a store: of what the snapshot covers, only what is without a gap to what follows. */
function createLogAfter<Command>(
  snapshot: SnapshotMeta | null,
  entries: readonly Entry<Command>[],
): Log<Command> {
  if (snapshot === null) return createLog(entries);
  const [first, ...rest] = entries;
  const last = entries.at(-1);
  const isCovered = last === undefined || last.index <= snapshot.index;
  if (first === undefined || isCovered || first.index > snapshot.index) {
    return createLog(isCovered ? [] : entries, snapshot);
  }
  // The term before the first entry is not known any more, so the first one becomes the base.
  const log = createLog(rest, first);
  assert(termAt(log, snapshot.index) === snapshot.term, 'the log agrees with the snapshot');
  return log;
}

function act<Command>(state: RaftState<Command>, input: Input<Command>): void {
  switch (input.kind) {
    case 'tick':
      state.ticks++;
      if (state.role.kind === 'leader') tickLeader(state, state.role);
      else tickElection(state, state.role);
      break;
    case 'receive':
      receive(state, input.message);
      break;
    case 'propose':
      propose(state, input.requestId, input.command, input.bytes);
      break;
    case 'read':
      startRead(state, input.requestId, input.consistency);
      break;
    case 'persisted':
      notePersisted(state, input.token);
      if (state.role.kind === 'leader') commitByQuorum(state, state.role);
      if (state.role.kind === 'candidate') countOwnVote(state, state.role);
      break;
    case 'storageFailed':
      halt(state, input.reason);
      break;
    case 'applied':
      noteApplied(state, input.index);
      break;
    case 'changeMembership':
      changeMembership(state, input.requestId, input.voters, input.learners);
      break;
    case 'transferLeadership':
      transferLeadership(state, input.requestId, input.target);
      break;
    case 'snapshotTaken':
      noteSnapshotTaken(state, input.index);
      break;
    case 'snapshotFailed':
      noteSnapshotFailed(state, input.index);
      break;
    case 'snapshotRead':
      if (state.role.kind === 'leader') sendPart(state, state.role, input);
      break;
    case 'snapshotLost':
      if (state.role.kind !== 'leader') break;
      restartSnapshot(state, state.role, input.peer, input.snapshotIndex);
      break;
    case 'peerUnreachable':
      if (state.role.kind === 'leader') notePeerUnreachable(state.role, input.peer);
      break;
  }
}

/** After a failed write nothing that was about to be said may be said. */
function halt(state: RaftState<unknown>, reason: string): void {
  state.haltReason = reason;
  state.outbox.gated = [];
  state.outbox.readsReady.length = 0;
  state.outbox.effects = [{ kind: 'halt', reason }];
}

function refuseAfterHalt(state: RaftState<unknown>, input: Input<unknown>): void {
  if (!('requestId' in input)) return;
  refuse(state, input.requestId, { kind: 'halted', definite: true });
}

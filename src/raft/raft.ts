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
import type { Effect, Input, RoleKind } from './contract.ts';
import { receive } from './dispatch.ts';
import { createDurability, initialHardState, notePersisted, takePersist } from './durability.ts';
import { countOwnVote, tickElection } from './elections.ts';
import { checkInvariants, takeMarks } from './invariants.ts';
import { propose, tickLeader } from './leadership.ts';
import { createLog, firstIndex, lastIndex, lastTerm } from './log.ts';
import { refuse } from './outbox.ts';
import type { Membership } from './quorum.ts';
import { createRandom } from './random.ts';
import { startRead } from './reads.ts';
import { replicate } from './replication.ts';
import { resetElectionTimer } from './roles.ts';
import { checkSettings, defaultSettings, type Settings } from './settings.ts';
import { knownLeader, type RaftState } from './state.ts';
import {
  asLogIndex,
  type Entry,
  type HardState,
  type LogIndex,
  type NodeId,
  type Term,
} from './types.ts';

export interface RaftOptions<Command> {
  readonly id: NodeId;
  readonly membership: Membership;
  /** Determines all of this core's chance: give each node its own. */
  readonly seed: number;
  readonly settings?: Settings;
  /** What the store holds, for a node that starts again. */
  readonly hardState?: HardState;
  readonly entries?: readonly Entry<Command>[];
}

/** What one follower's log looks like to the leader. */
export interface PeerStatus {
  readonly peer: NodeId;
  readonly mode: 'probe' | 'replicate';
  readonly matchIndex: LogIndex;
  readonly nextIndex: LogIndex;
  readonly inflightAppends: number;
  readonly ticksSinceContact: number;
}

/** A node's state as a readonly value, for people and metrics. */
export interface RaftStatus {
  readonly id: NodeId;
  readonly role: RoleKind;
  readonly currentTerm: Term;
  readonly votedFor: NodeId | null;
  readonly leader: NodeId | null;
  readonly membership: Membership;
  readonly firstIndex: LogIndex;
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  readonly durableIndex: LogIndex;
  readonly commitIndex: LogIndex;
  readonly appliedIndex: LogIndex;
  /** Own proposals whose fate is open. */
  readonly pendingProposals: number;
  readonly pendingReads: number;
  /** On a leader, the other voters; empty otherwise. */
  readonly peers: readonly PeerStatus[];
  readonly haltReason: string | null;
}

export class Raft<Command> {
  readonly #state: RaftState<Command>;

  private constructor(state: RaftState<Command>) {
    this.#state = state;
  }

  /** @throws InvariantViolation when the options do not fit together. */
  static create<Command>(options: RaftOptions<Command>): Raft<Command> {
    return new Raft(createState(options));
  }

  /** A core that goes on exactly where `save` was called. */
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
    const before = takeMarks(state);
    act(state, input);
    checkInvariants(state, before);
  }

  /** Hands over what is due, in the order in which it is to be carried out. (contract.ts) */
  drain(): readonly Effect<Command>[] {
    const state = this.#state;
    const { outbox } = state;
    if (state.haltReason !== null) return outbox.effects.splice(0);
    if (state.role.kind === 'leader') replicate(state, state.role);
    const persist = takePersist(state);
    const committed = takeApply(state);
    const effects = outbox.effects.splice(0);
    if (persist !== null) effects.push(persist);
    if (committed !== null) effects.push(committed);
    for (const read of outbox.readsReady.splice(0)) effects.push({ kind: 'readReady', ...read });
    return effects;
  }

  status(): RaftStatus {
    const state = this.#state;
    const { role, log } = state;
    const isLeader = role.kind === 'leader';
    return {
      id: state.id,
      role: role.kind,
      currentTerm: state.currentTerm,
      votedFor: state.votedFor,
      leader: knownLeader(state),
      membership: state.membership,
      firstIndex: firstIndex(log),
      lastIndex: lastIndex(log),
      lastTerm: lastTerm(log),
      durableIndex: state.durability.durableIndex,
      commitIndex: state.commitIndex,
      appliedIndex: state.appliedIndex,
      pendingProposals: state.proposals.reduce((sum, run) => sum + run.requestIds.length, 0),
      pendingReads: isLeader ? role.reads.length : 0,
      peers: isLeader
        ? role.progress.map(({ peer, mode, matchIndex, nextIndex, ticksSinceContact }) => ({
            peer,
            mode: mode.kind,
            matchIndex,
            nextIndex,
            inflightAppends: mode.kind === 'replicate' ? mode.inflight.length : 0,
            ticksSinceContact,
          }))
        : [],
      haltReason: state.haltReason,
    };
  }
}

function createState<Command>(options: RaftOptions<Command>): RaftState<Command> {
  const { id, membership, seed } = options;
  const settings = options.settings ?? defaultSettings;
  const hardState = options.hardState ?? initialHardState;
  const entries = options.entries ?? [];
  checkSettings(settings);
  assert(membership.voters.includes(id), `${id} is not one of the voters`);
  assert(new Set(membership.voters).size === membership.voters.length, 'voters are distinct');
  const log = createLog(entries);
  assert(lastTerm(log) <= hardState.currentTerm, 'no entry is of a later term than the current');

  const state: RaftState<Command> = {
    id,
    settings,
    membership,
    currentTerm: hardState.currentTerm,
    votedFor: hardState.votedFor,
    log,
    durability: createDurability(hardState, lastIndex(log)),
    commitIndex: asLogIndex(0),
    applyingIndex: asLogIndex(0),
    appliedIndex: asLogIndex(0),
    verifiedIndex: asLogIndex(0),
    // Nodes start as followers. (Paper 5.2)
    role: { kind: 'follower', leader: null, ticksSinceLeaderContact: 0 },
    electionElapsedTicks: 0,
    electionTimeoutTicks: settings.electionTimeoutTicks.max,
    preVoteRound: 0,
    random: createRandom(seed),
    proposals: [],
    outbox: { effects: [], gated: [], readsReady: [] },
    haltReason: null,
  };
  resetElectionTimer(state);
  return state;
}

function act<Command>(state: RaftState<Command>, input: Input<Command>): void {
  switch (input.kind) {
    case 'tick':
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
  }
}

/** After a failed write nothing that was about to be said may be said. */
function halt(state: RaftState<unknown>, reason: string): void {
  state.haltReason = reason;
  state.outbox.gated.length = 0;
  state.outbox.readsReady.length = 0;
  state.outbox.effects.splice(0, Number.POSITIVE_INFINITY, { kind: 'halt', reason });
}

function refuseAfterHalt(state: RaftState<unknown>, input: Input<unknown>): void {
  if (input.kind !== 'propose' && input.kind !== 'read') return;
  refuse(state, input.requestId, { kind: 'halted', definite: true });
}

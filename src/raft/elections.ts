/**
 * Votes and campaigns: who becomes leader.
 *
 * A follower that hears no leader for its election timeout first asks, as a pre-candidate, whether
 * a majority would vote for it (dissertation 9.6). Only then does it raise its term and campaign as
 * a candidate (paper 5.2). Whoever receives votes from a majority in one term is its only leader,
 * since each voter grants at most one vote a term and remembers it on disk.
 */

import { assert } from './assert.ts';
import { isHardStateDurable, sendWhenDurable } from './durability.ts';
import { tickFollowerReads } from './follower-reads.ts';
import { startLeading } from './leadership.ts';
import { isUpToDate, lastIndex, lastTerm, lastWithTermAtMost } from './log.ts';
import { mayCampaign, membershipInEffect } from './membership.ts';
import type {
  PreVoteRequest,
  PreVoteResponse,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from './messages.ts';
import { drop } from './outbox.ts';
import { hasQuorum, isSameGroup, membersThatDecide } from './quorum.ts';
import {
  becomeFollower,
  changeRole,
  enterTerm,
  hearsLeader,
  isBoundByLease,
  protectsLeaderFrom,
} from './roles.ts';
import type { Candidate, Follower, PreCandidate, RaftState } from './state.ts';
import {
  notePreVoteAnswered,
  questionInterval,
  resetElectionTimer,
  startPreVoteRound,
} from './timers.ts';
import { mayTakeOver } from './transfer.ts';
import { asTerm, type NodeId } from './types.ts';

/** Time passes for a node that is not leader. */
export function tickElection(
  state: RaftState<unknown>,
  role: Follower | PreCandidate | Candidate,
): void {
  if (role.kind === 'follower') tickFollowerReads(state, role);
  state.electionElapsedTicks++;
  const membership = membershipInEffect(state);
  // A voter that is alone waits for nobody, unless it was not alone a moment ago.
  const isFree = role.kind === 'follower' && !hearsLeader(state) && !isBoundByLease(state);
  const isAlone = isFree && isSameGroup(membersThatDecide(membership), [state.id]);
  if (isAlone || state.electionElapsedTicks >= state.electionTimeoutTicks) {
    if (mayCampaign(state)) startPreVote(state);
    else resetElectionTimer(state);
  } else if (role.kind !== 'follower') {
    role.ticksSinceRequest++;
    if (role.ticksSinceRequest >= state.settings.heartbeatTicks) requestVotes(state, role);
  }
}

/** Asks who would vote for this node, without entering a new term yet. (Dissertation 9.6) */
function startPreVote(state: RaftState<unknown>): void {
  resetElectionTimer(state);
  const role: PreCandidate = {
    kind: 'preCandidate',
    firstRound: state.preVoteRound + 1,
    granted: [state.id],
    ticksSinceRequest: 0,
  };
  changeRole(state, role, 'electionTimeout');
  requestVotes(state, role);
  countPreVotes(state, role);
}

/** Enters a new term, votes for itself and asks the others. (Paper 5.2) */
function startCampaign(state: RaftState<unknown>, isTransfer: boolean): void {
  resetElectionTimer(state);
  enterTerm(state, asTerm(state.currentTerm + 1), state.id);
  const role: Candidate = {
    kind: 'candidate',
    isTransfer,
    granted: [],
    refused: [],
    reaches: [],
    ticksSinceRequest: 0,
  };
  changeRole(state, role, isTransfer ? 'transferReceived' : 'preVoteWon');
  requestVotes(state, role);
}

/** The leader hands over to this node: it campaigns at once. (Dissertation 3.10) */
export function takeOver(state: RaftState<unknown>, message: TimeoutNow): void {
  if (mayTakeOver(state, message)) startCampaign(state, true);
}

/** Asks everybody who has not granted or refused a vote; repeated while answers are missing. */
function requestVotes(state: RaftState<unknown>, role: PreCandidate | Candidate): void {
  role.ticksSinceRequest = 0;
  if (role.kind === 'preCandidate') startPreVoteRound(state);
  for (const voter of membersThatDecide(membershipInEffect(state))) {
    if (voter === state.id || role.granted.includes(voter)) continue;
    if (role.kind === 'candidate' && role.refused.includes(voter)) continue;
    const envelope = {
      from: state.id,
      to: voter,
      lastLogIndex: lastIndex(state.log),
      lastLogTerm: lastTerm(state.log),
    };
    sendWhenDurable(
      state,
      role.kind === 'candidate'
        ? {
            kind: 'voteRequest',
            term: state.currentTerm,
            isTransfer: role.isTransfer,
            ...envelope,
          }
        : {
            kind: 'preVoteRequest',
            term: asTerm(state.currentTerm + 1),
            round: state.preVoteRound,
            ...envelope,
          },
    );
  }
}

/**
 * Grants a pre-vote if it would grant the vote: the term would be new, the log is up to date, and
 * no leader is heard, or it is the sender that was. The answer carries the current term, so that a
 * node that is behind catches up and two nodes of different terms cannot refuse each other for ever.
 */
export function answerPreVote(state: RaftState<unknown>, message: PreVoteRequest): void {
  const granted =
    message.term > state.currentTerm &&
    !protectsLeaderFrom(state, message.from) &&
    !isBoundByLease(state) &&
    isUpToDate(state.log, message.lastLogTerm, message.lastLogIndex) &&
    !goesBefore(state, message);
  sendWhenDurable(state, {
    kind: 'preVoteResponse',
    from: state.id,
    to: message.from,
    term: state.currentTerm,
    round: message.round,
    granted,
  });
}

/**
 * Of two nodes that ask for pre-votes at the same time only one is to go on, or they would split the
 * votes. It is the one that has drawn the greater number for its rounds. But who cannot win must
 * not hold up the other: it grants again after about a round trip.
 */
function goesBefore(state: RaftState<unknown>, message: PreVoteRequest): boolean {
  const { role, preVoteRound, electionElapsedTicks } = state;
  if (role.kind !== 'preCandidate' || electionElapsedTicks >= questionInterval(state)) return false;
  const isLogEqual =
    message.lastLogIndex === lastIndex(state.log) && message.lastLogTerm === lastTerm(state.log);
  return isLogEqual && preVoteRound > message.round;
}

export function acceptPreVote(
  state: RaftState<unknown>,
  role: PreCandidate,
  message: PreVoteResponse,
): void {
  notePreVoteAnswered(state, message.round);
  // An earlier life of this node may have numbered its rounds from beyond.
  const isAwaited = message.round >= role.firstRound && message.round <= state.preVoteRound;
  if (!isAwaited) return drop(state, message, 'stale');
  if (message.granted) addOnce(role.granted, message.from);
  countPreVotes(state, role);
}

function countPreVotes(state: RaftState<unknown>, role: PreCandidate): void {
  if (hasQuorum(membershipInEffect(state), (voter) => role.granted.includes(voter)))
    startCampaign(state, false);
}

/**
 * Grants the vote of the current term: to one candidate only, first come first served, and only if
 * its log has all that may be committed. (Paper 5.2, 5.4.1)
 */
export function answerVote(state: RaftState<unknown>, message: VoteRequest): void {
  assert(message.term === state.currentTerm, 'a vote belongs to the current term');
  const granted =
    (state.votedFor === null || state.votedFor === message.from) &&
    isUpToDate(state.log, message.lastLogTerm, message.lastLogIndex);
  if (granted) {
    state.votedFor = message.from;
    resetElectionTimer(state);
    // Whoever has given its vote to another does not try for the next term at the same time.
    if (state.role.kind === 'preCandidate') becomeFollower(state, null, 'voteGranted');
  }
  sendWhenDurable(state, {
    kind: 'voteResponse',
    from: state.id,
    to: message.from,
    term: state.currentTerm,
    granted,
    lastLogIndex: lastIndex(state.log),
    lastLogTerm: lastTerm(state.log),
  });
}

export function acceptVote(
  state: RaftState<unknown>,
  role: Candidate,
  message: VoteResponse,
): void {
  const { from, lastLogIndex, lastLogTerm } = message;
  addOnce(message.granted ? role.granted : role.refused, from);
  if (!role.reaches.some(({ peer }) => peer === from)) {
    const { index } = lastWithTermAtMost(state.log, lastLogIndex, lastLogTerm);
    role.reaches.push({ peer: from, index });
  }
  countVotes(state, role);
}

/** A candidate's vote for itself counts like any other: once it is durable. */
export function countOwnVote(state: RaftState<unknown>, role: Candidate): void {
  assert(state.votedFor === state.id, 'a candidate has voted for itself');
  if (!isHardStateDurable(state)) return;
  addOnce(role.granted, state.id);
  countVotes(state, role);
}

function countVotes(state: RaftState<unknown>, role: Candidate): void {
  if (hasQuorum(membershipInEffect(state), (voter) => role.granted.includes(voter)))
    startLeading(state, role);
}

/** Votes are a set of nodes: a repeated answer counts once. */
function addOnce(nodes: NodeId[], node: NodeId): void {
  if (!nodes.includes(node)) nodes.push(node);
}

/**
 * What may become of term, vote and role in one step. (Paper 5.1, 5.2, 5.4.1, Figure 4)
 *
 * In the published TLA+ specification: UpdateTerm, Timeout, RequestVote, BecomeLeader, and
 * HandleRequestVoteRequest. When a timeout comes, and who asks for votes, is left open.
 */

import { isAtLeastAsUpToDate } from './log.ts';
import type { MessageView } from './message-view.ts';
import { type Campaign, membershipOf, type Node, type World } from './node.ts';
import { isQuorum } from './quorums.ts';
import type { InputView } from './step-view.ts';
import type { NodeView, RoleName } from './view.ts';
import { demand } from './violation.ts';

/** What answers to a campaign tell the node that runs it. */
export function noteVotes(node: Node, message: MessageView): void {
  if (message.kind === 'preVoteRequest') {
    const { from, round, term } = message;
    const mayGrant = term > node.term && isAtLeastAsUpToDate(message, node.log);
    node.window.preVotes.push({ from, round, mayGrant });
  } else if (message.kind === 'voteResponse') {
    const isOfThisCampaign = node.role === 'candidate' && message.term === node.term;
    if (isOfThisCampaign && message.granted) node.votes.add(message.from);
  } else if (message.kind === 'preVoteResponse' && node.role === 'preCandidate') {
    // An answer counts if this pre-vote has asked for it; what an earlier life has asked does not.
    const { round } = message;
    const isOfThisPreVote = round >= node.firstPreVoteRound && round <= node.lastPreVoteRound;
    if (message.granted && isOfThisPreVote) node.preVotes.add(message.from);
  }
}

export function judgeTermAndRole(world: World, node: Node, input: InputView, view: NodeView): void {
  const role = view.role.kind;
  if (view.role.kind === 'preCandidate' && view.role.firstRound !== node.firstPreVoteRound) {
    // It asks anew, and counts anew.
    beginPreVote(node);
    node.firstPreVoteRound = view.role.firstRound;
  }
  const hasMoved = view.currentTerm !== node.term || view.votedFor !== node.votedFor;
  if (!hasMoved && role === node.role) return;
  if (role === 'candidate' && hasMoved) return becomeCandidate(node, input, view);
  if (view.currentTerm !== node.term) adoptTerm(node, input, view);
  if (view.votedFor !== node.votedFor) grantVote(node, input, view);
  changeRole(world, node, role);
}

/** Any node that learns of a higher term adopts it and becomes a follower. (5.1, UpdateTerm) */
function adoptTerm(node: Node, input: InputView, { currentTerm, role }: NodeView): void {
  demand(currentTerm > node.term, node.id, 'the term never decreases', currentTerm, node.term);
  const wasTold =
    input.kind === 'receive' &&
    input.message.term === currentTerm &&
    // Nobody has entered this term yet. (Dissertation 9.6)
    input.message.kind !== 'preVoteRequest';
  demand(wasTold, node.id, 'a term is learnt from a message, or begun by a candidate', currentTerm);
  demand(role.kind === 'follower', node.id, 'who adopts a term becomes a follower', role.kind);
  enterTerm(node, currentTerm);
}

function enterTerm(node: Node, term: number): void {
  const { window, verified, roundHeard } = node;
  window.leftTerms.push({ term: node.term, verified, roundHeard });
  node.term = term;
  node.votedFor = null;
  node.verified = 0;
  node.announced = 0;
  node.roundHeard = -1;
}

/** One vote a term, and only for a log that is at least as complete. (5.2, 5.4.1) */
function grantVote(node: Node, input: InputView, { votedFor }: NodeView): void {
  demand(node.votedFor === null, node.id, 'the vote of a term is given once', votedFor);
  const request = input.kind === 'receive' ? input.message : null;
  demand(
    request?.kind === 'voteRequest' && request.term === node.term && request.from === votedFor,
    node.id,
    'a vote is given to who asks for it in this term',
    votedFor,
  );
  const isComplete = isAtLeastAsUpToDate(request, node.log);
  demand(isComplete, node.id, 'a vote is given only to a log that is up to date', request.from);
  node.votedFor = votedFor;
}

function changeRole(world: World, node: Node, role: RoleName): void {
  if (role === node.role) return;
  if (role === 'leader') return becomeLeader(world, node);
  demand(role !== 'candidate', node.id, 'a candidate begins a term of its own');
  const mayCampaign = role !== 'preCandidate' || node.role !== 'leader';
  demand(mayCampaign, node.id, 'a leader does not campaign');
  // Stepping down within a term is always safe: the term has its leader, or will have none.
  leaveRole(node, role);
}

function leaveRole(node: Node, role: RoleName): void {
  node.leading = null;
  node.role = role;
}

/** Asks who would vote for it; term and vote stay. (Dissertation 9.6) */
function beginPreVote(node: Node): void {
  node.preVotes.clear();
  node.preVotes.add(node.id);
  node.window.preCampaigns.push(campaignOf(node, node.term + 1, false));
}

function campaignOf({ log }: Node, term: number, isTransfer: boolean): Campaign {
  return { term, lastLogIndex: log.lastIndex, lastLogTerm: log.lastTerm, isTransfer };
}

/** Timeout: a new term, and a vote for itself. (5.2) */
function becomeCandidate(node: Node, input: InputView, view: NodeView): void {
  const { id } = node;
  demand(view.currentTerm === node.term + 1, id, 'a candidate begins the next term', node.term);
  demand(view.votedFor === id, id, 'a candidate votes for itself', view.votedFor);
  demand(node.role !== 'leader', id, 'a leader does not campaign');
  const isTransfer = input.kind === 'receive' && input.message.kind === 'timeoutNow';
  if (isTransfer) {
    // The leader itself has asked, so nobody is disturbed. (Dissertation 3.10)
    const isOfThisTerm = input.message.term === node.term;
    demand(isOfThisTerm, id, 'only the leader of the term hands over', input.message.term);
    demand(node.role === 'follower', id, 'only a follower is handed the leadership', node.role);
  } else {
    // A node that decides alone needs no answer.
    if (node.role !== 'preCandidate') beginPreVote(node);
    const couldWin = isQuorum(membershipOf(node), (voter) => node.preVotes.has(voter));
    demand(couldWin, id, 'nobody campaigns before a quorum would vote for it', node.preVotes.size);
  }
  enterTerm(node, view.currentTerm);
  leaveRole(node, 'candidate');
  node.votedFor = id;
  node.votes.clear();
  node.window.campaigns.push(campaignOf(node, node.term, isTransfer));
}

/** Votes of a quorum in one term make a leader. (5.2) */
function becomeLeader(world: World, node: Node): void {
  const { id, term, log, disk } = node;
  const { history } = world;
  demand(node.role === 'candidate', id, 'only a candidate becomes leader', node.role);
  // Its own vote must survive a crash like any other.
  if (disk.remembersVote(term, id)) node.votes.add(id);
  const hasWon = isQuorum(membershipOf(node), (voter) => node.votes.has(voter));
  demand(hasWon, id, 'a leader has the votes of a quorum', term, [...node.votes].join(' '));
  history.noteLeader(id, term);
  history.noteVote(id, term, id);
  // Leader completeness: it has all that was committed in earlier terms. (5.4.3, Figure 3) That its
  // log agrees at the last such place is enough, by log matching. Later leaders may have committed
  // more by now: a vote can be a long time on its way.
  const committed = history.committedBefore(term);
  const isComplete =
    log.baseIndex > committed || log.termAt(committed) === history.committedTerm(committed);
  demand(isComplete, id, 'a leader has every committed entry', committed, log.lastIndex);
  leaveRole(node, 'leader');
  node.leading = {
    term,
    termStart: log.lastIndex + 1,
    match: new Map(),
    acked: new Map(),
    sentRound: 0,
    roundStarts: [],
    told: new Set(),
    unconfirmed: [],
    questions: new Map(),
  };
  node.window.led = node.leading;
}

/**
 * What a node says must be true of it, and must outlive a crash if others build on it. (Figure 2:
 * "updated on stable storage before responding to RPCs")
 *
 * When a message is sent, to whom, and how often, is left open: Raft is safe without it.
 */

import { isAmong } from './commitment.ts';
import type { Disk } from './disk.ts';
import type {
  AppendRequestView,
  AppendResponseView,
  CommitHintView,
  HeartbeatRequestView,
  HeartbeatResponseView,
  MessageView,
  PreVoteRequestView,
  PreVoteResponseView,
  ReadIndexResponseView,
  SnapshotRequestView,
  SnapshotResponseView,
  TimeoutNowView,
  VoteRequestView,
  VoteResponseView,
} from './message-view.ts';
import { durableUpTo, type Leading, type LeftTerm, type Node, type World } from './node.ts';
import { judgeAnswer, noteQuestionSent, noteRoundSent } from './reads.ts';
import { judgeSnapshot } from './snapshots.ts';
import { demand } from './violation.ts';

type AnswerToLeader = AppendResponseView | HeartbeatResponseView | SnapshotResponseView;

type LeadersMessage =
  | AppendRequestView
  | HeartbeatRequestView
  | CommitHintView
  | SnapshotRequestView
  | ReadIndexResponseView
  | TimeoutNowView;

/** @param disk what is durable when the message leaves */
export function judgeMessage(world: World, node: Node, message: MessageView, disk: Disk): void {
  const { id } = node;
  demand(message.from === id, id, 'a node speaks for itself', message.from);
  switch (message.kind) {
    case 'preVoteRequest':
      return judgePreVoteRequest(node, message);
    case 'preVoteResponse':
      termOf(node, message);
      return judgePreVote(node, message);
    case 'newerTerm':
      termOf(node, message);
      return;
    case 'voteRequest':
      return judgeVoteRequest(node, message, disk);
    case 'voteResponse':
      return judgeVote(node, message, disk);
    case 'appendResponse':
    case 'heartbeatResponse':
    case 'snapshotResponse':
      return judgeFollowers(world, node, message, disk);
    case 'readIndexRequest':
      termOf(node, message);
      return noteQuestionSent(world, node, message);
    default:
      return judgeLeaders(world, node, message);
  }
}

/**
 * A node speaks in the term it is in, or in one that it was in since it last handed over anything.
 */
function termOf(node: Node, { term, kind }: MessageView): LeftTerm {
  if (term === node.term) return node;
  const left = node.window.leftTerms.find((it) => it.term === term);
  demand(left !== undefined, node.id, 'a message carries the current term', kind, term);
  return left;
}

function demandDurableTerm(node: Node, disk: Disk, { term, kind }: MessageView): void {
  const rule = 'a term is durable before anything that binds in it is said';
  demand(disk.term >= term, node.id, rule, kind, term);
}

function judgePreVoteRequest(node: Node, message: PreVoteRequestView): void {
  const isTrue = node.window.preCampaigns.some(
    ({ term, lastLogIndex, lastLogTerm }) =>
      term === message.term &&
      lastLogIndex === message.lastLogIndex &&
      lastLogTerm === message.lastLogTerm,
  );
  demand(isTrue, node.id, 'who asks for pre-votes tells the next term and its log', message.term);
  node.lastPreVoteRound = Math.max(node.lastPreVoteRound, message.round);
}

function judgePreVote(node: Node, { to, round, granted }: PreVoteResponseView): void {
  const isTrue = node.window.preVotes.some(
    (request) => request.from === to && request.round === round && (request.mayGrant || !granted),
  );
  demand(isTrue, node.id, 'a pre-vote is given as a vote would be', to, round);
}

/** A candidate that forgot its own vote could give it to another, or campaign twice in a term. */
function judgeVoteRequest(node: Node, message: VoteRequestView, disk: Disk): void {
  const { id } = node;
  const isTrue = node.window.campaigns.some(
    ({ term, lastLogIndex, lastLogTerm, isTransfer }) =>
      term === message.term &&
      lastLogIndex === message.lastLogIndex &&
      lastLogTerm === message.lastLogTerm &&
      isTransfer === message.isTransfer,
  );
  demand(isTrue, id, 'a candidate tells its term and its log', message.term, message.lastLogIndex);
  const isDurable = disk.remembersVote(message.term, id);
  demand(isDurable, id, 'a candidate asks for votes when its own is durable', message.term);
}

function judgeVote(node: Node, message: VoteResponseView, disk: Disk): void {
  const { id } = node;
  const { to, term, granted } = message;
  termOf(node, message);
  demandDurableTerm(node, disk, message);
  judgePlace(node, message.lastLogIndex, message.lastLogTerm);
  if (!granted) return;
  demand(disk.remembersVote(term, to), id, 'a vote is durable before it is told', to, term);
}

/** A vote has left for good: no crash takes it back. */
export function noteLeft({ history }: World, message: MessageView): void {
  if (message.kind !== 'voteResponse' || !message.granted) return;
  history.noteVote(message.from, message.term, message.to);
}

/**
 * What a follower acknowledges is the leader's log, and durable. The round that it echoes is one
 * that it has heard: reads rest on that.
 */
function judgeFollowers(world: World, node: Node, message: AnswerToLeader, disk: Disk): void {
  const { id } = node;
  const { verified, roundHeard } = termOf(node, message);
  const { to, term, round } = message;
  demandDurableTerm(node, disk, message);
  demand(to === world.history.leaderOf(term), id, 'only the leader of a term is answered', to);
  demand(round <= roundHeard, id, 'an answer echoes a round that was heard', round, roundHeard);
  if (message.kind === 'appendResponse' && message.result.kind === 'inconsistent') {
    return judgeHint(node, message.result);
  }
  const index = acknowledged(message);
  demand(index <= verified, id, 'a follower acknowledges what it has verified', index, verified);
  // In the term after, its log may have been cut since. Then a later leader did not have this, so
  // that no quorum can have, and the word is worth nothing to the leader of the old term.
  const kept = term === node.term ? index : Math.min(index, node.window.keptUpTo);
  const durable = durableUpTo(world, node, disk);
  demand(kept <= durable, id, 'a follower acknowledges what is on its disk', index, durable);
}

function acknowledged(message: AnswerToLeader): number {
  switch (message.kind) {
    case 'appendResponse':
      return message.result.kind === 'accepted' ? message.result.matchIndex : 0;
    case 'heartbeatResponse':
      return message.matchIndex;
    case 'snapshotResponse':
      return message.result.kind === 'installed' ? message.snapshotIndex : 0;
  }
}

/** (Divergence: the hint helps to find where the logs agree. It must be a place in this log.) */
function judgeHint(
  node: Node,
  result: Extract<AppendResponseView['result'], { kind: 'inconsistent' }>,
): void {
  const { prevIndex, hintIndex, hintTerm } = result;
  const { id } = node;
  demand(hintIndex <= prevIndex, id, 'a hint is not beyond what is refused', hintIndex, prevIndex);
  judgePlace(node, hintIndex, hintTerm);
}

/** Whoever tells of its log, refusing an append or answering a candidate, tells the truth. */
function judgePlace({ id, log, window }: Node, index: number, term: number): void {
  const isForgotten = index < log.baseIndex || index > window.keptUpTo;
  const isTrue = isForgotten || log.termAt(index) === term;
  demand(isTrue, id, 'a hint names a place in the log', index, term);
}

/** What only a leader says. */
function judgeLeaders(world: World, node: Node, message: LeadersMessage): void {
  const { id } = node;
  const leading = node.window.led;
  const isLeader = leading?.term === message.term;
  demand(isLeader, id, 'only the leader of a term speaks for it', message.kind, message.term);
  switch (message.kind) {
    case 'appendRequest':
      judgeAppend(node, message);
      noteRoundSent(world, node, leading, message.round);
      return;
    case 'heartbeatRequest':
      noteRoundSent(world, node, leading, message.round);
      return demandCommitted(node, message.commitIndex);
    case 'commitHint':
      return demandCommitted(node, message.commitIndex);
    case 'snapshotRequest':
      noteRoundSent(world, node, leading, message.round);
      judgeSnapshot(world, node, message.snapshot);
      return demand(
        isAmong(message.data, node.window.chunks),
        id,
        'a leader sends of a snapshot what it has read',
        message.offset,
      );
    case 'readIndexResponse':
      return judgeAnswer(node, leading, message);
    case 'timeoutNow':
      return judgeHandOver(node, leading, message.to);
  }
}

function demandCommitted({ id, commit }: Node, index: number): void {
  demand(index <= commit, id, 'a leader announces what it has committed', index, commit);
}

/** A part of the leader's log, and what stands before it. (Figure 2) */
function judgeAppend(node: Node, message: AppendRequestView): void {
  const { id, log, window } = node;
  const { prevIndex, prevTerm, entries, commitIndex } = message;
  demandCommitted(node, commitIndex);
  // A leader deletes nothing; who was deposed since may have.
  if (prevIndex + entries.length > window.keptUpTo || prevIndex < log.baseIndex) return;
  const known = log.termAt(prevIndex);
  demand(known === prevTerm, id, 'an append names the entry before it', prevIndex, prevTerm);
  let index = prevIndex;
  for (const entry of entries) {
    index++;
    const isTrue = entry.index === index && entry === log.entryAt(index);
    demand(isTrue, id, 'an append carries what the log has there', index, entry.index);
  }
}

/** The target has everything, or it could not win. (Dissertation 3.10) */
function judgeHandOver({ id, window }: Node, leading: Leading, to: string): void {
  const match = leading.match.get(to) ?? 0;
  const hasAll = leading.told.has(to) || match >= window.lastIndexBefore;
  demand(hasAll, id, 'only who has the whole log is handed the leadership', to, match);
  leading.told.add(to);
}

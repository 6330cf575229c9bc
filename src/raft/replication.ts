/**
 * The leader's side of replication: making the other logs equal to its own. (Paper 5.3)
 *
 * Appends are built when the core is drained, so that all that was proposed since the last drain
 * travels in one message to each follower.
 */

import { assert } from './assert.ts';
import { commitByQuorum } from './commitment.ts';
import { entriesFrom, lastIndex, lastWithTermAtMost, termAt } from './log.ts';
import type { AppendResponse, AppendResult, HeartbeatResponse } from './messages.ts';
import { drop, send } from './outbox.ts';
import {
  becomeProbe,
  becomeReplicate,
  hasRoom,
  isAwaited,
  noteMatch,
  noteSent,
  type Progress,
  rewindToMatch,
} from './progress.ts';
import { confirmReads } from './reads.ts';
import type { Leader, RaftState } from './state.ts';
import { asLogIndex, type NodeId } from './types.ts';

/** Sends each follower what is due: entries it lacks, or else a heartbeat if one is due. */
export function replicate<Command>(state: RaftState<Command>, leader: Leader): void {
  const isBroadcast = leader.broadcastDue;
  if (isBroadcast) {
    leader.round++;
    leader.broadcastDue = false;
    leader.ticksSinceBroadcast = 0;
  }
  for (const progress of leader.progress) {
    const hasNews = progress.mode.kind === 'probe' || progress.nextIndex <= lastIndex(state.log);
    if (hasNews && hasRoom(progress, state.settings)) {
      sendAppend(state, leader, progress);
    } else if (isBroadcast) {
      sendHeartbeat(state, leader, progress.peer);
    }
  }
  // A leader that needs nobody else's word has it already.
  confirmReads(state, leader);
}

function sendAppend<Command>(state: RaftState<Command>, leader: Leader, progress: Progress): void {
  const { maxAppendEntries, maxAppendBytes } = state.settings;
  const prevIndex = asLogIndex(progress.nextIndex - 1);
  const prevTerm = termAt(state.log, prevIndex);
  assert(prevTerm !== null, 'the leader knows the entry before the next');
  const entries = entriesFrom(state.log, progress.nextIndex, maxAppendEntries, maxAppendBytes);
  send(state, {
    kind: 'appendRequest',
    from: state.id,
    to: progress.peer,
    term: state.currentTerm,
    prevIndex,
    prevTerm,
    entries,
    commitIndex: state.commitIndex,
    round: leader.round,
  });
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const last = asLogIndex(prevIndex + entries.length);
  noteSent(progress, { prevIndex, lastIndex: last, bytes }, leader.round);
}

function sendHeartbeat(state: RaftState<unknown>, leader: Leader, peer: NodeId): void {
  send(state, {
    kind: 'heartbeatRequest',
    from: state.id,
    to: peer,
    term: state.currentTerm,
    commitIndex: state.commitIndex,
    round: leader.round,
  });
}

export function acceptAppendResponse(
  state: RaftState<unknown>,
  leader: Leader,
  message: AppendResponse,
): void {
  const { result } = message;
  const isImpossible =
    result.kind === 'staleTerm' || // it carries a later term than the request
    (result.kind === 'accepted' && result.matchIndex > lastIndex(state.log)) ||
    (result.kind === 'inconsistent' && result.hintIndex > result.prevIndex) ||
    message.round > leader.round;
  if (isImpossible) return drop(state, message, 'impossible');
  const progress = progressOf(leader, message.from);
  if (progress === null) return drop(state, message, 'stale');

  noteContact(state, leader, progress, message.round);
  if (result.kind === 'accepted') {
    becomeReplicate(progress, result.matchIndex);
    noteMatch(progress, result.matchIndex, message.round);
    commitByQuorum(state, leader);
  } else if (isAwaited(progress, result.prevIndex)) {
    backtrack(state, progress, result);
  } else {
    drop(state, message, 'stale');
  }
}

/** A follower has answered in the current term: it took this node for its leader. */
function noteContact(
  state: RaftState<unknown>,
  leader: Leader,
  progress: Progress,
  round: number,
): void {
  progress.ticksSinceContact = 0;
  progress.ackedRound = Math.max(progress.ackedRound, round);
  confirmReads(state, leader);
}

/**
 * A follower lacks the entry before those that were sent. Its hint bounds from its side where the
 * logs can agree, the own log bounds it from this side: each exchange skips at least one whole term
 * in one of the logs. (Paper 5.3)
 */
function backtrack(
  state: RaftState<unknown>,
  progress: Progress,
  result: Extract<AppendResult, { kind: 'inconsistent' }>,
): void {
  const agreed = lastWithTermAtMost(state.log, result.hintIndex, result.hintTerm).index;
  if (agreed > progress.matchIndex) becomeProbe(progress, asLogIndex(agreed + 1));
  else if (progress.mode.kind === 'replicate') rewindToMatch(progress);
  else becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
}

/**
 * A heartbeat's answer is also news of the follower's log: it confirms entries whose own answers
 * were lost, and shows when a probe was lost, or when the follower no longer knows that its log is
 * verified (it has restarted) and must be told.
 */
export function acceptHeartbeatResponse(
  state: RaftState<unknown>,
  leader: Leader,
  message: HeartbeatResponse,
): void {
  const { matchIndex, round } = message;
  if (matchIndex > lastIndex(state.log) || round > leader.round) {
    return drop(state, message, 'impossible');
  }
  const progress = progressOf(leader, message.from);
  if (progress === null) return drop(state, message, 'stale');

  noteContact(state, leader, progress, round);
  if (matchIndex > progress.matchIndex) becomeReplicate(progress, matchIndex);
  if (matchIndex >= progress.matchIndex) {
    noteMatch(progress, matchIndex, round);
    commitByQuorum(state, leader);
  }
  const { mode } = progress;
  if (mode.kind === 'probe') {
    if (mode.sentRound !== null && round > mode.sentRound) mode.sentRound = null;
  } else if (
    matchIndex < progress.matchIndex &&
    round > progress.matchRound &&
    mode.inflight.length === 0
  ) {
    becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
  }
}

function progressOf(leader: Leader, peer: NodeId): Progress | null {
  return leader.progress.find((progress) => progress.peer === peer) ?? null;
}

/**
 * Entries that were sent long ago and never answered are taken for lost: without this, a window
 * that is full of lost appends would stay full for ever.
 */
export function tickProgress(state: RaftState<unknown>, leader: Leader): void {
  for (const progress of leader.progress) {
    progress.ticksSinceContact++;
    progress.ticksSinceAccept++;
    const isStuck =
      progress.mode.kind === 'replicate' &&
      progress.mode.inflight.length > 0 &&
      progress.ticksSinceAccept >= state.settings.electionTimeoutTicks.min;
    if (isStuck) becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
  }
}

/**
 * The leader's side of replication: making the other logs equal to its own. (Paper 5.3)
 *
 * Appends are built when the core is drained, so that all that was proposed since the last drain
 * travels in one message to each follower.
 */

import { assert } from './assert.ts';
import { commitByQuorum } from './commitment.ts';
import { bytesOf, entriesFrom, lastIndex, lastWithTermAtMost, termAt } from './log.ts';
import { latestMembership } from './membership.ts';
import type {
  AppendResponse,
  AppendResult,
  HeartbeatResponse,
  SnapshotResponse,
} from './messages.ts';
import { drop, send } from './outbox.ts';
import {
  becomeProbe,
  becomeReplicate,
  becomeSnapshot,
  hasRoom,
  isAwaited,
  noteMatch,
  noteSent,
  type Progress,
  progressOf,
  rewindToMatch,
} from './progress.ts';
import { confirmReads } from './reads.ts';
import { notePartAnswered, requestPart, tickSnapshot } from './snapshot-sending.ts';
import type { Leader, RaftState } from './state.ts';
import {
  isAnswerDue,
  isWordDue,
  noteAppendAnswered,
  noteRoundStart,
  noteRoundTrip,
  silenceLimit,
} from './timers.ts';
import { asLogIndex, earlier, type LogIndex, type NodeId } from './types.ts';

/**
 * Sends each follower what is due: entries it lacks, or else a heartbeat, if its answer is wanted,
 * or else a word to be heard by, if it had none for an interval.
 */
export function replicate<Command>(state: RaftState<Command>, leader: Leader): void {
  const isBroadcast = leader.broadcastDue;
  const isAsking = (progress: Progress): boolean => isAnswerDue(state, progress);
  if (isBroadcast || leader.progress.some(isAsking)) beginRound(state, leader, isBroadcast);
  for (const progress of leader.progress) {
    if (progress.nextIndex <= state.log.baseIndex) sendSnapshot(state, progress);
    requestPart(state, progress);
    const hasNews = progress.mode.kind === 'probe' || progress.nextIndex <= lastIndex(state.log);
    if (hasNews && hasRoom(progress, state.settings)) {
      sendAppend(state, leader, progress);
    } else if (isBroadcast || isAsking(progress)) {
      sendHeartbeat(state, leader, progress);
    } else if (
      isWordDue(state, leader, progress) ||
      (leader.hintDue && lacksOnlyCommit(state, progress))
    ) {
      sendCommitHint(state, progress);
    }
  }
  leader.hintDue = false;
  dropDeparted(state, leader);
  // A leader that needs nobody else's word has it already.
  confirmReads(state, leader);
}

/** @param isBroadcast everybody is asked, because reads wait, or a resend has to be told apart */
function beginRound(state: RaftState<unknown>, leader: Leader, isBroadcast: boolean): void {
  leader.round++;
  noteRoundStart(state, leader);
  if (!isBroadcast) return;
  leader.broadcastDue = false;
  leader.ticksSinceBroadcast = 0;
  leader.hasTraffic = true;
}

/** The follower lacks entries that are not in the log any more. (Paper 7) */
function sendSnapshot(state: RaftState<unknown>, progress: Progress): void {
  const { latest } = state.snapshots;
  assert(latest !== null && latest.index >= state.log.baseIndex, 'a snapshot covers what is gone');
  becomeSnapshot(progress, latest);
}

/** Whether a follower has every entry, and does not know that they are committed. */
function lacksOnlyCommit(state: RaftState<unknown>, progress: Progress): boolean {
  const { mode } = progress;
  return (
    mode.kind === 'replicate' &&
    mode.inflight.length === 0 &&
    progress.toldCommit < earlier(state.commitIndex, progress.matchIndex)
  );
}

function sendCommitHint(state: RaftState<unknown>, progress: Progress): void {
  const { id, currentTerm, commitIndex } = state;
  send(state, {
    kind: 'commitHint',
    from: id,
    to: progress.peer,
    term: currentTerm,
    commitIndex,
    electionTicks: state.electionTicks,
  });
  noteTold(state, progress);
}

/** Who was removed is let go when that is committed and it was sent word of it, or is silent. */
function dropDeparted(state: RaftState<unknown>, leader: Leader): void {
  if (!leader.progress.some((progress) => progress.isDeparting)) return;
  const { index } = latestMembership(state);
  if (index > state.commitIndex) return;
  const isDone = ({ isDeparting, toldCommit, ticksSinceContact }: Progress): boolean =>
    isDeparting && (toldCommit >= index || ticksSinceContact >= silenceLimit(state));
  const staying = leader.progress.filter((progress) => !isDone(progress));
  leader.progress.splice(0, leader.progress.length, ...staying);
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
    electionTicks: state.electionTicks,
  });
  const last = asLogIndex(prevIndex + entries.length);
  noteSent(progress, { prevIndex, lastIndex: last, bytes: bytesOf(entries) }, leader.round);
  if (entries.length > 0) progress.timedAppend ??= { lastIndex: last, ticks: state.ticks };
  leader.hasTraffic = true;
  progress.ticksSinceAsked = 0;
  noteTold(state, progress);
}

function sendHeartbeat(state: RaftState<unknown>, leader: Leader, progress: Progress): void {
  send(state, {
    kind: 'heartbeatRequest',
    from: state.id,
    to: progress.peer,
    term: state.currentTerm,
    commitIndex: state.commitIndex,
    round: leader.round,
    electionTicks: state.electionTicks,
  });
  progress.ticksSinceAsked = 0;
  noteTold(state, progress);
}

/** The follower was sent the commit index and T. */
function noteTold(state: RaftState<unknown>, progress: Progress): void {
  progress.toldCommit = state.commitIndex;
  progress.toldElectionTicks = state.electionTicks;
  progress.ticksSinceSent = 0;
}

export function acceptAppendResponse(
  state: RaftState<unknown>,
  leader: Leader,
  message: AppendResponse,
): void {
  const { result } = message;
  const isImpossible =
    (result.kind === 'accepted' && result.matchIndex > lastIndex(state.log)) ||
    (result.kind === 'inconsistent' && result.hintIndex > result.prevIndex) ||
    message.round > leader.round;
  if (isImpossible) return drop(state, message, 'impossible');
  const progress = progressOf(leader, message.from);
  if (progress === null) return drop(state, message, 'stale');

  noteContact(state, leader, progress, message.round);
  if (result.kind === 'accepted') {
    noteAppendAnswered(state, progress, result.matchIndex);
    foundMatch(state, progress, result.matchIndex);
    noteMatch(progress, result.matchIndex, message.round);
    commitByQuorum(state, leader);
  } else if (isAwaited(progress, result.prevIndex, message.round)) {
    backtrack(state, leader, progress, result);
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
  progress.ticksSinceAnswer = 0;
  if (round > progress.ackedRound) {
    noteRoundTrip(state, leader, progress, round);
    progress.ackedRound = round;
  }
  confirmReads(state, leader);
}

/** The logs agree up to here. If the own log has what follows, it can be sent. */
function foundMatch(state: RaftState<unknown>, progress: Progress, matchIndex: LogIndex): void {
  if (matchIndex >= state.log.baseIndex) becomeReplicate(progress, matchIndex);
}

/**
 * A follower lacks the entry before those that were sent. Its hint bounds from its side where the
 * logs can agree, the own log bounds it from this side: each exchange skips at least one whole term
 * in one of the logs. (Paper 5.3)
 */
function backtrack(
  state: RaftState<unknown>,
  leader: Leader,
  progress: Progress,
  result: Extract<AppendResult, { kind: 'inconsistent' }>,
): void {
  const { log } = state;
  const isBeforeLog = result.hintIndex < log.baseIndex || result.hintTerm < log.baseTerm;
  if (isBeforeLog && progress.matchIndex < log.baseIndex) return sendSnapshot(state, progress);
  const agreed = lastWithTermAtMost(log, result.hintIndex, result.hintTerm).index;
  if (agreed > progress.matchIndex) becomeProbe(progress, asLogIndex(agreed + 1));
  else if (progress.mode.kind === 'replicate') {
    rewindToMatch(progress, leader.round + 1);
    leader.broadcastDue = true;
  } else becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
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
  const { matchIndex, round, priority } = message;
  if (matchIndex > lastIndex(state.log) || round > leader.round) {
    return drop(state, message, 'impossible');
  }
  const progress = progressOf(leader, message.from);
  if (progress === null) return drop(state, message, 'stale');

  noteContact(state, leader, progress, round);
  progress.priority = priority;
  if (matchIndex > progress.matchIndex) foundMatch(state, progress, matchIndex);
  if (matchIndex >= progress.matchIndex) {
    noteMatch(progress, matchIndex, round);
    commitByQuorum(state, leader);
  }
  const { mode } = progress;
  if (mode.kind === 'probe') {
    if (mode.sentRound !== null && round > mode.sentRound) mode.sentRound = null;
  } else if (
    mode.kind === 'replicate' &&
    matchIndex < progress.matchIndex &&
    round > progress.matchRound &&
    mode.inflight.length === 0
  ) {
    becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
  }
}

/** A follower has stored a part of a snapshot, or all of it. (Paper 7) */
export function acceptSnapshotResponse(
  state: RaftState<unknown>,
  leader: Leader,
  message: SnapshotResponse,
): void {
  const { result, snapshotIndex, round } = message;
  const isImpossible = snapshotIndex > state.commitIndex || round > leader.round;
  if (isImpossible) return drop(state, message, 'impossible');
  const progress = progressOf(leader, message.from);
  if (progress === null) return drop(state, message, 'stale');

  noteContact(state, leader, progress, round);
  if (result.kind === 'installed') {
    foundMatch(state, progress, snapshotIndex);
    noteMatch(progress, snapshotIndex, round);
    commitByQuorum(state, leader);
  } else if (!notePartAnswered(progress, message)) {
    drop(state, message, 'stale');
  }
}

/** The transport says that what is on its way to a peer may be lost. */
export function notePeerUnreachable(leader: Leader, peer: NodeId): void {
  const progress = progressOf(leader, peer);
  if (progress?.mode.kind !== 'replicate' || progress.mode.inflight.length === 0) return;
  becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
}

/**
 * Entries that were sent long ago and never answered are taken for lost: without this, a window
 * that is full of lost appends would stay full for ever.
 */
export function tickProgress(state: RaftState<unknown>, leader: Leader): void {
  for (const progress of leader.progress) {
    progress.ticksSinceContact++;
    progress.ticksSinceAnswer++;
    progress.ticksSinceSent++;
    progress.ticksSinceAsked++;
    progress.ticksSinceAccept++;
    if (progress.mode.kind === 'snapshot') tickSnapshot(progress.mode, state.electionTicks);
    const isStuck =
      progress.mode.kind === 'replicate' &&
      progress.mode.inflight.length > 0 &&
      progress.ticksSinceAccept >= state.electionTicks;
    if (isStuck) becomeProbe(progress, asLogIndex(progress.matchIndex + 1));
  }
}

/**
 * What a leader knows of one follower's log, and how much it has on the way to it.
 *
 * A follower is *probed* while the leader does not know where the logs agree: one append at a time.
 * Once an append was accepted it is *replicated* to: appends leave without waiting for answers,
 * within a window of messages and bytes. (Paper 5.3; dissertation 10.2.2) A follower that lacks
 * what the leader's log no longer has is sent a *snapshot* first, part by part. (Paper 7)
 */

import { assert } from './assert.ts';
import type { Settings } from './settings.ts';
import { asLogIndex, type LogIndex, later, type NodeId, type SnapshotMeta } from './types.ts';

/** An append that was sent and not answered. */
export interface InflightAppend {
  /** The entry before those that it carries. */
  readonly prevIndex: LogIndex;
  /** The last that it carries. */
  readonly lastIndex: LogIndex;
  /** What they weigh together. */
  readonly bytes: number;
}

/**
 * How a follower is sent entries: one append at a time, a window of them, or a snapshot first.
 */
export type ProgressMode =
  /** `sentRound` is the round in which the outstanding append was sent; null when none is. */
  { readonly kind: 'probe'; sentRound: number | null } | ReplicateMode | SnapshotMode;

/** Appends leave without waiting for answers, within a window. (Dissertation 10.2.2) */
export interface ReplicateMode {
  readonly kind: 'replicate';
  /** In the order of the log. */
  readonly inflight: InflightAppend[];
  inflightBytes: number;
}

/** One part at a time: asked of the driver, sent, answered, then the next. */
export interface SnapshotMode {
  readonly kind: 'snapshot';
  readonly snapshot: SnapshotMeta;
  /** Where the present part begins, in bytes. */
  offset: number;
  /** Whether the present part is due, asked of the driver, or on its way. */
  phase: 'idle' | 'reading' | 'sent';
  /** Since the phase began. */
  ticks: number;
}

/** What a leader knows of one follower. Times are in ticks since. */
export interface Progress {
  readonly peer: NodeId;
  mode: ProgressMode;
  /** Everything up to here is durable at the follower, and equal to the leader's. (Figure 2) */
  matchIndex: LogIndex;
  /** The next entry to send. (Figure 2) */
  nextIndex: LogIndex;
  /** The latest round that the follower has answered. */
  ackedRound: number;
  /** The round echoed by the answer that last confirmed `matchIndex`. */
  matchRound: number;
  /** Since anything of the follower came that shows that it follows this leader. */
  ticksSinceContact: number;
  /** Since it answered anything. */
  ticksSinceAnswer: number;
  /** Since it was sent anything that it hears its leader by. */
  ticksSinceSent: number;
  /** Since it was sent anything that it answers. */
  ticksSinceAsked: number;
  /** The T that it was last told. */
  toldElectionTicks: number;
  /** Since something in the window was accepted, or the window was empty. */
  ticksSinceAccept: number;
  /** Refusals of what was sent before this round are over: what they refuse was sent again. */
  resentRound: number;
  /** The commit index that the follower was last told. */
  toldCommit: LogIndex;
  /** An append whose answer is timed, by where it ends, and when it was sent; one at a time. */
  timedAppend: { readonly lastIndex: LogIndex; readonly ticks: number } | null;
  /** The mean of the latest round trips, in ticks, or null before the first; timers.ts. */
  roundTrip: number | null;
  /** How much the follower says that it is to be preferred as leader, or null before it has. */
  priority: number | null;
  /** No longer a member; dropped when it has been told the commit index once more. */
  isDeparting: boolean;
}

export function createProgress(peer: NodeId, nextIndex: LogIndex): Progress {
  return {
    peer,
    mode: { kind: 'probe', sentRound: null },
    matchIndex: asLogIndex(0),
    nextIndex,
    ackedRound: 0,
    matchRound: 0,
    ticksSinceContact: 0,
    ticksSinceAnswer: 0,
    ticksSinceSent: 0,
    ticksSinceAsked: 0,
    toldElectionTicks: 0,
    ticksSinceAccept: 0,
    resentRound: 0,
    toldCommit: asLogIndex(0),
    timedAppend: null,
    roundTrip: null,
    priority: null,
    isDeparting: false,
  };
}

/** What a leader knows of this peer, if it is one of those that it replicates to. */
export function progressOf(
  leader: { readonly progress: readonly Progress[] },
  peer: NodeId,
): Progress | null {
  for (const progress of leader.progress) if (progress.peer === peer) return progress;
  return null;
}

/** Whether an append may be sent now, given that there is something to send. */
export function hasRoom(progress: Progress, settings: Settings): boolean {
  const { mode } = progress;
  if (mode.kind === 'probe') return mode.sentRound === null;
  if (mode.kind === 'snapshot') return false;
  return (
    mode.inflight.length < settings.maxInflightAppends &&
    mode.inflightBytes < settings.maxInflightBytes
  );
}

export function noteSent(progress: Progress, sent: InflightAppend, round: number): void {
  const { mode } = progress;
  assert(sent.prevIndex === progress.nextIndex - 1, 'appends are sent in the order of the log');
  if (mode.kind === 'probe') {
    mode.sentRound = round;
    progress.ticksSinceAccept = 0;
    return;
  }
  assert(mode.kind === 'replicate', 'no append is sent while a snapshot is');
  if (mode.inflight.length === 0) progress.ticksSinceAccept = 0;
  mode.inflight.push(sent);
  mode.inflightBytes += sent.bytes;
  progress.nextIndex = asLogIndex(sent.lastIndex + 1);
}

/** Whether an append is on its way that was not answered. */
export function hasUnanswered({ mode }: Progress): boolean {
  if (mode.kind === 'probe') return mode.sentRound !== null;
  return mode.kind === 'replicate' && mode.inflight.length > 0;
}

/** The follower has everything up to `matchIndex`; `round` is the round that its answer echoes. */
export function noteMatch(progress: Progress, matchIndex: LogIndex, round: number): void {
  if (matchIndex < progress.matchIndex) return; // an answer that was overtaken
  if (matchIndex > progress.matchIndex) progress.ticksSinceAccept = 0;
  progress.matchIndex = matchIndex;
  if (round > progress.matchRound) progress.matchRound = round;
  progress.nextIndex = later(progress.nextIndex, asLogIndex(matchIndex + 1));
  if (progress.mode.kind === 'replicate') {
    dropInflight(progress.mode, matchIndex);
  }
}

/** The logs agree up to `matchIndex`: a follower that was probed is now replicated to. */
export function becomeReplicate(progress: Progress, matchIndex: LogIndex): void {
  if (progress.mode.kind === 'replicate') return;
  progress.mode = { kind: 'replicate', inflight: [], inflightBytes: 0 };
  progress.nextIndex = asLogIndex(later(progress.matchIndex, matchIndex) + 1);
}

/** What is on the way may be lost: look again, from `nextIndex` back. */
export function becomeProbe(progress: Progress, nextIndex: LogIndex): void {
  assert(nextIndex > progress.matchIndex, 'what a follower has accepted is not sent again');
  progress.mode = { kind: 'probe', sentRound: null };
  progress.nextIndex = nextIndex;
  progress.timedAppend = null;
}

/** The follower lacks what the log no longer has. */
export function becomeSnapshot(progress: Progress, snapshot: SnapshotMeta): void {
  progress.mode = { kind: 'snapshot', snapshot, offset: 0, phase: 'idle', ticks: 0 };
  progress.timedAppend = null;
  progress.nextIndex = asLogIndex(snapshot.index + 1);
}

/**
 * Sends again from `matchIndex + 1`, in the next round, after an append was refused that an earlier
 * one would have made acceptable: that one was lost or overtaken. Where the logs agree is known, so
 * no probe is needed. Everything that was sent after the lost one will be refused as well.
 */
export function rewindToMatch(progress: Progress, nextRound: number): void {
  const { mode } = progress;
  progress.resentRound = nextRound;
  progress.timedAppend = null;
  if (mode.kind === 'replicate') {
    mode.inflight.length = 0;
    mode.inflightBytes = 0;
  }
  progress.nextIndex = asLogIndex(progress.matchIndex + 1);
}

/** Whether a refusal of the append that began at `prevIndex` answers one that is still awaited. */
export function isAwaited(progress: Progress, prevIndex: LogIndex, round: number): boolean {
  const { mode } = progress;
  if (round < progress.resentRound) return false;
  if (mode.kind === 'probe') {
    return mode.sentRound !== null && progress.nextIndex - 1 === prevIndex;
  }
  if (mode.kind === 'snapshot') return false;
  return mode.inflight.some((append) => append.prevIndex === prevIndex);
}

/** The appends up to `matchIndex` are no longer on their way. They are in the order of the log. */
function dropInflight(mode: ReplicateMode, matchIndex: LogIndex): void {
  const { inflight } = mode;
  for (let first = inflight[0]; first !== undefined; first = inflight[0]) {
    if (first.lastIndex > matchIndex) break;
    mode.inflightBytes -= first.bytes;
    inflight.shift();
  }
}

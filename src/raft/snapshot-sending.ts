/**
 * The leader's side of a snapshot: one part after the other, to one follower. (Paper 7, Figure 13)
 *
 * A part is asked of the driver, sent, and answered before the next is asked for, so a slow
 * follower holds up nobody, and heartbeats go on. An answer names the offset that the follower
 * expects: a follower that has lost its parts, or missed one, is served from there.
 */

import type { Input } from './contract.ts';
import type { SnapshotResponse } from './messages.ts';
import { send } from './outbox.ts';
import { becomeSnapshot, type Progress, progressOf, type SnapshotMode } from './progress.ts';
import type { Leader, RaftState } from './state.ts';
import type { LogIndex, NodeId } from './types.ts';

/** Asks the driver for the next part, if it is time. */
export function requestPart(state: RaftState<unknown>, progress: Progress): void {
  const { mode, peer } = progress;
  if (mode.kind !== 'snapshot' || mode.phase !== 'idle') return;
  enter(mode, 'reading');
  state.outbox.effects.push({
    kind: 'readSnapshot',
    peer,
    snapshotIndex: mode.snapshot.index,
    offset: mode.offset,
    maxBytes: state.settings.maxSnapshotChunkBytes,
  });
}

/** The driver has read a part: it is sent, if it is still wanted. */
export function sendPart(
  state: RaftState<unknown>,
  leader: Leader,
  { peer, chunk }: Extract<Input<unknown>, { kind: 'snapshotRead' }>,
): void {
  const { snapshotIndex, ...part } = chunk;
  const progress = progressOf(leader, peer);
  const mode = modeOf(progress, snapshotIndex);
  if (progress === null || mode?.phase !== 'reading' || mode.offset !== part.offset) return;
  enter(mode, 'sent');
  progress.ticksSinceSent = 0;
  progress.ticksSinceAsked = 0;
  send(state, {
    kind: 'snapshotRequest',
    from: state.id,
    to: peer,
    term: state.currentTerm,
    round: leader.round,
    snapshot: mode.snapshot,
    ...part,
  });
}

/** The snapshot is gone: the newest is sent instead, from its beginning. */
export function restartSnapshot(
  state: RaftState<unknown>,
  leader: Leader,
  peer: NodeId,
  snapshotIndex: LogIndex,
): void {
  const { latest } = state.snapshots;
  const progress = progressOf(leader, peer);
  if (progress === null || modeOf(progress, snapshotIndex) === null) return;
  // If it is the newest that is gone, the time-out tries again.
  if (latest !== null && latest.index > snapshotIndex) becomeSnapshot(progress, latest);
}

/** Takes note of the offset that a follower expects. False if the answer is stale. */
export function notePartAnswered(progress: Progress, message: SnapshotResponse): boolean {
  const { mode } = progress;
  const isAwaited =
    mode.kind === 'snapshot' &&
    mode.phase === 'sent' &&
    mode.snapshot.index === message.snapshotIndex &&
    mode.offset === message.offset;
  if (!isAwaited || message.result.kind !== 'expects') return false;
  mode.offset = message.result.offset;
  enter(mode, 'idle');
  return true;
}

/** What is not answered in time is asked for and sent again. */
export function tickSnapshot(mode: SnapshotMode, timeoutTicks: number): void {
  mode.ticks++;
  if (mode.phase !== 'idle' && mode.ticks >= timeoutTicks) enter(mode, 'idle');
}

function enter(mode: SnapshotMode, phase: SnapshotMode['phase']): void {
  mode.phase = phase;
  mode.ticks = 0;
}

function modeOf(progress: Progress | null, snapshotIndex: LogIndex): SnapshotMode | null {
  const mode = progress?.mode;
  return mode?.kind === 'snapshot' && mode.snapshot.index === snapshotIndex ? mode : null;
}

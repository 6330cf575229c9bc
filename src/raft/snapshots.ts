/**
 * A node's own snapshots, and one that it receives. (Paper 7, dissertation 5)
 *
 * The core knows of a snapshot where it ends and the membership there; what is in it is the
 * driver's affair. When enough has been applied, the driver is asked for a snapshot, and when that
 * is durable, the log is cut off some way before its end: what is left serves followers that lag a
 * little.
 *
 * A snapshot from the leader comes in parts, each answered when it is durable. The last one
 * replaces the log, unless the log has the snapshot's last entry: then it has, by the log matching
 * property, everything before that too, and nothing needs to be replaced. So what follows a
 * matching entry is kept, and no snapshot takes back anything.
 */

import { assert } from './assert.ts';
import { commitTo } from './commitment.ts';
import type { Effect } from './contract.ts';
import {
  installInLog,
  isHardStateDurable,
  sendWhenDurable,
  sendWithNextWrite,
} from './durability.ts';
import { isSecondLeader, verifyTo } from './following.ts';
import { compactTo, termAt } from './log.ts';
import { forgetMembershipsBefore, membershipAt } from './membership.ts';
import type { SnapshotRequest, SnapshotResponse, SnapshotResult } from './messages.ts';
import { drop } from './outbox.ts';
import { abandonProposals } from './proposals.ts';
import { hearLeader } from './roles.ts';
import type { RaftState, Snapshots } from './state.ts';
import { asLogIndex, type LogIndex, type SnapshotMeta } from './types.ts';

export function createSnapshots(latest: SnapshotMeta | null): Snapshots {
  return {
    latest,
    taking: null,
    askedIndex: latest?.index ?? asLogIndex(0),
    bytesSince: 0,
    receiving: null,
    installing: null,
  };
}

/** How much later the next snapshot is due while the last is being sent: it would replace that. */
const patienceWhileSending = 8;

/** Whether a follower that answers is being sent a snapshot. */
function isSending({ role, electionTicks }: RaftState<unknown>): boolean {
  if (role.kind !== 'leader') return false;
  return role.progress.some(
    ({ mode, ticksSinceContact }) => mode.kind === 'snapshot' && ticksSinceContact < electionTicks,
  );
}

/** Whether so much was handed out to be applied since the last snapshot that one is due. */
function isDue(
  { snapshots, settings, applyingIndex }: RaftState<unknown>,
  patience: number,
): boolean {
  return (
    applyingIndex - snapshots.askedIndex >= patience * settings.snapshotEntries ||
    snapshots.bytesSince >= patience * settings.snapshotBytes
  );
}

/** Asks for a snapshot of what has just been handed out to be applied, if one is due. */
export function takeSnapshot(
  state: RaftState<unknown>,
): Extract<Effect<unknown>, { kind: 'takeSnapshot' }> | null {
  const { snapshots, applyingIndex } = state;
  if (!isDue(state, 1)) return null;
  if (isSending(state) && !isDue(state, patienceWhileSending)) return null;
  if (snapshots.taking !== null || snapshots.installing !== null) return null;
  // A snapshot says nothing that a crash of this node could take back.
  if (state.durability.durableIndex < applyingIndex || !isHardStateDurable(state)) return null;
  const term = termAt(state.log, applyingIndex);
  assert(term !== null, 'what was handed out to be applied is in the log');
  const snapshot = { index: applyingIndex, term, membership: membershipAt(state, applyingIndex) };
  snapshots.taking = snapshot;
  snapshots.askedIndex = applyingIndex;
  snapshots.bytesSince = 0;
  return { kind: 'takeSnapshot', snapshot };
}

/** The snapshot that was asked for is durable: entries well before its end may go. */
export function noteSnapshotTaken(state: RaftState<unknown>, index: LogIndex): void {
  const { snapshots, settings, log } = state;
  const { taking } = snapshots;
  assert(taking?.index === index, `a snapshot at ${index} was not asked for`);
  snapshots.taking = null;
  // One that was received meanwhile may reach farther.
  if (snapshots.latest !== null && snapshots.latest.index >= index) return;
  snapshots.latest = taking;
  const base = asLogIndex(index - settings.trailingEntries);
  if (base <= log.baseIndex) return;
  compactTo(log, base);
  forgetMembershipsBefore(state, base);
  state.outbox.effects.push({ kind: 'compact', index: base });
}

export function noteSnapshotFailed(state: RaftState<unknown>, index: LogIndex): void {
  const { snapshots } = state;
  assert(snapshots.taking?.index === index, `a snapshot at ${index} was not asked for`);
  snapshots.taking = null;
}

/** A part of a snapshot from the current term's leader. (Figure 13, receiver implementation) */
export function acceptSnapshot(state: RaftState<unknown>, message: SnapshotRequest): void {
  const { snapshot, offset, data, isLast } = message;
  const isEmpty = data.length === 0 && !isLast;
  if (isSecondLeader(state, message.from) || isEmpty) return drop(state, message, 'impossible');
  const { snapshots, durability, log } = state;
  const isCovered =
    snapshot.index <= state.commitIndex ||
    (snapshot.index > log.baseIndex && termAt(log, snapshot.index) === snapshot.term);
  // Up to here the log is the leader's own: no snapshot of it can say otherwise.
  const contradicts = !isCovered && snapshot.index <= state.verifiedIndex;
  if (contradicts) return drop(state, message, 'impossible');
  hearLeader(state, message.from);
  if (isCovered) {
    snapshots.receiving = null;
    verifyTo(state, snapshot.index, snapshot.index);
    const installed = answer(state, message, { kind: 'installed' });
    return sendWhenDurable(state, installed, snapshot.index);
  }
  // One part a write: what comes faster than the disk is sent again.
  if (durability.snapshotChunk !== null) return drop(state, message, 'stale');
  const { receiving } = snapshots;
  const isSame =
    receiving?.snapshot.index === snapshot.index && receiving.snapshot.term === snapshot.term;
  const expected = isSame ? receiving.nextOffset : 0;
  if (offset !== expected) {
    const expects = answer(state, message, { kind: 'expects', offset: expected });
    return sendWhenDurable(state, expects);
  }
  const chunk = { snapshot, offset, data, isLast };
  if (isLast) {
    install(state, chunk);
    return sendWithNextWrite(state, answer(state, message, { kind: 'installed' }));
  }
  const nextOffset = offset + data.length;
  snapshots.receiving = { snapshot, nextOffset };
  durability.snapshotChunk = chunk;
  sendWithNextWrite(state, answer(state, message, { kind: 'expects', offset: nextOffset }));
}

function install(state: RaftState<unknown>, chunk: Parameters<typeof installInLog>[1]): void {
  const { snapshots } = state;
  const { snapshot } = chunk;
  installInLog(state, chunk);
  snapshots.receiving = null;
  snapshots.installing = { snapshot, isDurable: false };
  verifyTo(state, snapshot.index, snapshot.index);
  commitTo(state, snapshot.index);
}

function answer(
  state: RaftState<unknown>,
  request: SnapshotRequest,
  result: SnapshotResult,
): SnapshotResponse {
  return {
    kind: 'snapshotResponse',
    from: state.id,
    to: request.from,
    term: state.currentTerm,
    round: request.round,
    snapshotIndex: request.snapshot.index,
    offset: request.offset,
    result,
  };
}

/** The snapshot that was received and is to be restored now, or null. */
export function takeRestore(
  state: RaftState<unknown>,
): Extract<Effect<unknown>, { kind: 'restore' }> | null {
  const { snapshots } = state;
  if (snapshots.installing?.isDurable !== true) return null;
  const { snapshot } = snapshots.installing;
  snapshots.installing = null;
  snapshots.askedIndex = snapshot.index;
  snapshots.bytesSince = 0;
  abandonProposals(state, snapshot.index);
  state.applyingIndex = snapshot.index;
  return { kind: 'restore', snapshot };
}
